// The baseline of gpio-bench: the same four measurements in as little C over libgpiod 2 as does the job. And what moves an
// input meanwhile, for both: "toggle".
//
// usage: gpio-bench-c set|multi|get COUNT            prints nanoseconds for each call
//        gpio-bench-c edge COUNT                     prints nanoseconds from each edge to the brake, one a line
//        gpio-bench-c toggle COUNT MICROSECONDS      moves the input, so often and so far apart
// The lines are those of the virtual board, which nobody else may have.
#include <gpiod.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES
// So that the package builds on Debian 12; the board has libgpiod 2.
int main(void) {
    fprintf(stderr, "gpio-bench-c: the baseline is for libgpiod 2, and this is libgpiod 1\n");
    return 69;
}
#else

static const char *const CHIP = "lock-sim", *const OUT1 = "MOTOR_IN1", *const OUT2 = "MOTOR_IN2", *const IN = "BOLT_OUT";

static void fail(const char *what) {
    fprintf(stderr, "gpio-bench-c: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct gpiod_chip *open_chip(void) {
    char path[300];
    DIR *dev = opendir("/dev");
    struct dirent *entry;
    while (dev && (entry = readdir(dev))) {
        if (strncmp(entry->d_name, "gpiochip", 8)) continue;
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        struct gpiod_chip *chip = gpiod_chip_open(path);
        if (!chip) continue;
        struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
        if (info && !strcmp(gpiod_chip_info_get_label(info), CHIP)) return chip;
        gpiod_chip_close(chip);
    }
    fail("no chip lock-sim");
    return NULL;
}

static struct gpiod_line_request *take(struct gpiod_chip *chip, const unsigned *lines, size_t count, int isOutput) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *config = gpiod_line_config_new();
    gpiod_line_settings_set_direction(settings, isOutput ? GPIOD_LINE_DIRECTION_OUTPUT : GPIOD_LINE_DIRECTION_INPUT);
    if (!isOutput) gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
    gpiod_line_config_add_line_settings(config, lines, count, settings);
    struct gpiod_line_request *request = gpiod_chip_request_lines(chip, NULL, config);
    if (!request) fail("request lines");
    return request;
}

static unsigned offset(struct gpiod_chip *chip, const char *name) {
    int result = gpiod_chip_get_line_offset_from_name(chip, name);
    if (result < 0) fail(name);
    return (unsigned)result;
}

static int toggle(int count, int microseconds) {
    // The only simulated chip on the board: …/gpio-sim…/gpiochipN/sim_gpioM/pull
    struct gpiod_chip *chip = open_chip();
    char path[300];
    const char *name = gpiod_chip_info_get_name(gpiod_chip_get_info(chip));
    FILE *found;
    snprintf(path, sizeof path, "ls -d /sys/devices/platform/*/%s/sim_gpio%u/pull", name, offset(chip, IN));
    found = popen(path, "r");
    if (!found || !fgets(path, sizeof path, found)) fail("find the line's pull");
    path[strcspn(path, "\n")] = 0;
    int file = open(path, O_WRONLY);
    if (file < 0) fail(path);
    for (int i = 0; i < count; i++) {
        struct timespec rest = {0, microseconds * 1000L};
        nanosleep(&rest, NULL);
        const char *level = i % 2 ? "pull-down" : "pull-up";
        if (pwrite(file, level, strlen(level), 0) < 0) fail("pull");
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: gpio-bench-c set|multi|get|edge COUNT, or toggle COUNT MICROSECONDS\n");
        return 64;
    }
    int count = atoi(argv[2]);
    if (!strcmp(argv[1], "toggle")) return toggle(count, argc > 3 ? atoi(argv[3]) : 2000);

    struct gpiod_chip *chip = open_chip();
    const unsigned out[2] = {offset(chip, OUT1), offset(chip, OUT2)}, in = offset(chip, IN);
    struct gpiod_line_request *outputs = take(chip, out, 2, 1), *inputs = take(chip, &in, 1, 0);
    enum gpiod_line_value values[2] = {GPIOD_LINE_VALUE_INACTIVE, GPIOD_LINE_VALUE_INACTIVE};

    if (!strcmp(argv[1], "edge")) {
        struct gpiod_edge_event_buffer *buffer = gpiod_edge_event_buffer_new(16);
        struct pollfd wait = {.fd = gpiod_line_request_get_fd(inputs), .events = POLLIN};
        // Printed at the end: whoever prints is late for the next edge.
        long long *all = malloc(sizeof *all * (size_t)count);
        if (!all) fail("allocate");
        for (int i = 0; i < count; i++) {
            if (poll(&wait, 1, 5000) != 1) fail("no edge for 5 s");
            if (gpiod_line_request_read_edge_events(inputs, buffer, 1) != 1) fail("read edge");
            struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(buffer, 0);
            values[0] = values[1] = GPIOD_LINE_VALUE_ACTIVE;
            if (gpiod_line_request_set_values_subset(outputs, 2, out, values)) fail("brake");
            long long took = now() - (long long)gpiod_edge_event_get_timestamp_ns(event);
            values[0] = values[1] = GPIOD_LINE_VALUE_INACTIVE;
            if (gpiod_line_request_set_values_subset(outputs, 2, out, values)) fail("coast");
            all[i] = took;
        }
        for (int i = 0; i < count; i++) printf("%lld\n", all[i]);
        free(all);
        return 0;
    }
    long long began = now();
    for (int i = 0; i < count; i++) {
        enum gpiod_line_value level = i % 2 ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
        if (!strcmp(argv[1], "set")) {
            if (gpiod_line_request_set_value(outputs, out[0], level)) fail("set");
        } else if (!strcmp(argv[1], "multi")) {
            values[0] = values[1] = level;
            if (gpiod_line_request_set_values_subset(outputs, 2, out, values)) fail("multi");
        } else if (gpiod_line_request_get_value(inputs, in) < 0) {
            fail("get");
        }
    }
    printf("%.1f\n", (double)(now() - began) / count);
    return 0;
}
#endif
