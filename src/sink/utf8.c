/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names as they may stand in UTF-8 output.
 *
 * A file name is any bytes; JSON and window titles are UTF-8. The subtle thing is what
 * counts as wrong: also overlong forms, surrogates and numbers above U+10FFFF, which
 * strict readers refuse. The table is the one of the Unicode standard, 3-7.
 */
#include "sink/utf8.h"

#include <string.h>

/* Well-formed sequences by first byte: their length and the range of the second byte. */
static const struct {
    unsigned char first, last, length, low, high;
} forms[] = {
    {0x01, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* Bytes of the character at `c`; 0 when it is none. The NUL at the end ends it. */
static size_t character_length(const unsigned char *c)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        if (*c < forms[i].first || *c > forms[i].last)
            continue;
        size_t n = forms[i].length;
        if (n > 1 && (c[1] < forms[i].low || c[1] > forms[i].high))
            return 0;
        for (size_t k = 2; k < n; k++)
            if (c[k] < 0x80 || c[k] > 0xbf)
                return 0;
        return n;
    }
    return 0;
}

void st_utf8_clean(st_text *text, const char *bytes)
{
    st_text_add(text, ""); /* there is text, though it may be empty */
    while (*bytes) {
        size_t n = character_length((const unsigned char *)bytes);
        if (n > 0)
            st_text_add_bytes(text, bytes, n);
        else
            st_text_add(text, "\xef\xbf\xbd");
        bytes += n > 0 ? n : 1;
    }
}
