/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anything as what a child writes into a pipe, as a pattern and the address of a live
 * source, and as a Range header: pieces come out whole and in order, however the bytes
 * arrive, and no part lies outside its file.
 */
#include <stdlib.h>
#include <string.h>

#include "pieces.h"
#include "range.h"
#include "source_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 300 };

static void expect(bool holds)
{
    if (!holds)
        abort();
}

/* The first byte says in which portions the others arrive. */
static size_t portion(const uint8_t *data, size_t size, size_t at)
{
    size_t n = 1 + data[0] % 64;
    return n < size - at ? n : size - at;
}

static void cut_lines(const uint8_t *data, size_t size)
{
    pieces p = {.most = LONGEST};
    size_t out = 0;
    for (size_t at = 1; at < size;) {
        size_t n = portion(data, size, at);
        text_add_bytes(&p.bytes, (const char *)data + at, n);
        at += n;
        for (char *line; (line = pieces_line(&p)) != NULL; free(line)) {
            size_t length = strlen(line);
            expect(length <= LONGEST + 64 && !memchr(line, '\n', length));
            out += length;
        }
    }
    expect(out <= size);
    pieces_clear(&p);
}

static void cut_jpegs(const uint8_t *data, size_t size)
{
    pieces p = {.most = LONGEST};
    size_t out = 0, length;
    for (size_t at = 1; at < size;) {
        size_t n = portion(data, size, at);
        text_add_bytes(&p.bytes, (const char *)data + at, n);
        at += n;
        for (char *jpeg; (jpeg = pieces_jpeg(&p, &length)) != NULL; free(jpeg)) {
            const uint8_t *b = (const uint8_t *)jpeg;
            expect(length >= 4 && b[0] == 0xff && b[1] == 0xd8);
            expect(b[length - 2] == 0xff && b[length - 1] == 0xd9);
            out += length;
        }
        expect(p.bytes.n <= LONGEST + 64);
    }
    expect(out <= size);
    pieces_clear(&p);
}

static void fit(const uint8_t *data, size_t size)
{
    char *pattern = malloc(size + 1);
    expect(pattern != NULL);
    memcpy(pattern, data, size);
    pattern[size] = '\0';
    char *given = strchr(pattern, '\n');
    if (given) {
        stream_source source;
        stance_error err;
        *given++ = '\0';
        source_rules_fits(pattern, given);
        if (source_rules_trust(given, &source, &err) == 0) {
            expect(strlen(source.shown) <= strlen(given));
            free(source.shown);
            free(source.address);
        }
    }
    free(pattern);
}

static void read_range(const uint8_t *data, size_t size)
{
    static const int64_t sizes[] = {0, 1, 1000, INT64_MAX};
    char *header = malloc(size + 1);
    expect(header != NULL);
    memcpy(header, data, size);
    header[size] = '\0';
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        int64_t first, last;
        range_kind kind = range_read(header, sizes[i], &first, &last);
        expect(first >= 0 && last < sizes[i] && last >= first - 1);
        expect(kind != RANGE_PART || last >= first);
    }
    free(header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    read_range(data, size);
    cut_lines(data, size);
    cut_jpegs(data, size);
    fit(data, size);
    return 0;
}
