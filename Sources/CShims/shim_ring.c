#include "shim_ring.h"

#include <string.h>

int shim_ring_setup(struct io_uring *ring, uint32_t sq, uint32_t cq, uint32_t flags) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    memset(ring, 0, sizeof *ring);
    parameters.flags = flags | IORING_SETUP_CQSIZE;
    parameters.cq_entries = cq;
    return io_uring_queue_init_params(sq, ring, &parameters);
}

int shim_ring_group_register(struct io_uring *ring, void *entries, uint32_t count, uint16_t group) {
    struct io_uring_buf_reg request;
    memset(&request, 0, sizeof request);
    request.ring_addr = (uint64_t)(uintptr_t)entries;
    request.ring_entries = count;
    request.bgid = group;
    int answer = io_uring_register_buf_ring(ring, &request, 0);
    if (answer == 0) io_uring_buf_ring_init((struct io_uring_buf_ring *)entries);
    return answer;
}
