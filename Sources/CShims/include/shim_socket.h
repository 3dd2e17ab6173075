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

// Supplementary groups of that peer: how many (at most `max` are stored), or -errno.
int shim_socket_peer_groups(int fd, uint32_t *groups, int max);

// Sockets of the admin thread, non-blocking and closed on exec. A descriptor or -errno; addresses
// are IPv4 in host byte order.

// Begins a connection: no delay, quick ACK, dead after `timeout_ms` without an ACK, RST on close.
int shim_tcp_dial(uint32_t host, uint16_t port, int timeout_ms);
// 0 when the connection stands, else -errno of what became of it.
int shim_socket_error(int fd);
// Every option an accepted socket needs is set here, before the first one exists.
int shim_tcp_listen(uint32_t host, uint16_t port, int backlog, int timeout_ms, uint16_t *bound);
int shim_tcp_accept(int listener, uint32_t *host);
// 1: close() resets; 0: close() says goodbye.
int shim_socket_linger_reset(int fd, int on);

// Bound to host:port (0 any); `receive_bytes` is what the kernel granted of what was asked.
int shim_udp_open(uint32_t host, uint16_t port, int *receive_bytes);
int shim_udp_connect(int fd, uint32_t host, uint16_t port);
// `source` 0: of any sender; otherwise what others send to the group is not heard. `interface` is an
// address of this host; 0: where the routes say.
int shim_udp_join(int fd, uint32_t group, uint32_t source, uint32_t interface);
int shim_udp_send_to(int fd, uint32_t host, uint16_t port, const void *bytes, size_t count);

// Unix stream sockets; `mode` is the file's. -ENAMETOOLONG beyond 107 bytes.
int shim_unix_listen(const char *path, unsigned mode, int backlog);
int shim_unix_connect(const char *path);
int shim_unix_accept(int listener);
