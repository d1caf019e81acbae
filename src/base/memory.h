/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_MEMORY_H
#define ST_BASE_MEMORY_H

#include <stddef.h>

#include "stance/common.h"

/*
 * All of the library's own allocations go through these, so that a test can make each of
 * them fail in turn and count them.
 */

/** n x size zeroed bytes; NULL when the product overflows or memory is out. Free with
 * st_free(). */
void *st_alloc_array(size_t n, size_t size);

/** Zeroed bytes for one object. */
void *st_alloc(size_t size);

/** Resize to n x size bytes, the new part not zeroed; NULL leaves the old block as it
 * was. */
void *st_realloc_array(void *block, size_t n, size_t size);

/** Bytes aligned to 64, for pixels and tensors, not zeroed. Free with st_free_aligned().
 */
void *st_alloc_aligned(size_t size);
void st_free_aligned(void *block);

void st_free(void *block);

/** Copies of text; NULL when memory is out (st_strdup(NULL) is NULL too). */
char *st_strdup(const char *text);
char *st_strndup(const char *text, size_t n);
/** Formatted text; NULL when memory is out. */
char *st_format(const char *format, ...) STANCE_PRINTF(1, 2);

/**
 * For tests: let the n-th allocation from now fail (n >= 1), 0: none.
 * st_memory_count() is the number of allocations since the program began.
 */
void st_memory_fail_at(long n);
long st_memory_count(void);

/** Text that grows. Zero-initialise; `text` is NUL-terminated once something was added.
 */
typedef struct st_text {
    char *text;
    size_t length, capacity;
    bool failed; /**< memory was out at some time: what was added since is lost */
} st_text;

void st_text_add(st_text *text, const char *s);
void st_text_add_bytes(st_text *text, const void *bytes, size_t n);
void st_text_printf(st_text *text, const char *format, ...) STANCE_PRINTF(2, 3);
void st_text_clear(st_text *text);

#endif
