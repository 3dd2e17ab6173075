#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "floors_inline.h"

// A SoupBinTCP packet begins with its length, big-endian, which does not count itself.
static bool is_whole(const uint8_t *bytes, size_t count) {
    return count >= 3 && count >= 2 + ((size_t)bytes[0] << 8 | bytes[1]);
}

// A packet without payload is a heartbeat: whoever slept, or was kept from its CPU, owes one.
static size_t without_heartbeats(uint8_t *bytes, size_t count) {
    while (count >= 3 && bytes[0] == 0 && bytes[1] == 1) {
        count -= 3;
        memmove(bytes, bytes + 3, count);
    }
    return count;
}

floors_exchange_result floors_exchange(
    int out_fd, const void *bytes, size_t count,
    int in_fd, void *room, size_t capacity, uint64_t limit_cycles, bool patient
) {
    floors_exchange_result result = {0, 0, 0, false};
    uint32_t first_cpu, last_cpu;
    size_t got = 0;

    result.begin = stamp(&first_cpu);
    ssize_t sent = send(out_fd, bytes, count, MSG_NOSIGNAL);
    int64_t failure = sent == (ssize_t)count ? 0 : sent < 0 ? -errno : -EMSGSIZE;
    while (failure == 0 && !is_whole(room, got)) {
        ssize_t more = recv(in_fd, (uint8_t *)room + got, capacity - got, MSG_DONTWAIT);
        if (more > 0) got = without_heartbeats(room, got + (size_t)more);
        else if (more == 0) failure = -ECONNRESET;
        else if (errno != EAGAIN && errno != EINTR) failure = -errno;
        else if (__rdtsc() - result.begin > limit_cycles) failure = -ETIMEDOUT;
        else if (patient) poll(&(struct pollfd){.fd = in_fd, .events = POLLIN}, 1, 1);
    }
    result.end = stamp(&last_cpu);

    result.got = failure ? failure : (int64_t)got;
    result.cpu_changed = first_cpu != last_cpu;
    return result;
}
