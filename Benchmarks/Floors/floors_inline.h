#pragma once
#include <x86intrin.h>

#include "floors.h"

// The same stamp as the shims take: rdtscp waits for what came before, lfence keeps what comes
// after from starting early.
static inline uint64_t stamp(uint32_t *cpu) {
    uint32_t aux;
    uint64_t tsc = __rdtscp(&aux);
    _mm_lfence();
    *cpu = aux & 0xFFF;
    return tsc;
}

static inline bool keeps_running(const floors_gate *gate) {
    return __atomic_load_n(&gate->wanted, __ATOMIC_RELAXED) == floors_running;
}
