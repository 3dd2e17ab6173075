#pragma once
#include <stdint.h>

// Tries every interleaving of one writer and one reader of the audit ring, in a memory where
// relaxed stores become visible in any order that C11 allows; x86 would hide those bugs.
//
// The steps are those AuditWriter.append and AuditReader.next take, in their order, over a small
// ring; records take one or two slots. The broken variants leave one step out each.

enum ring_variant {
    RING_CORRECT = 0,
    // The commit word stored without release.
    RING_COMMIT_RELAXED = 1,
    // The first word of the slot behind the record not cleared.
    RING_NO_CLEAR = 2,
    // No slot kept free: the clearing meets a record not yet read.
    RING_NO_SPARE = 3,
    // A passive reader that does not look whether it was overtaken.
    RING_NO_STALE_CHECK = 4,
    // No release fence between publishing and writing the next record.
    RING_NO_FENCE = 5,
    // The passive reader's margin one slot too small.
    RING_MARGIN_SHORT = 6,
};

struct ring_verdict {
    // States visited; all there are.
    uint64_t states;
    // 0 when no interleaving breaks a law; else the first law broken.
    const char *broken;
};

// passive 0: the reader owns the cursor; it must get every record once, whole, and no other.
// passive 1: the writer never waits; the reader must get whole records or learn that it is late.
struct ring_verdict ring_explore(enum ring_variant variant, int passive);
