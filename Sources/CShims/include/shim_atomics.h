#pragma once
#include <stdint.h>

#include "shim_attributes.h"

// The atomic core of everything that crosses a process or thread: the rings, the sequence locks,
// the kill word. One header, so that the sanitizer test and the interleaving explorer check the
// very code that runs.

SHIM_HOT uint64_t shim_load_acquire(const void *word) {
    return __atomic_load_n((const uint64_t *)word, __ATOMIC_ACQUIRE);
}

SHIM_HOT uint64_t shim_load_relaxed(const void *word) {
    return __atomic_load_n((const uint64_t *)word, __ATOMIC_RELAXED);
}

SHIM_HOT void shim_store_release(void *word, uint64_t value) {
    __atomic_store_n((uint64_t *)word, value, __ATOMIC_RELEASE);
}

SHIM_HOT void shim_store_relaxed(void *word, uint64_t value) {
    __atomic_store_n((uint64_t *)word, value, __ATOMIC_RELAXED);
}

SHIM_HOT uint64_t shim_fetch_add(void *word, uint64_t value) {
    return __atomic_fetch_add((uint64_t *)word, value, __ATOMIC_ACQ_REL);
}

SHIM_HOT void shim_fence_acquire(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
SHIM_HOT void shim_fence_release(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }
