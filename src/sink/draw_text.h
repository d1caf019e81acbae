/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_DRAW_TEXT_H
#define ST_SINK_DRAW_TEXT_H

#include "sink/draw_mask.h"

enum { ST_GLYPH_FIRST = 32, ST_GLYPH_LAST = 127 };

/** Stands for the degree sign, the one character drawn that is not ASCII. */
#define ST_DEGREE "\x7f"

/** One character as coverage. */
typedef struct st_glyph {
    uint8_t *bits; /**< width x height; NULL where nothing is inked */
    int left, top; /**< of the bits, from the pen on the baseline, y down */
    int width, height;
    int advance; /**< pixels to the next character */
    bool made;
} st_glyph;

/** The characters of one size, made when they are first needed. */
typedef struct st_glyphs {
    int size; /**< pixels; 0: none yet */
    int ascent, descent;
    st_glyph at[ST_GLYPH_LAST - ST_GLYPH_FIRST + 1];
} st_glyphs;

/** Use a size from now on. @return 0 or STANCE_ENOMEM */
int st_glyphs_set(st_glyphs *glyphs, int size);
void st_glyphs_clear(st_glyphs *glyphs);

/** Pixels that ASCII text takes in one line; -1: out of memory. */
int st_glyphs_width(st_glyphs *glyphs, const char *text);

/** Put text into a mask, the pen starting at (x, baseline). @return 0 or STANCE_ENOMEM */
int st_glyphs_put(st_glyphs *glyphs, st_mask *mask, int x, int baseline,
                  const char *text);

#endif
