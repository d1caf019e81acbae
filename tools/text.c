/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory, growing text, lists of strings, and the nearest word, for the whole program.
 *
 * Out of memory ends the program here with the exit status of STANCE_ENOMEM: nothing that
 * the command line itself allocates is large, so there is nothing sensible to go on with.
 * The nearest word is found by the number of letters to change, add, drop or swap
 * (Damerau-Levenshtein, adjacent swaps only).
 */
#include <stdlib.h>
#include <string.h>

#include "tools.h"

static void out_of_memory(void)
{
    fputs("stance: out of memory\n", stderr);
    exit(stance_status_exit(STANCE_ENOMEM));
}

void *must_alloc(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (!memory)
        out_of_memory();
    return memory;
}

void *must_grow(void *old, size_t n, size_t size)
{
    void *memory = n > SIZE_MAX / size ? NULL : realloc(old, n * size);
    if (!memory)
        out_of_memory();
    return memory;
}

char *must_copy(const char *string)
{
    size_t n = strlen(string) + 1;
    return memcpy(must_alloc(n, 1), string, n);
}

static char *format_args(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0)
        out_of_memory();
    char *string = must_alloc((size_t)n + 1, 1);
    vsnprintf(string, (size_t)n + 1, format, args);
    return string;
}

const char *base_name(const char *path)
{
    for (const char *c = path; *c; c++)
        if (*c == '/' || *c == '\\')
            path = c + 1;
    return path;
}

char *must_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *string = format_args(format, args);
    va_end(args);
    return string;
}

void text_add_bytes(text *t, const char *bytes, size_t n)
{
    if (t->n + n + 1 > t->capacity) {
        t->capacity = 2 * (t->n + n + 1);
        t->data = must_grow(t->data, t->capacity, 1);
    }
    memcpy(t->data + t->n, bytes, n);
    t->n += n;
    t->data[t->n] = '\0';
}

void text_add(text *t, const char *string)
{
    text_add_bytes(t, string, strlen(string));
}

void text_addf(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *string = format_args(format, args);
    va_end(args);
    text_add(t, string);
    free(string);
}

void text_wrap(text *t, const char *words, int at, int indent, int width)
{
    bool first = true;
    while (*words) {
        int n = (int)strcspn(words, " ");
        if (!first && at + 1 + n > width) {
            text_addf(t, "\n%*s", indent, "");
            at = indent;
            first = true;
        }
        text_addf(t, "%s%.*s", first ? "" : " ", n, words);
        at += n + !first;
        first = false;
        words += n;
        words += strspn(words, " ");
    }
}

void strings_add(strings *list, const char *string)
{
    if ((list->n & (list->n - 1)) == 0) /* full: it grows by doubling */
        list->at = must_grow(list->at, list->n ? 2 * list->n : 1, sizeof(*list->at));
    list->at[list->n++] = must_copy(string);
}

void strings_clear(strings *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->at[i]);
    free(list->at);
    *list = (strings){0};
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, const char *b)
{
    enum { MOST = 32 };
    size_t n = strlen(a), m = strlen(b), rows[3][MOST + 1];
    if (n > MOST || m > MOST)
        return MOST;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
                           least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

void nearest_try(nearest *n, const char *candidate)
{
    size_t length = strlen(n->name);
    size_t most = length < 4 ? 1 : 1 + length / 4;
    size_t d = distance(n->name, candidate);
    if (length >= 3 && strncmp(candidate, n->name, length) == 0)
        d = 1; /* a beginning is as good as one wrong letter */
    if (d <= most && (!n->found || d < n->distance)) {
        n->found = candidate;
        n->distance = d;
    }
}

void one_line(char *string)
{
    for (char *c = string; *c; c++)
        if ((unsigned char)*c < 0x20)
            *c = ' ';
}

int fail(stance_error *err, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    one_line(err->message);
    return err->code = code;
}

char *first_line(const char *path)
{
    char line[512] = "";
    FILE *file = fopen(path, "r");
    bool there = file && fgets(line, sizeof(line), file);
    if (file)
        fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    return there && *line ? must_copy(line) : NULL;
}

char *replaced(char *string, const char *what, const char *with)
{
    text changed = {0};
    const char *at = string, *found;
    if (!string || !*what)
        return string;
    while ((found = strstr(at, what)) != NULL) {
        text_add_bytes(&changed, at, (size_t)(found - at));
        text_add(&changed, with);
        at = found + strlen(what);
    }
    text_add(&changed, at);
    free(string);
    return changed.data;
}
