#include "shim_socket.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/un.h>

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
