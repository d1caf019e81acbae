/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a camera was held when it took a picture: the EXIF tag 0x0112.
 *
 * EXIF is a small TIFF file inside a JPEG (segment APP1), a PNG (chunk eXIf) or a WebP
 * (chunk EXIF). Every length in it comes from outside, so nothing is read without asking
 * whether it lies inside. What is broken counts as upright: a picture is worth more than
 * its tags.
 *
 * Source: CIPA DC-008 (Exif 2.32), TIFF 6.0, RFC 9649, the PNG specification.
 */
#include "source/exif.h"

#include <string.h>

typedef struct span {
    const uint8_t *bytes;
    size_t n;
} span;

static uint32_t number(const uint8_t *bytes, size_t n, bool big_endian)
{
    uint32_t value = 0;
    for (size_t i = 0; i < n; i++)
        value |= (uint32_t)bytes[i] << (8 * (big_endian ? n - 1 - i : i));
    return value;
}

static bool starts(span s, size_t at, const char *magic, size_t n)
{
    return s.n >= at + n && memcmp(s.bytes + at, magic, n) == 0;
}

/* The first directory of a TIFF file holds the tag. */
static int of_tiff(span s)
{
    enum { HEADER = 8, ENTRY = 12, TAG = 0x0112, SHORT = 3 };
    if (!starts(s, 0, "II*\0", 4) && !starts(s, 0, "MM\0*", 4))
        return 1;
    bool big = s.bytes[0] == 'M';
    if (s.n < HEADER)
        return 1;
    size_t at = number(s.bytes + 4, 4, big);
    if (at > s.n || s.n - at < 2)
        return 1;
    size_t n_entries = number(s.bytes + at, 2, big);
    at += 2;
    for (size_t i = 0; i < n_entries && s.n - at >= ENTRY; i++, at += ENTRY) {
        const uint8_t *entry = s.bytes + at;
        if (number(entry, 2, big) != TAG || number(entry + 2, 2, big) != SHORT)
            continue;
        uint32_t value = number(entry + 8, 2, big);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

static span rest(span s, size_t at)
{
    return (span){s.bytes + at, s.n - at};
}

static int of_jpeg(span s)
{
    size_t at = 2;
    while (s.n - at >= 4 && s.bytes[at] == 0xff) {
        uint8_t marker = s.bytes[at + 1];
        size_t n = number(s.bytes + at + 2, 2, true);
        if (marker == 0xff) { /* filling */
            at++;
            continue;
        }
        if (marker == 0xda || n < 2 || s.n - at - 2 < n) /* the picture itself begins */
            break;
        if (marker == 0xe1 && starts(s, at + 4, "Exif\0\0", 6) && n >= 8)
            return of_tiff((span){s.bytes + at + 10, n - 8});
        at += 2 + n;
    }
    return 1;
}

static int of_png(span s)
{
    size_t at = 8;
    while (s.n - at >= 12) {
        size_t n = number(s.bytes + at, 4, true);
        if (s.n - at - 12 < n)
            break;
        if (starts(s, at + 4, "eXIf", 4))
            return of_tiff((span){s.bytes + at + 8, n});
        at += 12 + n;
    }
    return 1;
}

static int of_webp(span s)
{
    size_t at = 12;
    while (s.n - at >= 8) {
        size_t n = number(s.bytes + at + 4, 4, false);
        if (s.n - at - 8 < n)
            break;
        if (starts(s, at, "EXIF", 4)) {
            span exif = {s.bytes + at + 8, n};
            return of_tiff(starts(exif, 0, "Exif\0\0", 6) ? rest(exif, 6) : exif);
        }
        at += 8 + n;
        if (n % 2 == 1 && at < s.n)
            at++;
    }
    return 1;
}

int st_exif_orientation(const uint8_t *bytes, size_t n)
{
    span s = {bytes, n};
    if (starts(s, 0, "\xff\xd8\xff", 3))
        return of_jpeg(s);
    if (starts(s, 0, "\x89PNG\r\n\x1a\n", 8))
        return of_png(s);
    if (starts(s, 0, "RIFF", 4) && starts(s, 8, "WEBP", 4))
        return of_webp(s);
    return of_tiff(s);
}

void st_exif_turn(int orientation, int *turn_deg, bool *mirror)
{
    /* As st_frame_turn() does it: mirrored first, then turned clockwise. */
    static const struct {
        int turn_deg;
        bool mirror;
    } turns[9] = {
        [1] = {0, false},  [2] = {0, true},   [3] = {180, false}, [4] = {180, true},
        [5] = {270, true}, [6] = {90, false}, [7] = {90, true},   [8] = {270, false}};
    int i = orientation >= 1 && orientation <= 8 ? orientation : 1;
    *turn_deg = turns[i].turn_deg;
    *mirror = turns[i].mirror;
}
