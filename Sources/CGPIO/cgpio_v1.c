// libgpiod 1.6 (Debian 12): the kernel's uAPI 1, which has one configuration per request and one descriptor per watched
// line. A request here is one bulk of all outputs, so that they are set together, and each input by itself.

#define _GNU_SOURCE
#include "cgpio_internal.h"

#ifdef CGP_GPIOD_1

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct cgp_request {
    unsigned count;
    struct gpiod_line *lines[CGP_LINES_MAX];
    // The chip's other lines, and the chip itself, belong to the caller; a line is this request's once it was requested.
    uint64_t requested;
    uint64_t outputs;
    uint64_t values; // of the outputs: a bulk is always written whole
    struct gpiod_line_bulk bulk;
    int epoll; // -1: no line has edges
    struct gpiod_chip *chip;
};

struct cgp_capabilities cgp_capabilities(void) { return (struct cgp_capabilities){.major = 1}; }

const char *cgp_library_version(void) { return gpiod_version_string(); }

int cgp_chip_get_info(cgp_chip *chip, struct cgp_chip_info *into) {
    cgp_copy_name(into->name, gpiod_chip_name(chip->chip));
    cgp_copy_name(into->label, gpiod_chip_label(chip->chip));
    into->lines = gpiod_chip_num_lines(chip->chip);
    into->open_errno = 0;
    return 0;
}

int cgp_chip_line_info(cgp_chip *chip, unsigned offset, struct cgp_line_info *into) {
    struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);
    // The library caches what it learned when the line was first looked at.
    if (!line || gpiod_line_update(line) != 0) return -1;
    into->offset = offset;
    cgp_copy_name(into->name, gpiod_line_name(line));
    cgp_copy_name(into->consumer, gpiod_line_consumer(line));
    into->is_used = gpiod_line_is_used(line);
    into->is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    into->is_active_low = gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW;
    return 0;
}

static int flags(const struct cgp_line_settings *wanted) {
    int result = wanted->is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    switch (wanted->bias) {
    case CGP_BIAS_DISABLED: return result | GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case CGP_BIAS_PULL_UP: return result | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGP_BIAS_PULL_DOWN: return result | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    default: return result;
    }
}

static int input_type(int edges) {
    switch (edges) {
    case CGP_EDGE_RISING: return GPIOD_LINE_REQUEST_EVENT_RISING_EDGE;
    case CGP_EDGE_FALLING: return GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE;
    case CGP_EDGE_RISING | CGP_EDGE_FALLING: return GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
    default: return GPIOD_LINE_REQUEST_DIRECTION_INPUT;
    }
}

// The descriptor of a line with edges goes into the request's epoll instance, made here for the first one.
static int watch(cgp_request *request, unsigned index) {
    int descriptor = gpiod_line_event_get_fd(request->lines[index]);
    if (descriptor < 0) return -1;
    int status = fcntl(descriptor, F_GETFL);
    // libgpiod would wait for an event where none is.
    if (status < 0 || fcntl(descriptor, F_SETFL, status | O_NONBLOCK) != 0) return -1;
    if (request->epoll < 0) request->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (request->epoll < 0) return -1;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
    return epoll_ctl(request->epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static int take_outputs(cgp_request *request, const struct cgp_line_settings *settings, const char *consumer) {
    int initial[CGP_LINES_MAX];
    int common = -1;
    gpiod_line_bulk_init(&request->bulk);
    for (unsigned index = 0; index < request->count; index++) {
        if (!settings[index].is_output) continue;
        int own = flags(&settings[index]);
        // One configuration for all: with several, they could not be set together.
        if (common >= 0 && own != common) {
            errno = ENOTSUP;
            return -1;
        }
        common = own;
        initial[gpiod_line_bulk_num_lines(&request->bulk)] = settings[index].initial_value != 0;
        gpiod_line_bulk_add(&request->bulk, request->lines[index]);
        request->outputs |= UINT64_C(1) << index;
        if (settings[index].initial_value) request->values |= UINT64_C(1) << index;
    }
    if (request->outputs == 0) return 0;
    struct gpiod_line_request_config config = {
        .consumer = consumer, .request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, .flags = common};
    if (gpiod_line_request_bulk(&request->bulk, &config, initial) != 0) return -1;
    request->requested |= request->outputs;
    return 0;
}

static int take_inputs(cgp_request *request, const struct cgp_line_settings *settings, const char *consumer) {
    for (unsigned index = 0; index < request->count; index++) {
        if (settings[index].is_output) continue;
        struct gpiod_line_request_config config = {
            .consumer = consumer,
            .request_type = input_type(settings[index].edges),
            .flags = flags(&settings[index])};
        if (gpiod_line_request(request->lines[index], &config, 0) != 0) return -1;
        request->requested |= UINT64_C(1) << index;
        if (settings[index].edges != 0 && watch(request, index) != 0) return -1;
    }
    return 0;
}

cgp_request *cgp_request_lines(cgp_chip *chip, const struct cgp_line_settings *settings, unsigned count,
                               const char *consumer, unsigned event_buffer) {
    (void)event_buffer;
    if (count == 0 || count > CGP_LINES_MAX) {
        errno = EINVAL;
        return NULL;
    }
    for (unsigned index = 0; index < count; index++) {
        if (settings[index].debounce_us != 0 || settings[index].clock != CGP_CLOCK_MONOTONIC) {
            errno = ENOTSUP;
            return NULL;
        }
    }
    cgp_request *request = calloc(1, sizeof *request);
    if (!request) return NULL;
    request->epoll = -1;
    request->count = count;
    struct cgp_chip_info info;
    char path[sizeof "/dev/" + CGP_NAME_SIZE] = "/dev/";
    int result = cgp_chip_get_info(chip, &info);
    if (result == 0) {
        // A chip of its own: in this library a line lives in its chip, and must not outlive the caller's.
        cgp_copy_name(path + sizeof "/dev/" - 1, info.name);
        request->chip = gpiod_chip_open(path);
        result = request->chip ? 0 : -1;
    }
    for (unsigned index = 0; result == 0 && index < count; index++) {
        request->lines[index] = gpiod_chip_get_line(request->chip, settings[index].offset);
        if (!request->lines[index]) result = -1;
    }
    if (result == 0) result = take_outputs(request, settings, consumer);
    if (result == 0) result = take_inputs(request, settings, consumer);
    if (result != 0) {
        cgp_request_close(request);
        return NULL;
    }
    return request;
}

void cgp_request_close(cgp_request *request) {
    if (!request) return;
    int kept = errno;
    if (request->epoll >= 0) close(request->epoll);
    for (unsigned index = 0; index < request->count; index++)
        // All outputs share one descriptor, which the library counts.
        if (request->requested >> index & 1) gpiod_line_release(request->lines[index]);
    if (request->chip) gpiod_chip_close(request->chip);
    free(request);
    errno = kept;
}

int cgp_request_set(cgp_request *request, uint64_t mask, uint64_t values) {
    if (mask & ~request->outputs) {
        errno = EPERM; // as 2.x has it
        return -1;
    }
    if (mask == 0) return 0;
    uint64_t all = (request->values & ~mask) | (values & mask);
    int levels[CGP_LINES_MAX];
    unsigned count = 0;
    for (unsigned index = 0; index < request->count; index++)
        if (request->outputs >> index & 1) levels[count++] = (int)(all >> index & 1);
    if (gpiod_line_set_value_bulk(&request->bulk, levels) != 0) return -1;
    request->values = all;
    return 0;
}

int cgp_request_get(cgp_request *request, uint64_t mask, uint64_t *values) {
    *values = 0;
    if (mask & request->outputs) {
        int levels[CGP_LINES_MAX];
        unsigned count = 0;
        if (gpiod_line_get_value_bulk(&request->bulk, levels) != 0) return -1;
        for (unsigned index = 0; index < request->count; index++)
            if (request->outputs >> index & 1 && levels[count++]) *values |= mask & UINT64_C(1) << index;
    }
    for (unsigned index = 0; index < request->count; index++) {
        if (!((mask & ~request->outputs) >> index & 1)) continue;
        int level = gpiod_line_get_value(request->lines[index]);
        if (level < 0) return -1;
        if (level) *values |= UINT64_C(1) << index;
    }
    return 0;
}

int cgp_request_event_descriptor(cgp_request *request) {
    if (request->epoll < 0) errno = ENOTSUP;
    return request->epoll;
}

int cgp_request_next_event(cgp_request *request, struct cgp_event *into) {
    if (request->epoll < 0) {
        errno = ENOTSUP;
        return -1;
    }
    // One line at a time: epoll puts it behind the others that are ready, so none waits for ever. In order of time only
    // within a line.
    struct epoll_event ready;
    int count = epoll_wait(request->epoll, &ready, 1, 0);
    if (count < 0) return -1;
    struct gpiod_line_event event;
    if (count == 0) {
        errno = EAGAIN;
        return -1;
    }
    if (gpiod_line_event_read(request->lines[ready.data.u32], &event) != 0) return -1;
    into->line = ready.data.u32;
    into->timestamp_ns = (uint64_t)event.ts.tv_sec * UINT64_C(1000000000) + (uint64_t)event.ts.tv_nsec;
    into->is_active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    into->sequence = 0;
    into->line_sequence = 0;
    return 0;
}

#endif
