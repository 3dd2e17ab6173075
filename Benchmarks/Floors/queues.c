#include <stdlib.h>
#include <string.h>

#include "floors_inline.h"

// ---- One line, there and back ------------------------------------------------------------------

void floors_bounce_serve(void *context) {
    floors_bounce *bounce = context;
    while (floors_gate_pass(&bounce->gate)) {
        while (keeps_running(&bounce->gate)) {
            // Many looks at the line for one at the gate: the gate is another line.
            for (int look = 0; look < 4096; look++) {
                uint64_t seen = __atomic_load_n(&bounce->line, __ATOMIC_ACQUIRE);
                if (seen & 1) {
                    __atomic_store_n(&bounce->line, seen + 1, __ATOMIC_RELEASE);
                    look = 0;
                }
            }
        }
    }
}

void floors_bounce_rounds(floors_bounce *bounce, uint64_t *cycles, size_t count) {
    uint32_t cpu;
    for (size_t at = 0; at < count; at++) {
        uint64_t now = __atomic_load_n(&bounce->line, __ATOMIC_RELAXED);
        uint64_t begin = stamp(&cpu);
        __atomic_store_n(&bounce->line, now + 1, __ATOMIC_RELEASE);
        while (__atomic_load_n(&bounce->line, __ATOMIC_ACQUIRE) != now + 2) {}
        cycles[at] = stamp(&cpu) - begin;
    }
}

// ---- The least queue ---------------------------------------------------------------------------

enum { floors_queue_slots = 1024, floors_queue_words = 32 };

typedef struct {
    _Alignas(128) uint64_t tail;
    uint64_t head_copy;
    _Alignas(128) uint64_t head;
    uint64_t tail_copy;
    _Alignas(128) uint64_t slots[floors_queue_slots][floors_queue_words];
} floors_queue;

struct floors_queue_pair {
    _Alignas(128) floors_gate gate;
    floors_queue there;
    floors_queue back;
};

floors_queue_pair *floors_queue_make(void) {
    floors_queue_pair *pair = aligned_alloc(128, sizeof *pair);
    if (pair) memset(pair, 0, sizeof *pair);
    return pair;
}

void floors_queue_free(floors_queue_pair *pair) { free(pair); }
floors_gate *floors_queue_gate(floors_queue_pair *pair) { return &pair->gate; }

static bool push(floors_queue *queue, const uint64_t *words) {
    uint64_t tail = queue->tail;
    if (tail - queue->head_copy == floors_queue_slots) {
        queue->head_copy = __atomic_load_n(&queue->head, __ATOMIC_ACQUIRE);
        if (tail - queue->head_copy == floors_queue_slots) return false;
    }
    memcpy(queue->slots[tail % floors_queue_slots], words, sizeof queue->slots[0]);
    __atomic_store_n(&queue->tail, tail + 1, __ATOMIC_RELEASE);
    return true;
}

static bool pop(floors_queue *queue, uint64_t *words) {
    uint64_t head = queue->head;
    if (head == queue->tail_copy) {
        queue->tail_copy = __atomic_load_n(&queue->tail, __ATOMIC_ACQUIRE);
        if (head == queue->tail_copy) return false;
    }
    memcpy(words, queue->slots[head % floors_queue_slots], sizeof queue->slots[0]);
    __atomic_store_n(&queue->head, head + 1, __ATOMIC_RELEASE);
    return true;
}

void floors_queue_serve(void *context) {
    floors_queue_pair *pair = context;
    uint64_t words[floors_queue_words];
    while (floors_gate_pass(&pair->gate)) {
        while (keeps_running(&pair->gate)) {
            for (int look = 0; look < 4096; look++) {
                if (!pop(&pair->there, words)) continue;
                push(&pair->back, words);
                look = 0;
            }
        }
    }
}

void floors_queue_rounds(floors_queue_pair *pair, uint64_t *cycles, size_t count) {
    uint32_t cpu;
    uint64_t words[floors_queue_words] = {0};
    for (size_t at = 0; at < count; at++) {
        words[0] = at;
        uint64_t begin = stamp(&cpu);
        push(&pair->there, words);
        while (!pop(&pair->back, words)) {}
        cycles[at] = stamp(&cpu) - begin;
    }
}
