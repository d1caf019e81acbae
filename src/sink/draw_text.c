/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as coverage. cairo draws each character once, at the size in use, into a small
 * mask; after the first frames the same few digits are only copied, and cairo is not
 * called again. The font is the system's bold sans-serif.
 */
#include "sink/draw_text.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* A surface that is asked for sizes, or drawn on, with the font in place. */
static cairo_t *font_context(cairo_surface_t *surface, int size)
{
    cairo_t *cr = cairo_create(surface);
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(cr, size);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
    return cr;
}

int st_glyphs_set(st_glyphs *glyphs, int size)
{
    if (glyphs->size == size)
        return 0;
    st_glyphs_clear(glyphs);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cr = font_context(surface, size);
    cairo_text_extents_t digits;
    cairo_text_extents(cr, "0123456789", &digits);
    bool fine = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    if (!fine)
        return STANCE_ENOMEM;
    glyphs->size = size;
    glyphs->ascent = (int)ceil(-digits.y_bearing); /* of digits: no accents come up */
    glyphs->descent = (int)ceil(size * 0.22);      /* of "p" */
    return 0;
}

void st_glyphs_clear(st_glyphs *glyphs)
{
    for (size_t i = 0; i < sizeof(glyphs->at) / sizeof(*glyphs->at); i++)
        st_free(glyphs->at[i].bits);
    *glyphs = (st_glyphs){0};
}

/* Draw one character and keep what is inked. */
static bool make_bits(st_glyph *glyph, int size, const char *text)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_A8, glyph->width, glyph->height);
    cairo_t *cr = font_context(surface, size);
    cairo_move_to(cr, -glyph->left, -glyph->top);
    cairo_show_text(cr, text);
    cairo_surface_flush(surface);
    glyph->bits = st_alloc_array((size_t)glyph->width, (size_t)glyph->height);
    bool fine = glyph->bits && cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    const uint8_t *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; fine && y < glyph->height; y++)
        memcpy(glyph->bits + (size_t)y * (size_t)glyph->width,
               data + (ptrdiff_t)y * stride, (size_t)glyph->width);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return fine;
}

static st_glyph *glyph_of(st_glyphs *glyphs, char character)
{
    if (character < ST_GLYPH_FIRST || (unsigned char)character > ST_GLYPH_LAST)
        character = '?';
    st_glyph *glyph = &glyphs->at[character - ST_GLYPH_FIRST];
    if (glyph->made)
        return glyph;
    char text[3] = {character, '\0'};
    if (character == *ST_DEGREE)
        memcpy(text, "\xc2\xb0", sizeof(text));
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cr = font_context(surface, glyphs->size);
    cairo_text_extents_t ink;
    cairo_text_extents(cr, text, &ink);
    bool fine = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    if (!fine)
        return NULL;
    glyph->advance = (int)lround(ink.x_advance);
    if (ink.width > 0 && ink.height > 0) {
        /* A pixel around for smooth edges that reach out of the extents. */
        glyph->left = (int)floor(ink.x_bearing) - 1;
        glyph->top = (int)floor(ink.y_bearing) - 1;
        glyph->width = (int)ceil(ink.x_bearing + ink.width) + 1 - glyph->left;
        glyph->height = (int)ceil(ink.y_bearing + ink.height) + 1 - glyph->top;
        if (!make_bits(glyph, glyphs->size, text)) {
            st_free(glyph->bits);
            *glyph = (st_glyph){0};
            return NULL;
        }
    }
    glyph->made = true;
    return glyph;
}

int st_glyphs_width(st_glyphs *glyphs, const char *text)
{
    int width = 0;
    for (; *text; text++) {
        const st_glyph *glyph = glyph_of(glyphs, *text);
        if (!glyph)
            return -1;
        width += glyph->advance;
    }
    return width;
}

int st_glyphs_put(st_glyphs *glyphs, st_mask *mask, int x, int baseline, const char *text)
{
    for (; *text; text++) {
        const st_glyph *glyph = glyph_of(glyphs, *text);
        if (!glyph)
            return STANCE_ENOMEM;
        if (glyph->bits)
            st_mask_bits(mask, x + glyph->left, baseline + glyph->top, glyph->width,
                         glyph->height, glyph->bits);
        x += glyph->advance;
    }
    return 0;
}
