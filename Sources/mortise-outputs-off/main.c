// Switches the motor's lines off: run by mortised.service after the daemon has ended, however it ended (ExecStopPost=). In C
// and small, so that it is there within milliseconds and needs nothing that may be what has just failed: no Swift runtime, no
// bus, no store, no heap beyond what libgpiod takes.
//
// It takes each line as an output that is inactive, and gives it back. Afterwards the line keeps that level on chips that keep
// it, or falls back to its default, for which the board has its pull-downs.

#define _GNU_SOURCE
#include "cgpio.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// From sysexits.h.
enum { OFF = 0, NOT_OFF = 1, USAGE = 64, WRONG_PROFILE = 78 };

enum {
    LINES = 3,
    // The kernel gives lines back while it takes a killed process apart, which may be a moment after systemd thinks it gone.
    ATTEMPTS = 200,
    PAUSE_NANOSECONDS = 10 * 1000 * 1000,
    // The daemon's reader takes lines of 1024 bytes (KeyFile.maximumLineBytes).
    TEXT_SIZE = 4096,
};

struct motor {
    char chip[CGP_NAME_SIZE];
    char lines[LINES][CGP_NAME_SIZE];
};

static const char *const keys[LINES] = {"motor-in1", "motor-in2", "motor-sleep"};

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fputs("mortise-outputs-off: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
}

static char *trimmed(char *text) {
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1])) text[--length] = '\0';
    return text;
}

static int keep(char *into, const char *value) {
    size_t length = strlen(value);
    if (length == 0 || length >= CGP_NAME_SIZE) return -1;
    memcpy(into, value, length + 1);
    return 0;
}

// The few lines that matter of a board profile, without judging the rest: a profile that mortised refuses has never driven
// anything, and one that it accepted has each of these once, as NAME alone.
static int read_profile(const char *path, struct motor *motor) {
    FILE *file = fopen(path, "re");
    if (!file) {
        say("could not read %s: %s.", path, strerror(errno));
        return -1;
    }
    char text[TEXT_SIZE];
    int in_section = 0, is_start = 1;
    while (fgets(text, sizeof text, file)) {
        int was_start = is_start;
        is_start = strchr(text, '\n') != NULL;
        if (!was_start) continue; // the rest of a line that is too long for a name
        char *line = trimmed(strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text);
        size_t length = strlen(line);
        if (*line == '[' && line[length - 1] == ']') {
            line[length - 1] = '\0';
            in_section = strcmp(trimmed(line + 1), "GPIO") == 0;
            continue;
        }
        char *equals = strchr(line, '=');
        if (!in_section || *line == '#' || *line == ';' || !equals) continue;
        *equals = '\0';
        const char *key = trimmed(line), *value = trimmed(equals + 1);
        char *into = strcmp(key, "chip") == 0 ? motor->chip : NULL;
        for (int index = 0; index < LINES; index++)
            if (strcmp(key, keys[index]) == 0) into = motor->lines[index];
        if (into && keep(into, value) != 0) {
            say("%s: %s=%s is not a name of 1 to %d characters.", path, key, value, CGP_NAME_SIZE - 1);
            fclose(file);
            return -1;
        }
    }
    int failed = ferror(file);
    fclose(file);
    if (failed) {
        say("could not read %s to its end.", path);
        return -1;
    }
    if (!motor->chip[0]) {
        say("%s: [GPIO] does not say chip=.", path);
        return -1;
    }
    for (int index = 0; index < LINES; index++) {
        if (motor->lines[index][0]) continue;
        say("%s: [GPIO] does not say %s=.", path, keys[index]);
        return -1;
    }
    return 0;
}

static void pause_briefly(void) {
    struct timespec time = {.tv_nsec = PAUSE_NANOSECONDS};
    nanosleep(&time, NULL);
}

// Takes lines as inactive outputs and gives them back. The attempts are shared by all calls: the whole is bounded.
static int switch_off(cgp_chip *chip, const struct cgp_line_settings *settings, unsigned count, int *attempts) {
    for (;;) {
        cgp_request *request = cgp_request_lines(chip, settings, count, "mortise-outputs-off", 0);
        if (request) {
            cgp_request_close(request);
            return 0;
        }
        if (errno != EBUSY || *attempts <= 0) return -1;
        --*attempts;
        pause_briefly();
    }
}

static void say_why(cgp_chip *chip, const char *name, unsigned offset) {
    int reason = errno;
    struct cgp_line_info info;
    if (reason == EBUSY && cgp_chip_line_info(chip, offset, &info) == 0 && info.is_used)
        say("line %s could not be switched off: in use by \"%s\".", name, info.consumer);
    else
        say("line %s could not be switched off: %s.", name, strerror(reason));
}

static int run(const struct motor *motor) {
    cgp_chip *chip = cgp_chip_open_label(motor->chip);
    if (!chip) {
        say("could not open the GPIO chip labelled %s: %s. NOTHING WAS SWITCHED OFF.", motor->chip, strerror(errno));
        return NOT_OFF;
    }
    struct cgp_line_settings settings[LINES];
    const char *names[LINES];
    unsigned count = 0;
    int failed = 0, attempts = ATTEMPTS;
    // The sleep line first: it turns the driver off whatever its inputs say.
    for (int index = LINES - 1; index >= 0; index--) {
        if (!motor->lines[index][0]) continue;
        int offset = cgp_chip_find_line(chip, motor->lines[index]);
        if (offset < 0) {
            say("chip %s has no one line %s: %s.", motor->chip, motor->lines[index], strerror(errno));
            failed++;
            continue;
        }
        memset(&settings[count], 0, sizeof settings[count]);
        settings[count].offset = (unsigned)offset;
        settings[count].is_output = 1;
        names[count++] = motor->lines[index];
    }
    char off[LINES * (CGP_NAME_SIZE + 2)] = "";
    // Together, in one call; if that is not to be had, each that can be.
    int together = count > 0 && switch_off(chip, settings, count, &attempts) == 0;
    for (unsigned index = 0; index < count; index++) {
        if (!together && switch_off(chip, &settings[index], 1, &attempts) != 0) {
            say_why(chip, names[index], settings[index].offset);
            failed++;
            continue;
        }
        if (off[0]) strcat(off, ", ");
        strcat(off, names[index]);
    }
    cgp_chip_close(chip);
    if (failed) {
        say("switched off: %s. NOT SWITCHED OFF: %d of the motor's lines.", off[0] ? off : "nothing", failed);
        return NOT_OFF;
    }
    say("switched off: %s.", off);
    return OFF;
}

static int usage(FILE *where, int status) {
    fputs("Switches a lock's motor off, and says what came of it on standard error.\n"
          "usage: mortise-outputs-off --profile FILE [FILE]     (the second where the first cannot be used)\n"
          "       mortise-outputs-off CHIP LINE [LINE [LINE]]   (a chip's label and its lines' names)\n"
          "Exit codes: 0 off; 1 not all of it is off; 64 the command line is wrong; 78 the profile cannot be used.\n"
          "It waits at most 2 s for lines that another process still has.\n",
          where);
    return status;
}

int main(int count, char **arguments) {
    static struct motor motor;
    if (count == 2 && strcmp(arguments[1], "--help") == 0) return usage(stdout, 0);
    if (count >= 3 && count <= 4 && strcmp(arguments[1], "--profile") == 0) {
        for (int index = 2; index < count; index++) {
            memset(&motor, 0, sizeof motor);
            if (read_profile(arguments[index], &motor) == 0) return run(&motor);
        }
        return WRONG_PROFILE;
    }
    if (count < 3 || count > 2 + LINES || arguments[1][0] == '-') return usage(stderr, USAGE);
    if (keep(motor.chip, arguments[1]) != 0) return usage(stderr, USAGE);
    for (int index = 2; index < count; index++)
        if (keep(motor.lines[index - 2], arguments[index]) != 0) return usage(stderr, USAGE);
    return run(&motor);
}
