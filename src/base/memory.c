/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's own allocations, in one place so that a test can let each of them fail in
 * turn and count them (tests/unit/test_memory.c). Sizes are checked products; blocks are
 * zeroed.
 */
#include "base/memory.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 }; /* a cache line, and the widest vector register */

/* Counters for tests only; no result depends on them. */
static atomic_long count;
static atomic_long fail_at;

static bool may_allocate(void)
{
    long now = atomic_fetch_add_explicit(&count, 1, memory_order_relaxed) + 1;
    long at = atomic_load_explicit(&fail_at, memory_order_relaxed);
    return at == 0 || now != at;
}

void st_memory_fail_at(long n)
{
    atomic_store(&fail_at, n > 0 ? atomic_load(&count) + n : 0);
}

long st_memory_count(void)
{
    return atomic_load(&count);
}

void *st_alloc_array(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return NULL;
    if (!may_allocate())
        return NULL;
    return calloc(n ? n : 1, size ? size : 1);
}

void *st_alloc(size_t size)
{
    return st_alloc_array(1, size);
}

void *st_realloc_array(void *block, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return NULL;
    if (!may_allocate())
        return NULL;
    size_t bytes = n * size;
    return realloc(block, bytes > 0 ? bytes : 1);
}

void *st_alloc_aligned(size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT || !may_allocate())
        return NULL;
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return aligned_alloc(ALIGNMENT, rounded ? rounded : ALIGNMENT);
}

void st_free_aligned(void *block)
{
    free(block);
}

void st_free(void *block)
{
    free(block);
}

char *st_strndup(const char *text, size_t n)
{
    char *copy = st_alloc_array(n + 1, 1);
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

char *st_strdup(const char *text)
{
    return text ? st_strndup(text, strlen(text)) : NULL;
}

char *st_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        return NULL;
    char *text = st_alloc_array((size_t)n + 1, 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}

static bool text_grow(st_text *text, size_t more)
{
    if (text->failed)
        return false;
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return true;
    size_t capacity = text->capacity ? text->capacity * 2 : 256;
    if (capacity < need)
        capacity = need;
    char *grown = st_realloc_array(text->text, capacity, 1);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->text = grown;
    text->capacity = capacity;
    return true;
}

void st_text_add_bytes(st_text *text, const void *bytes, size_t n)
{
    if (!text_grow(text, n))
        return;
    if (n > 0)
        memcpy(text->text + text->length, bytes, n);
    text->length += n;
    text->text[text->length] = '\0';
}

void st_text_add(st_text *text, const char *s)
{
    st_text_add_bytes(text, s, strlen(s));
}

void st_text_printf(st_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !text_grow(text, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(text->text + text->length, (size_t)n + 1, format, args);
    va_end(args);
    text->length += (size_t)n;
}

void st_text_clear(st_text *text)
{
    free(text->text);
    memset(text, 0, sizeof(*text));
}
