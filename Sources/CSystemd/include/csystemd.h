#pragma once

// What Swift needs of libsystemd. Most of it is called from Swift as it stands; what is declared below is only what
// Swift cannot express, each with its reason.

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

// An interface under construction, then registered. sd_bus_vtable is a packed record with bit fields and a union that is
// only valid when made by macros (sd-bus-vtable.h says so), and Swift imports neither; so the array is made here.
typedef struct csd_interface csd_interface;

// A method was called. Returns 1 when the call is (or will be) answered, a negative errno otherwise.
typedef int (*csd_method_handler)(void *context, sd_bus_message *call);
// A property is read: appends its value to `reply`, or sets `error` and returns a negative errno.
typedef int (*csd_property_getter)(void *context, sd_bus *bus, const char *property, sd_bus_message *reply,
                                   sd_bus_error *error);
// The interface is gone and `context` will not be used again.
typedef void (*csd_context_release)(void *context);

enum {
    // How a property announces changes. They stand for the SD_BUS_VTABLE_PROPERTY_* flags, which are 64-bit enumerators in
    // an anonymous extension enum and reach Swift with no usable type.
    CSD_PROPERTY_SILENT = 0,
    CSD_PROPERTY_CONSTANT = 1,
    CSD_PROPERTY_EMITS_CHANGE = 2,
    CSD_PROPERTY_EMITS_INVALIDATION = 3,
};

// An empty interface with room for `members` methods, properties and signals together; NULL when memory is out.
csd_interface *csd_interface_new(size_t members, csd_method_handler method, csd_property_getter property);

// Each copies its strings. `names` are argument names, each ended by a NUL, `names_size` bytes together; there may be
// none.
// -ENOSPC: more members than announced. -ENOMEM.
int csd_interface_add_method(csd_interface *interface, const char *name, const char *input, const char *output,
                             const char *names, size_t names_size);
int csd_interface_add_property(csd_interface *interface, const char *name, const char *signature, int change);
int csd_interface_add_signal(csd_interface *interface, const char *name, const char *signature, const char *names,
                             size_t names_size);

// Serves the interface at a path. On success the slot owns the interface and, through `release`, the context: sd-bus
// keeps pointers into the vtable until the slot is really finished, which, for a slot dropped in its own handler, is later
// than the unref. On failure both stay with the caller.
int csd_interface_register(csd_interface *interface, sd_bus *bus, sd_bus_slot **slot, const char *path,
                           const char *name, void *context, csd_context_release release);

// For an interface that was not registered. Does not release a context.
void csd_interface_free(csd_interface *interface);

// GNU extensions. Swift's Glibc module is built without _GNU_SOURCE and does not have them. The results are theirs.
int csd_thread_set_own_name(const char *name);                                   // pthread_setname_np
int csd_thread_join(unsigned long thread, int64_t seconds, int64_t nanoseconds); // pthread_clockjoin_np, relative time
int csd_wait_readable(int descriptor, int64_t seconds, int64_t nanoseconds);     // ppoll; negative seconds: no limit
const char *csd_errno_name(int code);                                            // strerrorname_np
const char *csd_errno_text(int code);                                            // strerrordesc_np

// Sending that never waits. libsystemd's sd_journal_sendv() and sd_notify() block when the receiver's queue is full, which
// is for ever when the receiver hangs; sockaddr_un and the MSG_ flags are clumsy in Swift.

// A datagram socket of the unix family, connected to nothing. Negative: an errno.
int csd_datagram_socket(void);
// Sends one datagram to the socket at a path, or of an abstract name when it begins with "@". 0, or a negative errno: among
// them -EAGAIN when the receiver's queue is full and -EAFNOSUPPORT when the address is neither.
int csd_datagram_send(int descriptor, const char *path, const void *bytes, size_t size);
// Writes as much as a pipe, terminal or socket takes now, though the descriptor may be a blocking one. The count, which may
// be short; a negative errno when nothing was taken. Only one thread at a time: between asking and writing to a pipe,
// another writer could take the room. A regular file is always ready, and is as slow as its disk.
ssize_t csd_write_now(int descriptor, const void *bytes, size_t size);
