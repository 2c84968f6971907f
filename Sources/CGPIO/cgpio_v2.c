// libgpiod 2.x: the kernel's uAPI 2.

#define _GNU_SOURCE
#include "cgpio_internal.h"

#ifdef CGP_GPIOD_2

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

struct cgp_request {
    struct gpiod_line_request *request;
    // Reused for every event: reading must not allocate.
    struct gpiod_edge_event_buffer *buffer;
    unsigned count;
    int has_edges;
    unsigned offsets[CGP_LINES_MAX];
};

struct cgp_capabilities cgp_capabilities(void) {
    return (struct cgp_capabilities){
        .major = 2,
        .debounce = 1,
        .sequence_numbers = 1,
        .single_descriptor = 1,
        .event_clock = 1,
        .line_settings = 1,
    };
}

const char *cgp_library_version(void) { return gpiod_api_version(); }

int cgp_chip_get_info(cgp_chip *chip, struct cgp_chip_info *into) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip->chip);
    if (!info) return -1;
    cgp_copy_name(into->name, gpiod_chip_info_get_name(info));
    cgp_copy_name(into->label, gpiod_chip_info_get_label(info));
    into->lines = (unsigned)gpiod_chip_info_get_num_lines(info);
    into->open_errno = 0;
    gpiod_chip_info_free(info);
    return 0;
}

int cgp_chip_line_info(cgp_chip *chip, unsigned offset, struct cgp_line_info *into) {
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip->chip, offset);
    if (!info) return -1;
    into->offset = offset;
    cgp_copy_name(into->name, gpiod_line_info_get_name(info));
    cgp_copy_name(into->consumer, gpiod_line_info_get_consumer(info));
    into->is_used = gpiod_line_info_is_used(info);
    into->is_output = gpiod_line_info_get_direction(info) == GPIOD_LINE_DIRECTION_OUTPUT;
    into->is_active_low = gpiod_line_info_is_active_low(info);
    gpiod_line_info_free(info);
    return 0;
}

static enum gpiod_line_bias bias(int wanted) {
    switch (wanted) {
    case CGP_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    case CGP_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGP_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    default: return GPIOD_LINE_BIAS_AS_IS;
    }
}

static enum gpiod_line_edge edge(int wanted) {
    switch (wanted) {
    case CGP_EDGE_RISING: return GPIOD_LINE_EDGE_RISING;
    case CGP_EDGE_FALLING: return GPIOD_LINE_EDGE_FALLING;
    case CGP_EDGE_RISING | CGP_EDGE_FALLING: return GPIOD_LINE_EDGE_BOTH;
    default: return GPIOD_LINE_EDGE_NONE;
    }
}

static enum gpiod_line_value value(int is_active) {
    return is_active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

static int add_line(struct gpiod_line_config *config, struct gpiod_line_settings *line,
                    const struct cgp_line_settings *wanted) {
    gpiod_line_settings_reset(line);
    gpiod_line_settings_set_active_low(line, wanted->is_active_low != 0);
    gpiod_line_settings_set_debounce_period_us(line, wanted->debounce_us);
    if (gpiod_line_settings_set_direction(
            line, wanted->is_output ? GPIOD_LINE_DIRECTION_OUTPUT : GPIOD_LINE_DIRECTION_INPUT) != 0 ||
        gpiod_line_settings_set_bias(line, bias(wanted->bias)) != 0 ||
        gpiod_line_settings_set_edge_detection(line, edge(wanted->edges)) != 0 ||
        gpiod_line_settings_set_output_value(line, value(wanted->initial_value)) != 0 ||
        gpiod_line_settings_set_event_clock(line, wanted->clock == CGP_CLOCK_REALTIME
                                                      ? GPIOD_LINE_CLOCK_REALTIME
                                                      : GPIOD_LINE_CLOCK_MONOTONIC) != 0)
        return -1;
    return gpiod_line_config_add_line_settings(config, &wanted->offset, 1, line);
}

static int fill(cgp_request *request, cgp_chip *chip, struct gpiod_line_config *config,
                struct gpiod_request_config *options, struct gpiod_line_settings *line,
                const struct cgp_line_settings *settings, const char *consumer, unsigned event_buffer) {
    for (unsigned index = 0; index < request->count; index++) {
        request->offsets[index] = settings[index].offset;
        if (settings[index].edges != 0) request->has_edges = 1;
        if (add_line(config, line, &settings[index]) != 0) return -1;
    }
    gpiod_request_config_set_consumer(options, consumer);
    gpiod_request_config_set_event_buffer_size(options, event_buffer);
    request->request = gpiod_chip_request_lines(chip->chip, options, config);
    if (!request->request) return -1;
    // libgpiod would wait for an event where none is.
    int descriptor = gpiod_line_request_get_fd(request->request);
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

cgp_request *cgp_request_lines(cgp_chip *chip, const struct cgp_line_settings *settings, unsigned count,
                               const char *consumer, unsigned event_buffer) {
    if (count == 0 || count > CGP_LINES_MAX) {
        errno = EINVAL;
        return NULL;
    }
    cgp_request *request = calloc(1, sizeof *request);
    if (!request) return NULL;
    request->count = count;
    request->buffer = gpiod_edge_event_buffer_new(1);
    struct gpiod_line_config *config = gpiod_line_config_new();
    struct gpiod_request_config *options = gpiod_request_config_new();
    struct gpiod_line_settings *line = gpiod_line_settings_new();
    int result = -1;
    if (request->buffer && config && options && line)
        result = fill(request, chip, config, options, line, settings, consumer, event_buffer);
    int reason = errno;
    gpiod_line_settings_free(line);
    gpiod_request_config_free(options);
    gpiod_line_config_free(config);
    if (result != 0) {
        cgp_request_close(request);
        errno = reason;
        return NULL;
    }
    return request;
}

void cgp_request_close(cgp_request *request) {
    if (!request) return;
    int kept = errno;
    if (request->request) gpiod_line_request_release(request->request);
    gpiod_edge_event_buffer_free(request->buffer);
    free(request);
    errno = kept;
}

int cgp_request_set(cgp_request *request, uint64_t mask, uint64_t values) {
    unsigned offsets[CGP_LINES_MAX];
    enum gpiod_line_value levels[CGP_LINES_MAX];
    unsigned count = 0;
    for (unsigned index = 0; index < request->count; index++) {
        if (!(mask >> index & 1)) continue;
        offsets[count] = request->offsets[index];
        levels[count++] = value((int)(values >> index & 1));
    }
    if (count == 0) return 0;
    return gpiod_line_request_set_values_subset(request->request, count, offsets, levels);
}

int cgp_request_get(cgp_request *request, uint64_t mask, uint64_t *values) {
    unsigned offsets[CGP_LINES_MAX], indices[CGP_LINES_MAX];
    enum gpiod_line_value levels[CGP_LINES_MAX];
    unsigned count = 0;
    for (unsigned index = 0; index < request->count; index++) {
        if (!(mask >> index & 1)) continue;
        indices[count] = index;
        offsets[count++] = request->offsets[index];
    }
    *values = 0;
    if (count == 0) return 0;
    if (gpiod_line_request_get_values_subset(request->request, count, offsets, levels) != 0) return -1;
    for (unsigned position = 0; position < count; position++)
        if (levels[position] == GPIOD_LINE_VALUE_ACTIVE) *values |= UINT64_C(1) << indices[position];
    return 0;
}

int cgp_request_event_descriptor(cgp_request *request) {
    if (!request->has_edges) {
        errno = ENOTSUP;
        return -1;
    }
    return gpiod_line_request_get_fd(request->request);
}

int cgp_request_next_event(cgp_request *request, struct cgp_event *into) {
    int count = gpiod_line_request_read_edge_events(request->request, request->buffer, 1);
    if (count < 0) return -1;
    struct gpiod_edge_event *event = count > 0 ? gpiod_edge_event_buffer_get_event(request->buffer, 0) : NULL;
    if (!event) {
        errno = EAGAIN;
        return -1;
    }
    unsigned offset = gpiod_edge_event_get_line_offset(event);
    for (unsigned index = 0; index < request->count; index++) {
        if (request->offsets[index] != offset) continue;
        into->line = index;
        into->timestamp_ns = gpiod_edge_event_get_timestamp_ns(event);
        into->is_active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
        into->sequence = (uint32_t)gpiod_edge_event_get_global_seqno(event);
        into->line_sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
        return 0;
    }
    errno = EPROTO;
    return -1;
}

#endif
