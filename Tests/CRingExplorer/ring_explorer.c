#include "ring_explorer.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MAX = 8, BUFFER_MAX = 9, RECORDS_MAX = 8 };
enum { PUBLISHED = 2 * SLOTS_MAX, CURSOR = PUBLISHED + 1, WORDS = CURSOR + 1 };

struct store {
    uint8_t address, value, barrier, pad;
};

// Everything that can differ between two moments; compared and hashed as bytes.
struct state {
    uint8_t memory[WORDS];
    // Writer.
    uint8_t record, step, position, cached, fence, pending;
    struct store buffer[BUFFER_MAX];
    // Reader.
    uint8_t at, phase, loads, commit, value0, value1, taken, late, pad;
};

struct world {
    enum ring_variant variant;
    int passive, slots, records, reads;
    uint8_t sizes[RECORDS_MAX];
    struct state *table;
    uint8_t *used;
    uint64_t capacity, count;
    struct state *stack;
    uint64_t depth, stack_capacity;
    const char *broken;
};

static int word0(const struct world *w, int p) { return 2 * (p % w->slots); }
static int word1(const struct world *w, int p) { return word0(w, p) + 1; }

// MARK: The set of states seen

static uint64_t hash(const struct state *s) {
    const uint8_t *bytes = (const uint8_t *)s;
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < sizeof *s; i++) h = (h ^ bytes[i]) * 0x100000001B3u;
    return h ^ h >> 29;
}

static int insert(struct world *w, const struct state *s);

static void grow(struct world *w) {
    struct state *old = w->table;
    uint8_t *old_used = w->used;
    uint64_t old_capacity = w->capacity;
    w->capacity = old_capacity ? old_capacity * 2 : 1 << 16;
    w->table = malloc(w->capacity * sizeof *w->table);
    w->used = calloc(w->capacity, 1);
    w->count = 0;
    for (uint64_t i = 0; i < old_capacity; i++)
        if (old_used[i]) insert(w, &old[i]);
    free(old);
    free(old_used);
}

static int insert(struct world *w, const struct state *s) {
    if (w->count * 2 >= w->capacity) grow(w);
    uint64_t i = hash(s) & (w->capacity - 1);
    while (w->used[i]) {
        if (memcmp(&w->table[i], s, sizeof *s) == 0) return 0;
        i = (i + 1) & (w->capacity - 1);
    }
    w->used[i] = 1;
    w->table[i] = *s;
    w->count++;
    return 1;
}

static void visit(struct world *w, const struct state *s) {
    if (!insert(w, s)) return;
    if (w->depth == w->stack_capacity) {
        w->stack_capacity = w->stack_capacity ? w->stack_capacity * 2 : 1 << 12;
        w->stack = realloc(w->stack, w->stack_capacity * sizeof *w->stack);
    }
    w->stack[w->depth++] = *s;
}

// MARK: The writer's store buffer

// A store waits for all before it when it is a release, or when a release fence stands between.
static int push(struct state *s, int address, int value, int release) {
    if (s->pending == BUFFER_MAX) return 0;
    struct store *e = &s->buffer[s->pending++];
    e->address = (uint8_t)address;
    e->value = (uint8_t)value;
    e->barrier = (uint8_t)(release ? 2 : s->fence);
    s->fence = 0;
    return 1;
}

static int may_commit(const struct state *s, int i) {
    if (i == 0) return 1;
    if (s->buffer[i].barrier == 2) return 0;
    for (int j = 0; j < i; j++)
        if (s->buffer[j].address == s->buffer[i].address) return 0;
    for (int j = 1; j <= i; j++)
        if (s->buffer[j].barrier == 1) return 0;
    return 1;
}

static void commit(struct state *s, int i) {
    s->memory[s->buffer[i].address] = s->buffer[i].value;
    for (int j = i; j + 1 < s->pending; j++) s->buffer[j] = s->buffer[j + 1];
    s->pending--;
    memset(&s->buffer[s->pending], 0, sizeof s->buffer[0]);
    // What stands first waits for nothing any more.
    if (s->pending) s->buffer[0].barrier = s->buffer[0].barrier == 1 ? 0 : s->buffer[0].barrier;
}

// MARK: The writer, one step at a time: AuditWriter.append

static int writer_step(struct world *w, struct state *s) {
    if (s->record == w->records) return 0;
    int n = w->sizes[s->record], p = s->position, v = s->record + 1;
    switch (s->step) {
    case 0: {
        int needed = p + n + (w->variant == RING_NO_SPARE ? 0 : 1);
        if (w->passive) s->cached = (uint8_t)p;
        if (needed - s->cached > w->slots) {
            if (s->cached == s->memory[CURSOR]) return 0;
            s->cached = s->memory[CURSOR];
            return 1;
        }
        if (w->variant != RING_NO_FENCE && s->pending) s->fence = 1;
        s->step = 1;
        return 1;
    }
    case 1:
        if (!push(s, word1(w, p), v, 0)) return 0;
        s->step = n == 2 ? 2 : 4;
        return 1;
    case 2:
        // The payload that would commit this slot in the next lap.
        if (!push(s, word0(w, p + 1), p + 1 + w->slots + 1, 0)) return 0;
        s->step = 3;
        return 1;
    case 3:
        if (!push(s, word1(w, p + 1), v, 0)) return 0;
        s->step = 4;
        return 1;
    case 4:
        if (w->variant != RING_NO_CLEAR && !push(s, word0(w, p + n), 0, 0)) return 0;
        s->step = 5;
        return 1;
    case 5:
        if (!push(s, word0(w, p), p + 1, w->variant != RING_COMMIT_RELAXED)) return 0;
        s->step = 6;
        return 1;
    default:
        if (!push(s, PUBLISHED, p + n, 1)) return 0;
        s->step = 0;
        s->position = (uint8_t)(p + n);
        s->record++;
        return 1;
    }
}

// MARK: The reader: AuditReader.next

// Which record begins at `p`, or -1.
static int record_at(const struct world *w, int p) {
    int start = 0;
    for (int i = 0; i < w->records; i++) {
        if (start == p) return i;
        start += w->sizes[i];
    }
    return -1;
}

static void take(struct world *w, struct state *s) {
    int p = s->at, i = record_at(w, p);
    if (w->passive && w->variant != RING_NO_STALE_CHECK) {
        int margin = w->variant == RING_MARGIN_SHORT ? 2 : 3;
        int ahead = s->memory[PUBLISHED] - p;
        if (ahead > 0 && ahead + margin > w->slots) {
            s->late = 1;
            s->phase = 0;
            return;
        }
    }
    if (i < 0) {
        w->broken = "a record that nobody wrote";
        return;
    }
    if (s->commit != p + 1 || s->value0 != i + 1 || (w->sizes[i] == 2 && s->value1 != i + 1)) {
        w->broken = "a record not whole";
        return;
    }
    s->at = (uint8_t)(p + w->sizes[i]);
    s->taken++;
    s->phase = 0;
    s->commit = s->value0 = s->value1 = 0;
    if (!w->passive) s->memory[CURSOR] = s->at;
}

// The reader's moves from here; relaxed loads between the acquire and the fence in any order.
static int reader_moves(struct world *w, const struct state *s) {
    int moved = 0;
    if (s->late || s->taken == w->reads) return 0;
    struct state next = *s;
    if (s->phase == 0) {
        if (s->memory[word0(w, s->at)] != s->at + 1) return 0;
        next.phase = 1;
        next.loads = 7;
        visit(w, &next);
        return 1;
    }
    for (int load = 0; load < 3; load++) {
        if (!(s->loads & 1 << load)) continue;
        next = *s;
        next.loads &= (uint8_t)~(1 << load);
        if (load == 0) next.value0 = s->memory[word1(w, s->at)];
        if (load == 1) next.value1 = s->memory[word1(w, s->at + 1)];
        if (load == 2) next.commit = s->memory[word0(w, s->at)];
        visit(w, &next);
        moved = 1;
    }
    if (s->loads == 0) {
        next = *s;
        take(w, &next);
        if (w->broken == NULL) visit(w, &next);
        moved = 1;
    }
    return moved;
}

// MARK: All of it

static void explore(struct world *w) {
    while (w->depth && w->broken == NULL) {
        struct state s = w->stack[--w->depth];
        int moved = reader_moves(w, &s);
        if (w->broken) return;
        for (int i = 0; i < s.pending; i++) {
            if (!may_commit(&s, i)) continue;
            struct state next = s;
            commit(&next, i);
            visit(w, &next);
            moved = 1;
        }
        struct state next = s;
        if (writer_step(w, &next)) {
            visit(w, &next);
            moved = 1;
        }
        if (!moved && !w->passive && s.taken != w->records)
            w->broken = "a record written and never read";
    }
}

struct ring_verdict ring_explore(enum ring_variant variant, int passive) {
    static const uint8_t owned[] = {2, 1, 2, 1, 2, 2};
    static const uint8_t lapping[] = {2, 1, 1, 2, 2, 1, 2, 2};
    struct world w;
    memset(&w, 0, sizeof w);
    w.variant = variant;
    w.passive = passive;
    w.slots = passive ? 8 : 4;
    w.records = passive ? sizeof lapping : sizeof owned;
    memcpy(w.sizes, passive ? lapping : owned, (size_t)w.records);
    // The owner looks for one more record than there is: it must not find it.
    w.reads = passive ? 2 : w.records + 1;
    struct state start;
    memset(&start, 0, sizeof start);
    visit(&w, &start);
    explore(&w);
    struct ring_verdict verdict = {w.count, w.broken};
    free(w.table);
    free(w.used);
    free(w.stack);
    return verdict;
}
