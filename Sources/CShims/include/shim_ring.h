#pragma once
#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>

#include "shim_attributes.h"

// io_uring as the port needs it. liburing maps the ring and enters the kernel; what the hot loop
// looks at between two system calls is read here, inline, from the mapped words.

enum {
    shim_ring_single_issuer = IORING_SETUP_SINGLE_ISSUER,
    shim_ring_defer_taskrun = IORING_SETUP_DEFER_TASKRUN,
    shim_ring_coop_taskrun = IORING_SETUP_COOP_TASKRUN,
    shim_ring_taskrun_flag = IORING_SETUP_TASKRUN_FLAG,
    shim_ring_submit_all = IORING_SETUP_SUBMIT_ALL,
    shim_ring_needs_enter = IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW,
    shim_cqe_more = IORING_CQE_F_MORE,
    shim_cqe_buffer = IORING_CQE_F_BUFFER,
    shim_cqe_buffer_shift = IORING_CQE_BUFFER_SHIFT,
};

typedef struct {
    uint64_t user_data;
    int32_t res;
    uint32_t flags;
} shim_completion;

// Set-up: any system call, never from the hot loop. 0 or -errno.
int shim_ring_setup(struct io_uring *ring, uint32_t sq, uint32_t cq, uint32_t flags);
int shim_ring_group_register(struct io_uring *ring, void *entries, uint32_t count, uint16_t group);

// Two words and the queue between them.

SHIM_HOT uint32_t shim_ring_flags(const struct io_uring *ring) {
    return __atomic_load_n(ring->sq.kflags, __ATOMIC_RELAXED);
}

SHIM_HOT uint32_t shim_ring_queued(const struct io_uring *ring) {
    return ring->sq.sqe_tail - ring->sq.sqe_head;
}

SHIM_HOT uint32_t shim_ring_head(const struct io_uring *ring) { return *ring->cq.khead; }

SHIM_HOT uint32_t shim_ring_tail(const struct io_uring *ring) {
    return __atomic_load_n(ring->cq.ktail, __ATOMIC_ACQUIRE);
}

SHIM_HOT shim_completion shim_ring_completion(const struct io_uring *ring, uint32_t position) {
    const struct io_uring_cqe *cqe = &ring->cq.cqes[position & ring->cq.ring_mask];
    shim_completion copy = {cqe->user_data, cqe->res, cqe->flags};
    return copy;
}

// A completion already acted on is overwritten, so that it is not acted on twice.
SHIM_HOT void shim_ring_forget(const struct io_uring *ring, uint32_t position) {
    ring->cq.cqes[position & ring->cq.ring_mask].user_data = 0;
}

SHIM_HOT void shim_ring_seen(const struct io_uring *ring, uint32_t head) {
    __atomic_store_n(ring->cq.khead, head, __ATOMIC_RELEASE);
}

// The only system calls of the hot loop. liburing neither allocates nor locks in them.

// Submits what is queued and takes what is ready, in one call. -errno on failure.
SHIM_HOT int shim_ring_enter(struct io_uring *ring) { return io_uring_submit_and_get_events(ring); }

// The same, and sleeps until something is ready or `ns` have passed.
SHIM_HOT int shim_ring_wait(struct io_uring *ring, int64_t ns) {
    struct io_uring_cqe *ready;
    struct __kernel_timespec timeout = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    return io_uring_submit_and_wait_timeout(ring, &ready, 1, &timeout, NULL);
}

// Puts a descriptor (or -1) at `slot` of the ring's file table. 1, or -errno.
SHIM_HOT int shim_ring_file(struct io_uring *ring, uint32_t slot, int fd) {
    return io_uring_register_files_update(ring, slot, &fd, 1);
}

// Requests. False when the submission queue is full: enter, then ask again.

SHIM_HOT bool shim_ring_receive(
    struct io_uring *ring, int file, uint16_t group, uint64_t user_data
) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
    if (!sqe) return false;
    io_uring_prep_recv_multishot(sqe, file, NULL, 0, 0);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->buf_group = group;
    sqe->user_data = user_data;
    return true;
}

SHIM_HOT bool shim_ring_send(
    struct io_uring *ring, int file, const void *bytes, size_t count, uint64_t user_data
) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
    if (!sqe) return false;
    io_uring_prep_send(sqe, file, bytes, count, MSG_NOSIGNAL | MSG_WAITALL);
    sqe->flags |= IOSQE_FIXED_FILE;
    sqe->user_data = user_data;
    return true;
}

SHIM_HOT bool shim_ring_cancel(struct io_uring *ring, uint64_t target, uint64_t user_data) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
    if (!sqe) return false;
    io_uring_prep_cancel64(sqe, target, 0);
    sqe->user_data = user_data;
    return true;
}

// Receive buffers: written one by one, made visible to the kernel in one batch.

SHIM_HOT void shim_ring_buffer_put(
    void *entries, uint32_t mask, uint32_t offset, void *bytes, uint32_t count, uint16_t id
) {
    io_uring_buf_ring_add(
        (struct io_uring_buf_ring *)entries, bytes, count, id, (int)mask, (int)offset
    );
}

SHIM_HOT void shim_ring_buffers_publish(void *entries, uint32_t count) {
    io_uring_buf_ring_advance((struct io_uring_buf_ring *)entries, (int)count);
}
