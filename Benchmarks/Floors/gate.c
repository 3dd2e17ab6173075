#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "floors_inline.h"

static void sleep_while(uint32_t *word, uint32_t value) {
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void tell(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

void floors_gate_open(floors_gate *gate) {
    tell(&gate->wanted, floors_running);
    sleep_while(&gate->state, floors_parked);
}

void floors_gate_want_parked(floors_gate *gate) { tell(&gate->wanted, floors_parked); }

void floors_gate_park(floors_gate *gate) {
    floors_gate_want_parked(gate);
    sleep_while(&gate->state, floors_running);
}

void floors_gate_end(floors_gate *gate) {
    floors_gate_park(gate);
    tell(&gate->wanted, floors_ended);
}

bool floors_gate_pass(floors_gate *gate) {
    tell(&gate->state, floors_parked);
    sleep_while(&gate->wanted, floors_parked);
    if (__atomic_load_n(&gate->wanted, __ATOMIC_ACQUIRE) != floors_running) return false;
    tell(&gate->state, floors_running);
    return true;
}

bool floors_gate_is_open(const floors_gate *gate) { return keeps_running(gate); }

size_t floors_cpus(int32_t *cpus, size_t capacity) {
    cpu_set_t set;
    size_t count = 0;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && count < capacity; cpu++)
        if (CPU_ISSET(cpu, &set)) cpus[count++] = cpu;
    return count;
}
