#ifndef FREED_MEMORY_H
#define FREED_MEMORY_H

#include <stddef.h>

/// How many secrets can be looked for at once, and bytes of each.
enum { freed_memory_limit = 64, freed_memory_size = 32 };

/// Looks for these 32 bytes from now on. False: there are ``freed_memory_limit`` already.
_Bool freed_memory_add(const void *secret);

/// Whether what this thread frees is looked through.
void freed_memory_watch(_Bool isOn);

/// In how many freed blocks a secret was found.
unsigned long freed_memory_found(void);

/// How many blocks were looked through.
unsigned long freed_memory_seen(void);

#endif
