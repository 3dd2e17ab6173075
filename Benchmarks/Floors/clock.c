#include <cpuid.h>
#include <time.h>

#include "floors_inline.h"

bool floors_tsc_is_invariant(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d)) return false;
    return (d & (1u << 8)) != 0;
}

floors_clock_pair floors_clock_read(void) {
    floors_clock_pair best = {0, 0};
    uint64_t narrowest = UINT64_MAX;
    for (int attempt = 0; attempt < 64; attempt++) {
        uint32_t cpu;
        struct timespec now;
        uint64_t before = stamp(&cpu);
        clock_gettime(CLOCK_MONOTONIC_RAW, &now);
        uint64_t after = stamp(&cpu);
        if (after - before >= narrowest) continue;
        narrowest = after - before;
        best.tsc = before + narrowest / 2;
        best.raw_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    }
    return best;
}

uint64_t floors_clock_now(void) {
    uint32_t cpu;
    return stamp(&cpu);
}

void floors_timer_pairs(uint64_t *cycles, size_t count) {
    uint32_t cpu;
    for (size_t at = 0; at < count; at++) {
        uint64_t begin = stamp(&cpu);
        uint64_t end = stamp(&cpu);
        cycles[at] = end - begin;
    }
}

floors_gap_count floors_gaps(
    uint64_t cycles, uint64_t threshold, uint64_t *each, size_t capacity
) {
    floors_gap_count count = {0, 0, 0, 0};
    uint64_t begin = __rdtsc();
    uint64_t last = begin;
    while (last - begin < cycles) {
        uint64_t now = __rdtsc();
        uint64_t step = now - last;
        if (step > threshold) {
            if (each && count.gaps < capacity) each[count.gaps] = step;
            count.gaps++;
            count.lost += step;
            if (step > count.longest) count.longest = step;
        }
        last = now;
    }
    count.observed = last - begin;
    return count;
}
