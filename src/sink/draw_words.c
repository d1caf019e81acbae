/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words on the picture: scores beside points, people's numbers above their heads, and the
 * line in the corner.
 *
 * What there is no room for is left out: a number may stand alone, and nothing is written
 * beyond the picture's edge.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sink/draw_private.h"

static const uint8_t WHITE[3] = {255, 255, 255}, BLACK[3] = {0, 0, 0};
static const double BOX_OPACITY = 0.55;

enum { PARTS = 3, PART_SIZE = 32, LABEL_SIZE = 96 };

/* White text whose pen starts at (x, baseline), with a dark rim. */
static int draw_rimmed(st_draw *draw, stance_frame *frame, st_glyphs *glyphs, int x,
                       int baseline, const char *text)
{
    int rc = 0;
    for (int dy = -1; dy <= 1 && rc == 0; dy++)
        for (int dx = -1; dx <= 1 && rc == 0; dx++)
            rc = st_glyphs_put(glyphs, &draw->mask, x + dx, baseline + dy, text);
    st_mask_paint(&draw->mask, frame, BLACK, 0.8);
    if (rc == 0)
        rc = st_glyphs_put(glyphs, &draw->mask, x, baseline, text);
    st_mask_paint(&draw->mask, frame, WHITE, 1);
    return rc;
}

/* Each score to the right of its point, to the left where the picture ends. */
int st_draw_scores(st_draw *draw, stance_frame *frame, const stance_skeleton *skeleton,
                   const stance_pose *pose)
{
    st_glyphs *glyphs = &draw->score;
    int gap = (int)ceil(draw->line * 1.8) + 1;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (!st_draw_shows(draw, p) || p->x < 0 || p->y < 0 || p->x >= frame->width ||
            p->y >= frame->height)
            continue;
        char text[16];
        int hundredths = (int)lround(fmin(1, p->score) * 100);
        snprintf(text, sizeof(text), "%d.%02d", hundredths / 100, hundredths % 100);
        int width = st_glyphs_width(glyphs, text);
        if (width < 0)
            return STANCE_ENOMEM;
        int x = (int)p->x + gap, baseline = (int)p->y + glyphs->ascent / 2;
        if (x + width + 1 > frame->width)
            x = (int)p->x - gap - width;
        if (baseline - glyphs->ascent - 1 < 0)
            baseline = glyphs->ascent + 1;
        if (baseline + 2 > frame->height)
            baseline = frame->height - 2;
        if (x < 1 || baseline - glyphs->ascent < 1)
            continue; /* no room on either side */
        if (draw_rimmed(draw, frame, glyphs, x, baseline, text) < 0)
            return STANCE_ENOMEM;
    }
    return 0;
}

/* "9.8", "58": one decimal below a limit, '.' whatever the locale. */
static void format_short(char *out, double value, double limit, const char *unit)
{
    long tenths = lround(fmin(value, 1e6) * 10);
    if (value < limit)
        snprintf(out, PART_SIZE, "%ld.%ld %s", tenths / 10, tenths % 10, unit);
    else
        snprintf(out, PART_SIZE, "%ld %s", lround(fmin(value, 1e6)), unit);
}

static int text_parts(const st_draw_text *text, char parts[PARTS][PART_SIZE])
{
    int n = 0;
    if (text->latency_ms >= 0)
        format_short(parts[n++], text->latency_ms, 99.95, "ms");
    if (text->fps > 0)
        format_short(parts[n++], text->fps, 9.95, "fps");
    if (text->people >= 0)
        snprintf(parts[n++], PART_SIZE, "%d %s", text->people,
                 text->people == 1 ? "person" : "people");
    return n;
}

/* As many parts as fit into the picture's width, from the first. */
int st_draw_corner(st_draw *draw, stance_frame *frame, const st_draw_text *text)
{
    char parts[PARTS][PART_SIZE], line[PARTS * (PART_SIZE + 2)] = "";
    int size = draw->corner_size, width = 0;
    int n = size > 0 ? text_parts(text, parts) : 0;
    int margin = size / 3, pad_x = size / 2, pad_y = (size + 2) / 3;
    size_t used = 0;
    for (int i = 0; i < n; i++) {
        char *end = line + used;
        snprintf(end, sizeof(line) - used, "%s%s", i > 0 ? "   " : "", parts[i]);
        int longer = st_glyphs_width(&draw->corner, line);
        if (longer < 0)
            return STANCE_ENOMEM;
        if (longer + 2 * (margin + pad_x) > frame->width) {
            *end = '\0';
            break;
        }
        width = longer;
        used += strlen(end);
    }
    if (used == 0)
        return 0;
    int height = draw->corner.ascent + 2 * pad_y;
    st_mask_box(&draw->mask, margin, margin, width + 2 * pad_x, height, pad_y);
    st_mask_paint(&draw->mask, frame, BLACK, BOX_OPACITY);
    int rc = st_glyphs_put(&draw->corner, &draw->mask, margin + pad_x,
                           margin + pad_y + draw->corner.ascent, line);
    st_mask_paint(&draw->mask, frame, WHITE, 1);
    return rc;
}

/* ---- people and places ---- */

/* "3", or "3  2/5  4.1 ms": the second of five whom the network saw. */
static void label_text(const st_draw *draw, const stance_pose *pose, size_t n, bool whole,
                       char *out)
{
    int used = 0;
    *out = '\0';
    if ((draw->settings.overlay & STANCE_OVERLAY_IDS) && pose->id > 0)
        used = snprintf(out, LABEL_SIZE, "%lld", (long long)pose->id);
    if (!whole || !(draw->settings.overlay & STANCE_OVERLAY_ORDER) || pose->order == 0)
        return;
    used += snprintf(out + used, LABEL_SIZE - (size_t)used, "%s%d/%zu",
                     used > 0 ? "  " : "", pose->order, n);
    if (pose->inference_us > 0) {
        char ms[PART_SIZE];
        format_short(ms, (double)pose->inference_us / 1000, 99.95, "ms");
        snprintf(out + used, LABEL_SIZE - (size_t)used, "  %s", ms);
    }
}

/* Above the box, in it where the picture ends above; never beyond the sides. */
int st_draw_label(st_draw *draw, stance_frame *frame, const stance_pose *pose, size_t n,
                  const uint8_t *colour)
{
    st_glyphs *glyphs = &draw->label;
    char label[LABEL_SIZE];
    int pad = 1 + glyphs->ascent / 4, height = glyphs->ascent + 2 * pad, width = 0;
    for (int whole = 1; whole >= 0; whole--) {
        label_text(draw, pose, n, whole, label);
        if (!*label)
            return 0;
        width = st_glyphs_width(glyphs, label);
        if (width < 0)
            return STANCE_ENOMEM;
        width += 2 * pad;
        if (width <= fmax(2 * (double)pose->box[2], 0.7 * (double)pose->box[3]))
            break; /* else too much for somebody so small: the number alone */
    }
    int x = (int)lround((double)pose->box[0] + (double)pose->box[2] / 2 - width / 2.0);
    /* Boxes end at the highest point, which is an eye or an ear. */
    int y = (int)lround((double)pose->box[1] - 0.07 * (double)pose->box[3]) - height;
    x = x < 0 ? 0 : x + width > frame->width ? frame->width - width : x;
    y = y < 0 ? 0 : y + height > frame->height ? frame->height - height : y;
    if (x < 0 || y < 0)
        return 0;
    st_mask_box(&draw->mask, x, y, width, height, pad);
    st_mask_paint(&draw->mask, frame, BLACK, BOX_OPACITY);
    int rc = st_glyphs_put(glyphs, &draw->mask, x + pad, y + pad + glyphs->ascent, label);
    st_mask_paint(&draw->mask, frame, colour, 1);
    return rc;
}

int st_draw_name(st_draw *draw, stance_frame *frame, double x, double y, const char *name)
{
    st_glyphs *glyphs = &draw->label;
    int width = st_glyphs_width(glyphs, name);
    if (width < 0)
        return STANCE_ENOMEM;
    int left = (int)fmin(fmax(2, x), frame->width - width - 2);
    int baseline = (int)fmin(fmax(glyphs->ascent + 2, y), frame->height - 3);
    if (left < 1 || baseline <= glyphs->ascent)
        return 0;
    return draw_rimmed(draw, frame, glyphs, left, baseline, name);
}
