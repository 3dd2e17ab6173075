#include "shim_socket.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int shim_socket_unsent(int fd) {
    int bytes = 0;
    return ioctl(fd, SIOCOUTQNSD, &bytes) < 0 ? -errno : bytes;
}

int shim_socket_reset(int fd) {
    // shutdown() would say goodbye with FIN after the queue is sent, and close() does nothing
    // while the ring holds the file. connect() to AF_UNSPEC drops the queue and sends RST.
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    if (connect(fd, &nowhere, sizeof nowhere) == 0) return 0;
    int error = errno;
    (void)shutdown(fd, SHUT_RDWR);
    return -error;
}

int shim_socket_peer(int fd, shim_peer *peer) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return -errno;
    peer->pid = credentials.pid;
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    return 0;
}

int shim_socket_peer_groups(int fd, uint32_t *groups, int max) {
    socklen_t size = (socklen_t)max * sizeof *groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0) return -errno;
    return (int)(size / sizeof *groups);
}

static int fail(int fd) {
    int error = errno;
    close(fd);
    return -error;
}

static struct sockaddr_in address_of(uint32_t host, uint16_t port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    return address;
}

static void set_option(int fd, int level, int option, int value) {
    // An option a kernel lacks costs latency, not correctness.
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

static void set_stream_options(int fd, int timeout_ms) {
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, timeout_ms);
}

int shim_tcp_dial(uint32_t host, uint16_t port, int timeout_ms) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    set_stream_options(fd, timeout_ms);
    (void)shim_socket_linger_reset(fd, 1);
    struct sockaddr_in address = address_of(host, port);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        return fail(fd);
    }
    return fd;
}

int shim_socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return -errno;
    return -error;
}

int shim_tcp_listen(uint32_t host, uint16_t port, int backlog, int timeout_ms, uint16_t *bound) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set_stream_options(fd, timeout_ms);
    struct sockaddr_in address = address_of(host, port);
    socklen_t size = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, size) < 0) return fail(fd);
    if (listen(fd, backlog) < 0) return fail(fd);
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) return fail(fd);
    *bound = ntohs(address.sin_port);
    return fd;
}

int shim_tcp_accept(int listener, uint32_t *host) {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int fd = accept4(listener, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return -errno;
    *host = ntohl(address.sin_addr.s_addr);
    // Loopback would take megabytes for a peer that does not read; it is to be noticed sooner.
    set_option(fd, SOL_SOCKET, SO_SNDBUF, 256 * 1024);
    return fd;
}

int shim_socket_linger_reset(int fd, int on) {
    struct linger linger = {.l_onoff = on, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0 ? -errno : 0;
}

int shim_udp_open(uint32_t host, uint16_t port, int *receive_bytes) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (*receive_bytes > 0) set_option(fd, SOL_SOCKET, SO_RCVBUF, *receive_bytes);
    socklen_t size = sizeof *receive_bytes;
    (void)getsockopt(fd, SOL_SOCKET, SO_RCVBUF, receive_bytes, &size);
    struct sockaddr_in address = address_of(host, port);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail(fd);
    return fd;
}

int shim_udp_connect(int fd, uint32_t host, uint16_t port) {
    struct sockaddr_in address = address_of(host, port);
    return connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

static int join_by(int fd, uint32_t group, uint32_t source, uint32_t interface) {
    if (source == 0) {
        struct ip_mreq any = {
            .imr_multiaddr.s_addr = htonl(group), .imr_interface.s_addr = htonl(interface)
        };
        return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &any, sizeof any);
    }
    struct ip_mreq_source one = {
        .imr_multiaddr.s_addr = htonl(group),
        .imr_interface.s_addr = htonl(interface),
        .imr_sourceaddr.s_addr = htonl(source),
    };
    return setsockopt(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &one, sizeof one);
}

int shim_udp_join(int fd, uint32_t group, uint32_t source, uint32_t interface) {
    // Without this the socket also hears what others on this host joined for on another card.
    int no = 0;
    if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &no, sizeof no) < 0) return -errno;
    if (join_by(fd, group, source, interface) == 0) return 0;
    // No route for the group: a host without a network still has its loopback.
    if (interface == 0 && join_by(fd, group, source, INADDR_LOOPBACK) == 0) return 0;
    return -errno;
}

int shim_udp_send_to(int fd, uint32_t host, uint16_t port, const void *bytes, size_t count) {
    struct sockaddr_in address = address_of(host, port);
    ssize_t sent = sendto(
        fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address
    );
    return sent < 0 ? -errno : (int)sent;
}

static int unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
    memcpy(address->sun_path, path, length + 1);
    return 0;
}

int shim_unix_listen(const char *path, unsigned mode, int backlog) {
    struct sockaddr_un address;
    int wrong = unix_address(path, &address);
    if (wrong) return wrong;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    // The file is born with the socket's own mode: there is no moment in which it is open to all.
    if (fchmod(fd, mode) < 0) return fail(fd);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail(fd);
    if (chmod(path, mode) < 0 || listen(fd, backlog) < 0) return fail(fd);
    return fd;
}

int shim_unix_connect(const char *path) {
    struct sockaddr_un address;
    int wrong = unix_address(path, &address);
    if (wrong) return wrong;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    return connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? fail(fd) : fd;
}

int shim_unix_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? -errno : fd;
}
