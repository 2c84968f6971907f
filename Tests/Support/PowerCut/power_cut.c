#define _GNU_SOURCE
#include "power_cut.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Thread_local char directory[PATH_MAX];
static _Thread_local int is_recording;
static _Thread_local struct power_cut_operation *operations;
static _Thread_local size_t count, capacity;

// The C library's own.
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static struct power_cut_operation *append(enum power_cut_kind kind, const char *name) {
    if (count == capacity) {
        capacity = capacity ? 2 * capacity : 256;
        operations = realloc(operations, capacity * sizeof *operations);
        if (!operations) abort();
    }
    struct power_cut_operation *operation = &operations[count++];
    memset(operation, 0, sizeof *operation);
    operation->kind = kind;
    snprintf(operation->name, sizeof operation->name, "%s", name);
    return operation;
}

void power_cut_begin(const char *path) {
    for (size_t index = 0; index < count; index++) free((void *)operations[index].data);
    count = 0;
    snprintf(directory, sizeof directory, "%s", path);
    is_recording = 1;
}

void power_cut_end(void) { is_recording = 0; }
size_t power_cut_count(void) { return count; }
const struct power_cut_operation *power_cut_operation(size_t index) { return &operations[index]; }

void power_cut_mark(int64_t number) {
    if (is_recording) append(POWER_CUT_MARK, "")->offset = number;
}

// What a path is called below the directory; NULL: it is elsewhere, or nothing is recorded.
static const char *name_of(const char *path) {
    size_t length = strlen(directory);
    if (!is_recording || strncmp(path, directory, length) != 0) return NULL;
    if (path[length] == 0) return "";
    return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *name_of_descriptor(int descriptor, char buffer[PATH_MAX]) {
    if (!is_recording) return NULL;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length < 0) return NULL;
    buffer[length] = 0;
    // A file that was deleted while it was open is on no disk.
    if (strstr(buffer, " (deleted)")) return NULL;
    return name_of(buffer);
}

static int exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

static int opened(int result, const char *path, int flags, int existed) {
    const char *name = name_of(path);
    if (result >= 0 && name && *name && (flags & O_CREAT) && !existed) append(POWER_CUT_CREATE, name);
    if (result >= 0 && name && *name && (flags & O_TRUNC) && existed) append(POWER_CUT_TRUNCATE, name);
    return result;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = va_arg(arguments, int);
    va_end(arguments);
    int existed = is_recording && exists(path);
    return opened(NEXT(open)(path, flags, mode), path, flags, existed);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = va_arg(arguments, int);
    va_end(arguments);
    int existed = is_recording && exists(path);
    return opened(NEXT(open64)(path, flags, mode), path, flags, existed);
}

static void wrote(int descriptor, const void *bytes, ssize_t size, int64_t offset) {
    char buffer[PATH_MAX];
    const char *name = name_of_descriptor(descriptor, buffer);
    if (!name || size <= 0) return;
    struct power_cut_operation *operation = append(POWER_CUT_WRITE, name);
    unsigned char *copy = malloc((size_t)size);
    if (!copy) abort();
    memcpy(copy, bytes, (size_t)size);
    operation->data = copy;
    operation->size = (size_t)size;
    operation->offset = offset;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
    ssize_t result = NEXT(pwrite)(descriptor, bytes, size, offset);
    if (is_recording) wrote(descriptor, bytes, result, offset);
    return result;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
    ssize_t result = NEXT(pwrite64)(descriptor, bytes, size, offset);
    if (is_recording) wrote(descriptor, bytes, result, offset);
    return result;
}

static int truncated(int result, int descriptor, int64_t size) {
    char buffer[PATH_MAX];
    const char *name = result == 0 ? name_of_descriptor(descriptor, buffer) : NULL;
    if (name) append(POWER_CUT_TRUNCATE, name)->offset = size;
    return result;
}

int ftruncate(int descriptor, off_t size) { return truncated(NEXT(ftruncate)(descriptor, size), descriptor, size); }
int ftruncate64(int descriptor, off64_t size) {
    return truncated(NEXT(ftruncate64)(descriptor, size), descriptor, size);
}

static int synchronised(int result, int descriptor) {
    char buffer[PATH_MAX];
    const char *name = result == 0 ? name_of_descriptor(descriptor, buffer) : NULL;
    if (name) append(POWER_CUT_SYNC, name);
    return result;
}

int fsync(int descriptor) { return synchronised(NEXT(fsync)(descriptor), descriptor); }
int fdatasync(int descriptor) { return synchronised(NEXT(fdatasync)(descriptor), descriptor); }

int rename(const char *from, const char *to) {
    int result = NEXT(rename)(from, to);
    const char *old = name_of(from), *new = name_of(to);
    if (result == 0 && old && new) {
        struct power_cut_operation *operation = append(POWER_CUT_RENAME, old);
        snprintf(operation->other, sizeof operation->other, "%s", new);
    }
    return result;
}

int unlink(const char *path) {
    int result = NEXT(unlink)(path);
    const char *name = name_of(path);
    if (result == 0 && name) append(POWER_CUT_UNLINK, name);
    return result;
}
