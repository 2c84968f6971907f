#define _GNU_SOURCE

#include "cbluetooth.h"

#include <bluetooth/bluetooth.h>
#include <bluetooth/l2cap.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int closing(int descriptor) {
    int code = errno;
    close(descriptor);
    return -code;
}

int cbt_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0 ? -errno : 0;
}

int cbt_listen(uint16_t receive_mtu, int backlog, uint16_t *psm) {
    int descriptor = socket(AF_BLUETOOTH, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, BTPROTO_L2CAP);
    if (descriptor < 0)
        return -errno;
    // PSM 0: the kernel picks one. The address type, which no BR/EDR socket has, makes it LE and so credit-based.
    struct sockaddr_l2 address = {.l2_family = AF_BLUETOOTH, .l2_bdaddr_type = BDADDR_LE_PUBLIC};
    socklen_t size = sizeof(address);
    if (bind(descriptor, (struct sockaddr *) &address, size) < 0)
        return closing(descriptor);
    // What the peer may send is set here; what may be sent to it is the peer's to say (BT_SNDMTU is refused for LE).
    if (setsockopt(descriptor, SOL_BLUETOOTH, BT_RCVMTU, &receive_mtu, sizeof(receive_mtu)) < 0)
        return closing(descriptor);
    if (listen(descriptor, backlog) < 0)
        return closing(descriptor);
    if (getsockname(descriptor, (struct sockaddr *) &address, &size) < 0)
        return closing(descriptor);
    *psm = btohs(address.l2_psm);
    return descriptor;
}

int cbt_accept(int listener, char text[CBT_ADDRESS_SIZE], uint16_t *send_mtu) {
    struct sockaddr_l2 address = {0};
    socklen_t size = sizeof(address);
    int descriptor = accept4(listener, (struct sockaddr *) &address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0)
        return -errno;
    const uint8_t *byte = address.l2_bdaddr.b; // the least significant first
    snprintf(text, CBT_ADDRESS_SIZE, "%02X:%02X:%02X:%02X:%02X:%02X", byte[5], byte[4], byte[3], byte[2], byte[1], byte[0]);
    size = sizeof(*send_mtu);
    if (getsockopt(descriptor, SOL_BLUETOOTH, BT_SNDMTU, send_mtu, &size) < 0)
        return closing(descriptor);
    return descriptor;
}

ssize_t cbt_send(int descriptor, const void *bytes, size_t size) {
    ssize_t count = send(descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? -errno : count;
}

ssize_t cbt_receive(int descriptor, void *bytes, size_t size) {
    ssize_t count = recv(descriptor, bytes, size, MSG_DONTWAIT);
    return count < 0 ? -errno : count;
}
