#pragma once
// What Apus is measured against, in plain C, and the few instruments Swift cannot hold: the timed
// exchange, the counters a thread carries, the gate a spinning thread is parked behind.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- Clock ------------------------------------------------------------------------------------

// CPUID says that the TSC runs at one pace in all states.
bool floors_tsc_is_invariant(void);

// The TSC and CLOCK_MONOTONIC_RAW at one moment: the narrowest of several tries.
typedef struct {
    uint64_t tsc;
    int64_t raw_ns;
} floors_clock_pair;
floors_clock_pair floors_clock_read(void);

// The TSC now, ordered on both sides.
uint64_t floors_clock_now(void);

// ---- Gate: a thread that spins only while it is measured ---------------------------------------

enum { floors_parked = 0, floors_running = 1, floors_ended = 2 };

// Made 128-aligned by whoever allocates it; Swift imports no aligned struct, hence the padding.
typedef struct {
    uint32_t wanted;
    uint32_t pad0[31];
    uint32_t state;
    uint32_t pad1[31];
} floors_gate;

// The measuring thread. `open` returns when the thread runs, `park` and `end` when it sleeps.
void floors_gate_open(floors_gate *gate);
void floors_gate_park(floors_gate *gate);
void floors_gate_end(floors_gate *gate);
// Says park without waiting, for a thread that needs more than the gate to leave its loop.
void floors_gate_want_parked(floors_gate *gate);
// The measured thread: sleeps until it is to run (true) or to end (false).
bool floors_gate_pass(floors_gate *gate);
// Still to run? A look at one word, for loops that are not in C.
bool floors_gate_is_open(const floors_gate *gate);

// CPUs this process may run on, ascending; how many there are.
size_t floors_cpus(int32_t *cpus, size_t capacity);

// ---- The timed exchange ------------------------------------------------------------------------

typedef struct {
    uint64_t begin;
    uint64_t end;
    // Of the answer; negative errno, -ETIMEDOUT when none came within the limit.
    int64_t got;
    bool cpu_changed;
} floors_exchange_result;

// Stamps, sends, spins until one whole SoupBinTCP packet is there, stamps. The same code for every
// contender. `limit_cycles` bounds the wait. `patient` sleeps instead of spinning: for counting,
// where nothing is timed and the CPU is better left to the counted thread.
floors_exchange_result floors_exchange(
    int out_fd, const void *bytes, size_t count,
    int in_fd, void *room, size_t capacity, uint64_t limit_cycles, bool patient
);

// Empty timer pairs: what a stamp costs.
void floors_timer_pairs(uint64_t *cycles, size_t count);

// ---- Relay: bytes in, order out ----------------------------------------------------------------

// One direction of a relay. What arrives is answered with `constant`, or as it came when there is
// none, on the other socket; bytes that do not carry `mark` at `mark_offset` are read and dropped.
typedef struct {
    int fd;
    int32_t mark_offset;
    uint8_t mark;
    bool answers;
    const void *constant;
    size_t constant_bytes;
} floors_side;

typedef struct {
    floors_gate gate;
    floors_side sides[2];
    uint64_t pad0[16];
    // Bytes taken from each side, for the driver to wait on.
    uint64_t taken[2];
    uint64_t pad1[16];
    // 0, or why the ring could not be made: -errno.
    int32_t failure;
    uint64_t system_calls;
} floors_relay;

// Bodies of a relay's thread; they return when the gate ends.
void floors_relay_sockets(void *relay);
void floors_relay_ring(void *relay);
uint64_t floors_relay_taken(const floors_relay *relay, int side);

// ---- One cache line, and the least queue -------------------------------------------------------

typedef struct {
    floors_gate gate;
    uint64_t line;
    uint64_t pad[15];
} floors_bounce;
void floors_bounce_serve(void *bounce);
// Times `count` single round trips of one line.
void floors_bounce_rounds(floors_bounce *bounce, uint64_t *cycles, size_t count);

// The least queue: one producer, one consumer, each keeping a copy of the other's index; slots of
// 256 bytes, as an audit record takes. There and back. NULL without memory.
typedef struct floors_queue_pair floors_queue_pair;
floors_queue_pair *floors_queue_make(void);
void floors_queue_free(floors_queue_pair *pair);
floors_gate *floors_queue_gate(floors_queue_pair *pair);
void floors_queue_serve(void *pair);
void floors_queue_rounds(floors_queue_pair *pair, uint64_t *cycles, size_t count);

// ---- Gaps: what the machine takes away ---------------------------------------------------------

typedef struct {
    uint64_t gaps;
    uint64_t longest;
    uint64_t lost;
    uint64_t observed;
} floors_gap_count;

// Spins on the TSC for `cycles`; a step above `threshold` is a gap. The first `capacity` gaps are
// kept in `each` when it is not NULL.
floors_gap_count floors_gaps(
    uint64_t cycles, uint64_t threshold, uint64_t *each, size_t capacity
);

// ---- What the calling thread did ---------------------------------------------------------------

// Calls of malloc, calloc, realloc and their aligned kin; free is counted apart. Exact: the
// allocator's entry points are ours in every program that links this.
uint64_t floors_allocations(void);
uint64_t floors_frees(void);

// From now on every system call of the calling thread but `allowed` is counted, by the kernel
// itself: a seccomp filter traps it, the handler counts it and makes it all the same. It stays for
// the life of the thread and slows its calls down; never while latency is measured.
// 0, or -errno where the kernel has no seccomp.
int floors_watch_system_calls(const int32_t *allowed, size_t count);
uint64_t floors_unexpected_calls(void);
// Number of the last one, -1 when there was none.
int32_t floors_unexpected_last(void);
// System call numbers Swift does not import.
enum { floors_call_io_uring_enter = 426, floors_call_recvfrom = 45, floors_call_sendto = 44 };
