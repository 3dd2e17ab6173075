#pragma once
#include <errno.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/vfs.h>

// What Swift's Glibc module does not import: the clock's state, a file system's kind, the limit on
// locked memory.

// 1 when somebody disciplines the clock, 0 when nobody does, -errno. Largest error in µs.
static inline int shim_clock_state(int64_t *error_us) {
    struct timex state = {0};
    int answer = adjtimex(&state);
    if (answer < 0) return -errno;
    if (error_us) *error_us = state.maxerror;
    return answer != TIME_ERROR && !(state.status & STA_UNSYNC);
}

// The file system's magic number, 0 when it cannot be told.
static inline uint64_t shim_filesystem_kind(const char *path) {
    struct statfs state;
    return statfs(path, &state) == 0 ? (uint64_t)state.f_type : 0;
}

// Bytes this process may lock; UINT64_MAX when there is no limit.
static inline uint64_t shim_memory_lock_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
}
