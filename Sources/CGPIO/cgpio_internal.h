#pragma once

#include "cgpio.h"

#include <gpiod.h>

// Neither header has a version macro; this one is only in 1.x.
#ifdef GPIOD_LINE_BULK_MAX_LINES
#define CGP_GPIOD_1 1
#else
#define CGP_GPIOD_2 1
#endif

struct cgp_chip {
    struct gpiod_chip *chip;
};

// Opens /dev/NAME. Differs only in who checks that it is a chip, but it is the library's call.
cgp_chip *cgp_chip_open_path(const char *path);

// Copies at most CGP_NAME_SIZE - 1 bytes; NULL is empty.
void cgp_copy_name(char *into, const char *from);
