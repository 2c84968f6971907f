// Looks through memory that is given back for secrets that are still in it, by taking the place of the C library's function in a
// test program and handing on to it.

#define _GNU_SOURCE
#include "freed_memory.h"

#include <malloc.h>
#include <string.h>

// The C library's own, under its own name.
extern void __libc_free(void *memory);

static _Thread_local _Bool is_watching;
static _Thread_local unsigned long found, seen;
static _Thread_local unsigned char secrets[freed_memory_limit][freed_memory_size];
static _Thread_local int count;

_Bool freed_memory_add(const void *secret) {
    if (count == freed_memory_limit) return 0;
    memcpy(secrets[count++], secret, freed_memory_size);
    return 1;
}

void freed_memory_watch(_Bool isOn) { is_watching = isOn; }

unsigned long freed_memory_found(void) { return found; }

unsigned long freed_memory_seen(void) { return seen; }

void free(void *memory) {
    if (memory && is_watching) {
        seen++;
        for (int index = 0; index < count; index++) {
            if (!memmem(memory, malloc_usable_size(memory), secrets[index], freed_memory_size)) continue;
            found++;
            break;
        }
    }
    __libc_free(memory);
}
