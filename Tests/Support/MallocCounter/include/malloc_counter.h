#ifndef MALLOC_COUNTER_H
#define MALLOC_COUNTER_H

/// How often the calling thread has taken memory (malloc, calloc, realloc, aligned_alloc, posix_memalign) since it began.
unsigned long malloc_counter_of_this_thread(void);

#endif
