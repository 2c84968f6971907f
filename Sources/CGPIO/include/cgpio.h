#pragma once

// One API over libgpiod 2.x and 1.6, which share a header name, a pkg-config name and nothing else. Which one it is shows
// in the header at compile time (cgpio_internal.h). Swift cannot call either directly: 1.6 works on structures with flexible
// contents and inline functions, 2.x on a dozen heap objects for one request; and there must be one set of names.
//
// Every function that can fail returns -1 or NULL with the reason in errno, whatever had to be cleaned up after it. A handle
// belongs to one thread at a time. Nothing here prints, waits or keeps global state.

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h> // Swift's Glibc module has no epoll

enum {
    // GPIO_MAX_NAME_SIZE of linux/gpio.h: 31 bytes and a NUL.
    CGP_NAME_SIZE = 32,
    // GPIO_V2_LINES_MAX, GPIOD_LINE_BULK_MAX_LINES: lines of one request. Sets of lines are bits of a uint64_t.
    CGP_LINES_MAX = 64,
};

// Opaque: what is behind them differs with the library.
typedef struct cgp_chip cgp_chip;
typedef struct cgp_request cgp_request;

// What the library that this was compiled with can do. libgpiod has no version macro, so nobody else can tell.
struct cgp_capabilities {
    int major;             // of libgpiod's API: 1 or 2
    int debounce;          // the kernel debounces
    int sequence_numbers;  // events are numbered, so that lost ones are noticed
    int single_descriptor; // all events of a request come, in order, through one descriptor of the kernel's
    int event_clock;       // the clock of event timestamps can be chosen; otherwise it is the monotonic one
    int line_settings;     // each line of a request may have its own settings, in one ioctl
};
struct cgp_capabilities cgp_capabilities(void);
// The library's version at run time, such as "2.2.1".
const char *cgp_library_version(void);

struct cgp_chip_info {
    char name[CGP_NAME_SIZE];  // "gpiochip0": may differ from boot to boot
    char label[CGP_NAME_SIZE]; // empty where the chip could not be opened
    unsigned lines;
    int open_errno; // 0, or why the chip could not be opened
};

// Looks at every chip in /dev, one that cannot be opened included. The number written, at most `capacity`.
int cgp_chip_list(struct cgp_chip_info *into, int capacity);

// ENODEV: no chip has the label. ENOTUNIQ: several have it. EACCES, EPERM: none of those that could be opened has it, but
// there are others. Free with cgp_chip_close.
cgp_chip *cgp_chip_open_label(const char *label);
void cgp_chip_close(cgp_chip *chip);
int cgp_chip_get_info(cgp_chip *chip, struct cgp_chip_info *into);

struct cgp_line_info {
    unsigned offset;
    char name[CGP_NAME_SIZE];     // empty where the line has none
    char consumer[CGP_NAME_SIZE]; // who uses it; empty where nobody does, or nobody says
    int is_used;
    int is_output;
    int is_active_low;
};

// The line as it is now.
int cgp_chip_line_info(cgp_chip *chip, unsigned offset, struct cgp_line_info *into);
// The offset of the line with this name. ENOENT: none has it. ENOTUNIQ: several have it (the kernel allows that), and
// guessing which is meant could drive the wrong one.
int cgp_chip_find_line(cgp_chip *chip, const char *name);

enum cgp_bias { CGP_BIAS_AS_IS, CGP_BIAS_DISABLED, CGP_BIAS_PULL_UP, CGP_BIAS_PULL_DOWN };
enum { CGP_EDGE_RISING = 1, CGP_EDGE_FALLING = 2 };
enum cgp_clock { CGP_CLOCK_MONOTONIC, CGP_CLOCK_REALTIME };

struct cgp_line_settings {
    unsigned offset;
    int is_output;
    int is_active_low;
    int initial_value; // outputs: 1 active
    int bias;          // enum cgp_bias
    int edges;         // inputs: CGP_EDGE_* or 0; "rising" is becoming active
    int clock;         // enum cgp_clock
    unsigned debounce_us;
};

// Takes lines for this process. Outputs have their initial values when it returns.
// `event_buffer`: events that the kernel keeps until they are read, 0 for its default; ignored by 1.6 (16 a line).
// EBUSY: a line is in use. ENOTSUP: this library cannot do that (see cgp_capabilities). EINVAL.
// Only lines of one request can be set together.
cgp_request *cgp_request_lines(cgp_chip *chip, const struct cgp_line_settings *settings, unsigned count,
                               const char *consumer, unsigned event_buffer);
void cgp_request_close(cgp_request *request);

// Bit n stands for the nth line of the request; set is active. Only lines whose bit is in `mask` are touched, all of them in
// one ioctl. Allocates nothing. With 1.6 "touched" means written with the value that they had.
int cgp_request_set(cgp_request *request, uint64_t mask, uint64_t values);
// With 2.x one ioctl; with 1.6 one for each input and one for all outputs. Allocates nothing.
int cgp_request_get(cgp_request *request, uint64_t mask, uint64_t *values);

// Readable while events wait. Always the same descriptor (1.6: an epoll instance over one descriptor per line). ENOTSUP: no line
// of the request has edges.
int cgp_request_event_descriptor(cgp_request *request);

struct cgp_event {
    uint64_t timestamp_ns; // of the kernel's interrupt handler, by the settings' clock
    uint32_t line;         // position in the request
    int32_t is_active;     // after active-low
    uint32_t sequence;      // among all events of the request, from 1; 0: not numbered
    uint32_t line_sequence; // among this line's
};

// Takes the oldest event. One at a time, so that the descriptor stays readable as long as any is left. EAGAIN: none waits. Never
// waits, allocates nothing.
int cgp_request_next_event(cgp_request *request, struct cgp_event *into);
