#pragma once
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "shim_attributes.h"

// Socket calls with their errno folded in: a count, or -errno.

SHIM_HOT ssize_t shim_socket_receive(int fd, void *bytes, size_t count) {
    ssize_t got = recv(fd, bytes, count, MSG_DONTWAIT);
    return got < 0 ? -errno : got;
}

SHIM_HOT ssize_t shim_socket_send(int fd, const void *bytes, size_t count) {
    ssize_t sent = send(fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

SHIM_HOT int shim_epoll_watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

SHIM_HOT int shim_epoll_forget(int epoll, int fd) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) < 0 ? -errno : 0;
}

SHIM_HOT int shim_epoll_wait(int epoll, int timeout_ms) {
    struct epoll_event event;
    int ready = epoll_wait(epoll, &event, 1, timeout_ms);
    return ready < 0 ? -errno : ready;
}

// Bytes the kernel has taken and not yet put on the wire (SIOCOUTQNSD); -errno if it cannot say.
int shim_socket_unsent(int fd);

// Ends a TCP connection by RST at once, whoever else holds the descriptor. 0 or -errno.
int shim_socket_reset(int fd);

// A Unix socket's peer, as the kernel knows it. 0 or -errno.
typedef struct {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
} shim_peer;
int shim_socket_peer(int fd, shim_peer *peer);
