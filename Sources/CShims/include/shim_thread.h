#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a thread asks of the kernel before it starts its work. All 0 or -errno unless said.

typedef void (*shim_thread_body)(void *context);

// cpu -1 does not pin. The thread starts on its CPU, not near it.
int shim_thread_start(
    int cpu, size_t stack_bytes, shim_thread_body body, void *context, uint64_t *thread
);
int shim_thread_join(uint64_t thread);
int shim_thread_name(const char *name);
int shim_thread_timer_slack(uint64_t ns);
int shim_thread_cpu(void);
int shim_memory_lock(void);
void shim_stack_touch(void);

typedef struct {
    int64_t minor_faults;
    int64_t major_faults;
    int64_t voluntary_switches;
    int64_t involuntary_switches;
} shim_thread_usage;
int shim_thread_usage_read(shim_thread_usage *usage);

// NUMA nodes with memory, 1 when the machine has no NUMA; the node of a CPU, -1 unknown.
int shim_numa_nodes(void);
int shim_numa_node_of_cpu(int cpu);
// From now on this thread's memory comes from `node`.
int shim_numa_bind(int node);

typedef struct {
    uint64_t tsc;
    int64_t utc_ns;
    int64_t monotonic_ns;
    uint64_t width_cycles;
} shim_clock_sample;
// Both clocks at one TSC stamp; the narrowest of several tries.
void shim_clock_sample_read(shim_clock_sample *sample);

// Bytes the heap has handed out and not got back, all arenas and mappings.
uint64_t shim_heap_bytes(void);

// Blocks SIGINT and SIGTERM in this thread and those it starts, ignores SIGPIPE, and gives a
// descriptor that reads them. A descriptor or -errno.
int shim_signals_open(void);
// The next signal that came, 0 when none.
int shim_signals_next(int fd);
