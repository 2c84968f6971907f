#ifndef POWER_CUT_H
#define POWER_CUT_H

#include <stddef.h>
#include <stdint.h>

/// Records what one thread asks of the file system below one directory, by taking the place of the C library's functions in a test
/// program and handing on to them: SQLite's calls and everybody else's. From the record a test makes every disk that a power cut could have
/// left.

enum power_cut_kind {
    POWER_CUT_CREATE = 1,    // a file that was not there
    POWER_CUT_WRITE = 2,
    POWER_CUT_TRUNCATE = 3,  // `offset` is the new size
    POWER_CUT_SYNC = 4,      // of a file, or of the directory
    POWER_CUT_RENAME = 5,    // to `other`
    POWER_CUT_UNLINK = 6,
    POWER_CUT_MARK = 7,      // said by the test; `offset` is its number
};

struct power_cut_operation {
    enum power_cut_kind kind;
    // Below the directory; empty for the directory itself.
    char name[64];
    char other[64];
    int64_t offset;
    size_t size;
    const unsigned char *data;
};

/// Begins to record the calling thread. The path must be absolute, and stay where it is.
void power_cut_begin(const char *directory);
/// Puts a mark into the record.
void power_cut_mark(int64_t number);
/// Ends recording; the record is there until the next begin.
void power_cut_end(void);
size_t power_cut_count(void);
const struct power_cut_operation *power_cut_operation(size_t index);

#endif
