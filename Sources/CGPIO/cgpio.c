// What both libraries have in common: looking for chips and lines.

#define _GNU_SOURCE
#include "cgpio_internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void cgp_copy_name(char *into, const char *from) {
    size_t length = from ? strnlen(from, CGP_NAME_SIZE - 1) : 0;
    if (length > 0) memcpy(into, from, length);
    into[length] = '\0';
}

cgp_chip *cgp_chip_open_path(const char *path) {
    cgp_chip *chip = malloc(sizeof *chip);
    if (!chip) return NULL;
    chip->chip = gpiod_chip_open(path);
    if (!chip->chip) {
        int reason = errno;
        free(chip);
        errno = reason;
        return NULL;
    }
    return chip;
}

void cgp_chip_close(cgp_chip *chip) {
    if (!chip) return;
    int kept = errno;
    gpiod_chip_close(chip->chip);
    free(chip);
    errno = kept;
}

// The next chip of /dev, opened. 0: there are no more. 1: `name` is one, and *chip is it, or NULL with the reason in errno.
static int next_chip(DIR *devices, char *name, cgp_chip **chip) {
    struct dirent *entry;
    while ((entry = readdir(devices))) {
        char path[sizeof "/dev/" + CGP_NAME_SIZE];
        struct stat status;
        if (strncmp(entry->d_name, "gpiochip", strlen("gpiochip")) != 0) continue;
        if (strlen(entry->d_name) >= CGP_NAME_SIZE) continue;
        cgp_copy_name(name, entry->d_name);
        snprintf(path, sizeof path, "/dev/%s", name);
        // Not links: systems that renumbered their chips keep the old names as links, and a chip is one chip.
        if (lstat(path, &status) != 0 || !S_ISCHR(status.st_mode)) continue;
        *chip = cgp_chip_open_path(path);
        return 1;
    }
    return 0;
}

int cgp_chip_list(struct cgp_chip_info *into, int capacity) {
    DIR *devices = opendir("/dev");
    if (!devices) return -1;
    int count = 0;
    char name[CGP_NAME_SIZE];
    cgp_chip *chip = NULL;
    while (count < capacity && next_chip(devices, name, &chip)) {
        struct cgp_chip_info *info = &into[count++];
        memset(info, 0, sizeof *info);
        if (!chip || cgp_chip_get_info(chip, info) != 0) info->open_errno = errno;
        cgp_copy_name(info->name, name);
        cgp_chip_close(chip);
    }
    closedir(devices);
    return count;
}

cgp_chip *cgp_chip_open_label(const char *label) {
    DIR *devices = opendir("/dev");
    if (!devices) return NULL;
    int reason = ENODEV;
    char name[CGP_NAME_SIZE];
    cgp_chip *chip = NULL, *found = NULL;
    while (next_chip(devices, name, &chip)) {
        struct cgp_chip_info info;
        if (!chip) {
            if (errno == EACCES || errno == EPERM) reason = errno;
        } else if (cgp_chip_get_info(chip, &info) != 0 || strcmp(info.label, label) != 0) {
            cgp_chip_close(chip);
        } else if (!found) {
            found = chip;
        } else {
            cgp_chip_close(chip);
            cgp_chip_close(found);
            found = NULL;
            reason = ENOTUNIQ;
            break;
        }
    }
    closedir(devices);
    if (!found) errno = reason;
    return found;
}

int cgp_chip_find_line(cgp_chip *chip, const char *name) {
    struct cgp_chip_info info;
    if (cgp_chip_get_info(chip, &info) != 0) return -1;
    int found = -1;
    for (unsigned offset = 0; offset < info.lines; offset++) {
        struct cgp_line_info line;
        if (cgp_chip_line_info(chip, offset, &line) != 0) return -1;
        if (strcmp(line.name, name) != 0) continue;
        if (found >= 0) {
            errno = ENOTUNIQ;
            return -1;
        }
        found = (int)offset;
    }
    if (found < 0) errno = ENOENT;
    return found;
}
