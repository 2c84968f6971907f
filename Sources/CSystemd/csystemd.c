#define _GNU_SOURCE

#include "csystemd.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct csd_interface {
    csd_method_handler method;
    csd_property_getter property;
    csd_context_release release;
    void *context;
    size_t used;
    size_t capacity;
    // Start, members, end. The array never moves: sd-bus points into it.
    sd_bus_vtable *vtable;
};

static int on_method(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    csd_interface *interface = userdata;
    (void) error; // The handler answers through the message, now or later.
    return interface->method(interface->context, call);
}

static int on_property(sd_bus *bus, const char *path, const char *name, const char *property, sd_bus_message *reply,
                       void *userdata, sd_bus_error *error) {
    csd_interface *interface = userdata;
    (void) path;
    (void) name;
    return interface->property(interface->context, bus, property, reply, error);
}

// Stands between the slot and the two things it owns.
static void on_destroy(void *userdata) {
    csd_interface *interface = userdata;
    csd_context_release release = interface->release;
    void *context = interface->context;
    csd_interface_free(interface);
    if (release)
        release(context);
}

csd_interface *csd_interface_new(size_t members, csd_method_handler method, csd_property_getter property) {
    csd_interface *interface = calloc(1, sizeof(*interface));
    if (!interface)
        return NULL;
    // calloc also does what sd-bus-vtable.h asks for: unused parts of the unions are zero.
    interface->vtable = calloc(members + 2, sizeof(sd_bus_vtable));
    if (!interface->vtable) {
        free(interface);
        return NULL;
    }
    interface->method = method;
    interface->property = property;
    interface->capacity = members + 2;
    interface->used = 1;
    // Authorisation is the handler's, by the sender's credentials; without this flag sd-bus refuses everybody who is
    // neither root nor the daemon's own user before the handler is asked.
    interface->vtable[0] = (sd_bus_vtable) SD_BUS_VTABLE_START(SD_BUS_VTABLE_UNPRIVILEGED);
    return interface;
}

static char *copy_names(const char *names, size_t size) {
    // The list ends with an empty name, so an empty list is one NUL.
    char *copy = calloc(1, size + 1);
    if (copy && size > 0)
        memcpy(copy, names, size);
    return copy;
}

int csd_interface_add_method(csd_interface *interface, const char *name, const char *input, const char *output,
                             const char *names, size_t names_size) {
    if (interface->used + 1 >= interface->capacity)
        return -ENOSPC;
    char *member = strdup(name), *in = strdup(input), *out = strdup(output), *list = copy_names(names, names_size);
    if (!member || !in || !out || !list) {
        free(member);
        free(in);
        free(out);
        free(list);
        return -ENOMEM;
    }
    // Not SD_BUS_METHOD_WITH_NAMES: it joins the two name lists as string literals.
    sd_bus_vtable *entry = &interface->vtable[interface->used++];
    entry->type = _SD_BUS_VTABLE_METHOD;
    entry->flags = SD_BUS_VTABLE_UNPRIVILEGED;
    entry->x.method.member = member;
    entry->x.method.signature = in;
    entry->x.method.result = out;
    entry->x.method.handler = on_method;
    entry->x.method.names = list;
    return 0;
}

int csd_interface_add_property(csd_interface *interface, const char *name, const char *signature, int change) {
    if (interface->used + 1 >= interface->capacity)
        return -ENOSPC;
    char *member = strdup(name), *type = strdup(signature);
    if (!member || !type) {
        free(member);
        free(type);
        return -ENOMEM;
    }
    uint64_t flags = 0;
    if (change == CSD_PROPERTY_CONSTANT)
        flags = SD_BUS_VTABLE_PROPERTY_CONST;
    else if (change == CSD_PROPERTY_EMITS_CHANGE)
        flags = SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;
    else if (change == CSD_PROPERTY_EMITS_INVALIDATION)
        flags = SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION;
    interface->vtable[interface->used++] = (sd_bus_vtable) SD_BUS_PROPERTY(member, type, on_property, 0, flags);
    return 0;
}

int csd_interface_add_signal(csd_interface *interface, const char *name, const char *signature, const char *names,
                             size_t names_size) {
    if (interface->used + 1 >= interface->capacity)
        return -ENOSPC;
    char *member = strdup(name), *type = strdup(signature), *list = copy_names(names, names_size);
    if (!member || !type || !list) {
        free(member);
        free(type);
        free(list);
        return -ENOMEM;
    }
    interface->vtable[interface->used++] = (sd_bus_vtable) SD_BUS_SIGNAL_WITH_NAMES(member, type, list, 0);
    return 0;
}

int csd_interface_register(csd_interface *interface, sd_bus *bus, sd_bus_slot **slot, const char *path,
                           const char *name, void *context, csd_context_release release) {
    interface->vtable[interface->used] = (sd_bus_vtable) SD_BUS_VTABLE_END;
    interface->context = context;
    int result = sd_bus_add_object_vtable(bus, slot, path, name, interface->vtable, interface);
    if (result < 0)
        return result;
    result = sd_bus_slot_set_destroy_callback(*slot, on_destroy);
    if (result < 0) {
        *slot = sd_bus_slot_unref(*slot);
        return result;
    }
    interface->release = release;
    return 0;
}

void csd_interface_free(csd_interface *interface) {
    if (!interface)
        return;
    for (size_t i = 1; i < interface->used; i++) {
        sd_bus_vtable *entry = &interface->vtable[i];
        // The strings are this file's own copies; the vtable only calls them const.
        switch (entry->type) {
        case _SD_BUS_VTABLE_METHOD:
            free((void *) entry->x.method.member);
            free((void *) entry->x.method.signature);
            free((void *) entry->x.method.result);
            free((void *) entry->x.method.names);
            break;
        case _SD_BUS_VTABLE_PROPERTY:
            free((void *) entry->x.property.member);
            free((void *) entry->x.property.signature);
            break;
        case _SD_BUS_VTABLE_SIGNAL:
            free((void *) entry->x.signal.member);
            free((void *) entry->x.signal.signature);
            free((void *) entry->x.signal.names);
            break;
        }
    }
    free(interface->vtable);
    free(interface);
}

int csd_datagram_socket(void) {
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return descriptor < 0 ? -errno : descriptor;
}

int csd_datagram_send(int descriptor, const char *path, const void *bytes, size_t size) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length < 2 || (path[0] != '/' && path[0] != '@')) {
        return -EAFNOSUPPORT;
    }
    if (length >= sizeof(address.sun_path)) {
        return -ENAMETOOLONG;
    }
    memcpy(address.sun_path, path, length);
    // The end of an abstract name is where the address ends; that of a path is a NUL.
    socklen_t end = offsetof(struct sockaddr_un, sun_path) + length + 1;
    if (path[0] == '@') {
        address.sun_path[0] = 0;
        end -= 1;
    }
    struct iovec piece = {.iov_base = (void *) bytes, .iov_len = size};
    struct msghdr message = {.msg_name = &address, .msg_namelen = end, .msg_iov = &piece, .msg_iovlen = 1};
    return sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

ssize_t csd_write_now(int descriptor, const void *bytes, size_t size) {
    size_t written = 0;
    while (written < size) {
        struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
        int ready = poll(&entry, 1, 0);
        int failure = 0;
        if (ready < 0) {
            failure = errno;
        } else if (ready == 0) {
            failure = EAGAIN;
        } else if (entry.revents & POLLNVAL) {
            failure = EBADF;
        } else if (entry.revents & (POLLERR | POLLHUP)) {
            failure = EPIPE;
        } else {
            // What is writable takes this much at once: a pipe has a whole page free.
            size_t left = size - written;
            size_t part = left < PIPE_BUF ? left : PIPE_BUF;
            const char *start = (const char *) bytes + written;
            ssize_t count = send(descriptor, start, part, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0 && errno == ENOTSOCK) {
                count = write(descriptor, start, part);
            }
            if (count > 0) {
                written += (size_t) count;
                continue;
            }
            failure = count < 0 ? errno : EIO;
        }
        return written > 0 ? (ssize_t) written : -failure;
    }
    return (ssize_t) written;
}

int csd_thread_set_own_name(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

int csd_thread_join(unsigned long thread, int64_t seconds, int64_t nanoseconds) {
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += seconds;
    deadline.tv_nsec += nanoseconds;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec += 1;
        deadline.tv_nsec -= 1000000000;
    }
    return pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &deadline);
}

int csd_wait_readable(int descriptor, int64_t seconds, int64_t nanoseconds) {
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    struct timespec limit = {.tv_sec = seconds, .tv_nsec = nanoseconds};
    return ppoll(&entry, 1, seconds < 0 ? NULL : &limit, NULL);
}

const char *csd_errno_name(int code) {
    return strerrorname_np(code);
}

const char *csd_errno_text(int code) {
    return strerrordesc_np(code);
}
