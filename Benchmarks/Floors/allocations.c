#include <errno.h>
#include <stdlib.h>

#include "floors.h"

// The allocator's entry points, counted per thread and handed on to glibc's own. Only programs that
// link the floors have them: the harness and its tests.

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

// Initial-exec: the first call may come before anything could be allocated for it.
#define COUNTER static __thread uint64_t __attribute__((tls_model("initial-exec")))
COUNTER allocations;
COUNTER frees;

uint64_t floors_allocations(void) { return allocations; }
uint64_t floors_frees(void) { return frees; }

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    allocations++;
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    allocations++;
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *memory = __libc_memalign(alignment, size);
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}

void free(void *memory) {
    if (memory) frees++;
    __libc_free(memory);
}
