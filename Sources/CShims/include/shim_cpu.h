#pragma once
#include <stdint.h>
#include <x86intrin.h>

#include "shim_attributes.h"

// rdtscp waits for what came before; lfence keeps what comes after from starting early.
SHIM_HOT uint64_t shim_rdtscp(uint32_t *cpu) {
    uint32_t aux;
    uint64_t tsc = __rdtscp(&aux);
    _mm_lfence();
    if (cpu) *cpu = aux & 0xFFF;
    return tsc;
}

SHIM_HOT uint64_t shim_rdtsc(void) { return __rdtsc(); }
SHIM_HOT void shim_pause(void) { _mm_pause(); }
SHIM_HOT void shim_prefetch(const void *address) { __builtin_prefetch(address); }

// CRC32C one word or byte at a time: SSE 4.2 where the build has it, else bit by bit.
__attribute__((target("sse4.2"))) static inline uint64_t shim_crc32c_u64(uint64_t crc, uint64_t v) {
    return _mm_crc32_u64(crc, v);
}
__attribute__((target("sse4.2"))) static inline uint32_t shim_crc32c_u8(uint32_t crc, uint8_t v) {
    return _mm_crc32_u8(crc, v);
}
