/* SPDX-License-Identifier: Apache-2.0 */
/* EXIF orientations in JPEG, PNG, WebP and TIFF, whole and cut off at every byte. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "source/exif.h"

typedef struct bytes {
    uint8_t at[512];
    size_t n;
} bytes;

static void add(bytes *b, const void *data, size_t n)
{
    memcpy(b->at + b->n, data, n);
    b->n += n;
}

static void add_number(bytes *b, uint32_t value, int n, bool big)
{
    for (int i = 0; i < n; i++)
        b->at[b->n++] = (uint8_t)(value >> (8 * (big ? n - 1 - i : i)));
}

/* A TIFF with two entries, the second of which is the orientation. */
static bytes tiff(int orientation, bool big)
{
    bytes b = {0};
    add(&b, big ? "MM\0*" : "II*\0", 4);
    add_number(&b, 8, 4, big);
    add_number(&b, 2, 2, big);
    add_number(&b, 0x0100, 2, big); /* width */
    add_number(&b, 3, 2, big);
    add_number(&b, 1, 4, big);
    add_number(&b, 7, 2, big);
    add_number(&b, 0, 2, big);
    add_number(&b, 0x0112, 2, big);
    add_number(&b, 3, 2, big);
    add_number(&b, 1, 4, big);
    add_number(&b, (uint32_t)orientation, 2, big);
    add_number(&b, 0, 2, big);
    add_number(&b, 0, 4, big);
    return b;
}

enum { JPEG, PNG, WEBP, TIFF, KINDS };

static bytes wrap(int kind, const bytes *inner)
{
    bytes b = {0};
    switch (kind) {
    case JPEG:
        add(&b, "\xff\xd8\xff\xe0\x00\x10JFIF\0........", 20);
        add(&b, "\xff\xe1", 2);
        add_number(&b, (uint32_t)inner->n + 8, 2, true);
        add(&b, "Exif\0\0", 6);
        add(&b, inner->at, inner->n);
        add(&b, "\xff\xda\0\0", 4);
        break;
    case PNG:
        add(&b, "\x89PNG\r\n\x1a\n", 8);
        add_number(&b, 13, 4, true);
        add(&b, "IHDR.............crc.", 21);
        add_number(&b, (uint32_t)inner->n, 4, true);
        add(&b, "eXIf", 4);
        add(&b, inner->at, inner->n);
        add(&b, "crc.", 4);
        break;
    case WEBP:
        add(&b, "RIFF....WEBP", 12);
        add(&b, "VP8 ", 4);
        add_number(&b, 3, 4, false); /* odd: a byte of filling follows */
        add(&b, "abc", 4);
        add(&b, "EXIF", 4);
        add_number(&b, (uint32_t)inner->n, 4, false);
        add(&b, inner->at, inner->n);
        break;
    default:
        b = *inner;
    }
    return b;
}

static void test_all(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (int big = 0; big < 2; big++)
            for (int o = 0; o <= 9; o++) {
                bytes inner = tiff(o, big), file = wrap(kind, &inner);
                int expected = o >= 1 && o <= 8 ? o : 1;
                int found = st_exif_orientation(file.at, file.n);
                if (found != expected)
                    fail_msg("kind %d, big %d: expected %d, found %d", kind, big,
                             expected, found);
            }
}

/* In a block of exactly that size, so that the sanitizer sees a byte too far. */
static void test_cut_off(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        bytes inner = tiff(6, true), file = wrap(kind, &inner);
        for (size_t n = 0; n <= file.n; n++) {
            uint8_t *cut = malloc(n ? n : 1);
            assert_non_null(cut);
            memcpy(cut, file.at, n);
            int found = st_exif_orientation(cut, n);
            assert_true(found == 1 || found == 6);
            free(cut);
        }
    }
}

static void test_turns(void **state)
{
    /* Where the stored picture's first pixel (top left) is to be seen. */
    static const struct {
        int orientation, turn_deg;
        bool mirror;
    } rows[] = {{1, 0, false},  {2, 0, true},   {3, 180, false}, {4, 180, true},
                {5, 270, true}, {6, 90, false}, {7, 90, true},   {8, 270, false},
                {0, 0, false},  {9, 0, false}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int turn_deg = -1;
        bool mirror = false;
        st_exif_turn(rows[i].orientation, &turn_deg, &mirror);
        assert_int_equal(turn_deg, rows[i].turn_deg);
        assert_int_equal(mirror, rows[i].mirror);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
