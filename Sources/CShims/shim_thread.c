#include "shim_thread.h"

#include <errno.h>
#include <malloc.h>
#include <numa.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "shim_cpu.h"

typedef struct {
    shim_thread_body body;
    void *context;
} start_order;

static void *started(void *raw) {
    start_order order = *(start_order *)raw;
    free(raw);
    order.body(order.context);
    return NULL;
}

int shim_thread_start(
    int cpu, size_t stack_bytes, shim_thread_body body, void *context, uint64_t *thread
) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    int error = pthread_attr_setstacksize(&attributes, stack_bytes);
    if (error == 0 && cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        if (cpu >= CPU_SETSIZE) error = EINVAL;
        else {
            CPU_SET((size_t)cpu, &set);
            error = pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
        }
    }
    start_order *order = error == 0 ? malloc(sizeof *order) : NULL;
    if (order) {
        order->body = body;
        order->context = context;
        pthread_t id;
        error = pthread_create(&id, &attributes, started, order);
        if (error) free(order);
        else *thread = (uint64_t)id;
    }
    pthread_attr_destroy(&attributes);
    return -error;
}

int shim_thread_join(uint64_t thread) { return -pthread_join((pthread_t)thread, NULL); }

int shim_thread_name(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0) < 0 ? -errno : 0;
}

int shim_thread_timer_slack(uint64_t ns) {
    return prctl(PR_SET_TIMERSLACK, ns, 0, 0, 0) < 0 ? -errno : 0;
}

int shim_thread_cpu(void) { return sched_getcpu(); }

int shim_memory_lock(void) { return mlockall(MCL_CURRENT | MCL_FUTURE) < 0 ? -errno : 0; }

__attribute__((noinline)) void shim_stack_touch(void) {
    volatile char deep[256 * 1024];
    for (size_t at = 0; at < sizeof deep; at += 4096) deep[at] = 1;
}

int shim_thread_usage_read(shim_thread_usage *usage) {
    struct rusage raw;
    if (getrusage(RUSAGE_THREAD, &raw) < 0) return -errno;
    usage->minor_faults = raw.ru_minflt;
    usage->major_faults = raw.ru_majflt;
    usage->voluntary_switches = raw.ru_nvcsw;
    usage->involuntary_switches = raw.ru_nivcsw;
    return 0;
}

int shim_numa_nodes(void) {
    if (numa_available() < 0) return 1;
    return numa_num_configured_nodes();
}

int shim_numa_node_of_cpu(int cpu) {
    if (numa_available() < 0 || cpu < 0) return -1;
    return numa_node_of_cpu(cpu);
}

int shim_numa_bind(int node) {
    if (numa_available() < 0) return -ENOSYS;
    struct bitmask *nodes = numa_allocate_nodemask();
    if (!nodes) return -ENOMEM;
    numa_bitmask_setbit(nodes, (unsigned)node);
    errno = 0;
    numa_set_membind(nodes);
    int error = errno;
    numa_free_nodemask(nodes);
    return -error;
}

static int64_t now_ns(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void shim_clock_sample_read(shim_clock_sample *sample) {
    sample->width_cycles = UINT64_MAX;
    for (int attempt = 0; attempt < 16; attempt++) {
        uint64_t before = shim_rdtscp(NULL);
        int64_t utc = now_ns(CLOCK_REALTIME);
        int64_t monotonic = now_ns(CLOCK_MONOTONIC_RAW);
        uint64_t after = shim_rdtscp(NULL);
        if (after - before >= sample->width_cycles) continue;
        sample->width_cycles = after - before;
        sample->tsc = before + (after - before) / 2;
        sample->utc_ns = utc;
        sample->monotonic_ns = monotonic;
    }
}

uint64_t shim_heap_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

int shim_signals_open(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error) return -error;
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int shim_signals_next(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
