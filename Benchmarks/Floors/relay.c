#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "floors_inline.h"

// The least a program can do between the same sockets: take what came, send what is wanted. It
// decodes nothing, keeps nothing, checks nothing.

uint64_t floors_relay_taken(const floors_relay *relay, int side) {
    return __atomic_load_n(&relay->taken[side], __ATOMIC_ACQUIRE);
}

static void note(floors_relay *relay, int side, size_t count) {
    __atomic_store_n(&relay->taken[side], relay->taken[side] + count, __ATOMIC_RELEASE);
}

static bool wants_answer(const floors_side *side, const uint8_t *bytes, size_t count) {
    if (!side->answers) return false;
    if (side->mark_offset < 0) return true;
    return count > (size_t)side->mark_offset && bytes[side->mark_offset] == side->mark;
}

// ---- Spinning sockets --------------------------------------------------------------------------

static void serve_socket(floors_relay *relay, int from, uint8_t *room, size_t capacity) {
    const floors_side *side = &relay->sides[from];
    ssize_t count = recv(side->fd, room, capacity, MSG_DONTWAIT);
    relay->system_calls++;
    if (count <= 0) return;
    if (wants_answer(side, room, (size_t)count)) {
        const void *bytes = side->constant ? side->constant : room;
        size_t length = side->constant ? side->constant_bytes : (size_t)count;
        send(relay->sides[1 - from].fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        relay->system_calls++;
    }
    note(relay, from, (size_t)count);
}

void floors_relay_sockets(void *context) {
    floors_relay *relay = context;
    static __thread uint8_t room[8192];
    while (floors_gate_pass(&relay->gate)) {
        while (keeps_running(&relay->gate)) {
            serve_socket(relay, 0, room, sizeof room);
            serve_socket(relay, 1, room, sizeof room);
        }
    }
}

// ---- io_uring ----------------------------------------------------------------------------------

enum { buffer_count = 256, buffer_bytes = 2048, group = 1, send_mark = 100 };

typedef struct {
    struct io_uring ring;
    struct io_uring_buf_ring *entries;
    uint8_t *buffers;
} ring_room;

static void give_back(ring_room *room, uint16_t id) {
    io_uring_buf_ring_add(
        room->entries, room->buffers + (size_t)id * buffer_bytes, buffer_bytes, id,
        buffer_count - 1, 0
    );
    io_uring_buf_ring_advance(room->entries, 1);
}

static void listen_to(ring_room *room, int side) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&room->ring);
    io_uring_prep_recv_multishot(sqe, side, NULL, 0, 0);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->buf_group = group;
    sqe->user_data = (uint64_t)side;
}

static int open_ring(ring_room *room, const floors_relay *relay) {
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
        .cq_entries = 1024,
    };
    int failure = io_uring_queue_init_params(64, &room->ring, &parameters);
    if (failure) return failure;
    io_uring_register_ring_fd(&room->ring);
    int files[2] = {relay->sides[0].fd, relay->sides[1].fd};
    failure = io_uring_register_files(&room->ring, files, 2);
    if (failure) return failure;
    size_t entry_bytes = buffer_count * sizeof(struct io_uring_buf);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    room->entries = mmap(NULL, entry_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    room->buffers =
        mmap(NULL, buffer_count * buffer_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (room->entries == MAP_FAILED || room->buffers == MAP_FAILED) return -ENOMEM;
    struct io_uring_buf_reg registration = {
        .ring_addr = (uint64_t)(uintptr_t)room->entries,
        .ring_entries = buffer_count,
        .bgid = group,
    };
    failure = io_uring_register_buf_ring(&room->ring, &registration, 0);
    if (failure) return failure;
    io_uring_buf_ring_init(room->entries);
    for (uint16_t id = 0; id < buffer_count; id++) give_back(room, id);
    listen_to(room, 0);
    listen_to(room, 1);
    return io_uring_submit_and_get_events(&room->ring) < 0 ? -errno : 0;
}

static void answer(floors_relay *relay, ring_room *room, int from, const void *came, size_t count) {
    const floors_side *side = &relay->sides[from];
    struct io_uring_sqe *sqe = io_uring_get_sqe(&room->ring);
    if (!sqe) return;
    const void *bytes = side->constant ? side->constant : came;
    size_t length = side->constant ? side->constant_bytes : count;
    io_uring_prep_send(sqe, 1 - from, bytes, length, MSG_NOSIGNAL | MSG_WAITALL);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    sqe->user_data = send_mark;
    // The buffer goes back before the send is done with it only once the kernel has copied it,
    // which a stream send of this size does at submission.
    io_uring_submit_and_get_events(&room->ring);
    relay->system_calls++;
}

static void reap(floors_relay *relay, ring_room *room) {
    struct io_uring_cqe *cqe;
    while (io_uring_peek_cqe(&room->ring, &cqe) == 0 && cqe) {
        uint64_t from = cqe->user_data;
        int32_t count = cqe->res;
        uint32_t flags = cqe->flags;
        io_uring_cqe_seen(&room->ring, cqe);
        if (from > 1) continue;
        if (flags & IORING_CQE_F_BUFFER) {
            uint16_t id = (uint16_t)(flags >> IORING_CQE_BUFFER_SHIFT);
            const uint8_t *bytes = room->buffers + (size_t)id * buffer_bytes;
            const floors_side *side = &relay->sides[from];
            if (count > 0 && wants_answer(side, bytes, (size_t)count))
                answer(relay, room, (int)from, bytes, (size_t)count);
            if (count > 0) note(relay, (int)from, (size_t)count);
            give_back(room, id);
        }
        if (!(flags & IORING_CQE_F_MORE) && count != 0) {
            listen_to(room, (int)from);
            io_uring_submit_and_get_events(&room->ring);
            relay->system_calls++;
        }
    }
}

void floors_relay_ring(void *context) {
    floors_relay *relay = context;
    ring_room *room = calloc(1, sizeof *room);
    relay->failure = room ? open_ring(room, relay) : -ENOMEM;
    const uint32_t needs_enter = IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW;
    while (floors_gate_pass(&relay->gate)) {
        while (keeps_running(&relay->gate) && relay->failure == 0) {
            if (__atomic_load_n(room->ring.sq.kflags, __ATOMIC_RELAXED) & needs_enter) {
                io_uring_get_events(&room->ring);
                relay->system_calls++;
            }
            if (*room->ring.cq.khead != __atomic_load_n(room->ring.cq.ktail, __ATOMIC_ACQUIRE))
                reap(relay, room);
        }
    }
    if (relay->failure == 0) io_uring_queue_exit(&room->ring);
    free(room);
}
