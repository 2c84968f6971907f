#pragma once

// Sockets that carry bytes to and from centrals: L2CAP channels, which Swift cannot name (libbluetooth's headers spell them with
// packed unions, inline byte swaps and GNU statement expressions), and the pairs over which bluetoothd hands GATT data on. Only
// headers of libbluetooth are used, nothing of it is linked.
//
// Every descriptor made here is non-blocking and closed on exec, and is the caller's to close. What can fail returns a negative
// errno. Nothing here waits, prints or keeps state.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    // "00:11:22:33:44:55" and a NUL.
    CBT_ADDRESS_SIZE = 18,
};

// Two connected sockets that keep packets apart (unix, SOCK_SEQPACKET).
int cbt_pair(int ends[2]);

// Listens for LE credit-based channels (Core specification, volume 3, part A, 4.22) on any adapter, without asking for pairing
// or encryption, on a dynamic PSM (0x80 to 0xff) of the kernel's choice, which goes to `psm`. A peer's packet may have up to
// `receive_mtu` bytes. -EAFNOSUPPORT: the kernel has no Bluetooth, or this process may not have such sockets, for one in a
// network namespace of its own.
int cbt_listen(uint16_t receive_mtu, int backlog, uint16_t *psm);

// A channel that has come, its peer's address and how many bytes the peer takes in a packet. -EAGAIN: none.
int cbt_accept(int listener, char address[CBT_ADDRESS_SIZE], uint16_t *send_mtu);

// One packet, of either kind of socket; the number of bytes. -EAGAIN: no room now. No SIGPIPE.
ssize_t cbt_send(int descriptor, const void *bytes, size_t size);
// One packet; what does not fit is lost. 0: the other end has gone. -EAGAIN: none now.
ssize_t cbt_receive(int descriptor, void *bytes, size_t size);
