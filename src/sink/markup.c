/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in HTML and SVG. Names of files, zones and exercises are typed by strangers: all
 * of them come through here, and none of them can begin an element, end an attribute or
 * break the document.
 */
#include "sink/markup.h"

#include <ctype.h>
#include <string.h>

#include "base/number.h"
#include "sink/utf8.h"

#define NO_CHARACTER "\xef\xbf\xbd"

/* In place of a byte; NULL: as it is. */
static const char *instead_of(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return " ";
    default:
        return c < 0x20 || c == 0x7f ? NO_CHARACTER : NULL;
    }
}

void st_markup_text(st_text *text, const char *bytes)
{
    st_text clean = {0};
    st_utf8_clean(&clean, bytes);
    text->failed |= clean.failed;
    for (const char *c = clean.text ? clean.text : ""; *c; c++) {
        const char *other = instead_of((unsigned char)*c);
        /* U+FFFE and U+FFFF are no characters of XML. */
        bool none =
            strncmp(c, "\xef\xbf\xbe", 3) == 0 || strncmp(c, "\xef\xbf\xbf", 3) == 0;
        if (none || other)
            st_text_add(text, none ? NO_CHARACTER : other);
        else
            st_text_add_bytes(text, c, 1);
        c += none ? 2 : 0;
    }
    st_text_clear(&clean);
}

void st_markup_number(st_text *text, double value, int decimals)
{
    char number[ST_NUMBER_SIZE];
    st_text_add(text,
                st_number_text(number, value, decimals) > 0 ? number : "\xe2\x80\x93");
}

void st_markup_name(st_text *text, const char *name)
{
    char *copy = st_strdup(name);
    if (!copy) {
        text->failed = true;
        return;
    }
    for (char *c = copy; *c; c++)
        if (*c == '_')
            *c = ' ';
    copy[0] = (char)toupper((unsigned char)copy[0]);
    st_markup_text(text, copy);
    st_free(copy);
}
