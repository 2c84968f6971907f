#ifndef MORTISE_CSQLITE_H
#define MORTISE_CSQLITE_H

#include <sqlite3.h>

// Only what Swift cannot call.

// sqlite3_db_config is variadic, which Swift does not import. This is its form for the options that are switches
// (SQLITE_DBCONFIG_DEFENSIVE and its like): an int to set, and where to put what it became.
static inline int mortise_sqlite3_db_config_switch(sqlite3 *database, int option, int value, int *now) {
    return sqlite3_db_config(database, option, value, now);
}

// SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift does not import.
static inline int mortise_sqlite3_bind_text_copy(sqlite3_stmt *statement, int index, const char *text, int bytes) {
    return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

static inline int mortise_sqlite3_bind_blob_copy(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

#endif
