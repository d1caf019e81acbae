/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Poses and the text in the corner, drawn into a frame's own planes.
 *
 * Each person is painted in three layers: a dark rim that keeps the figure readable on
 * bright ground, cyan bones, green dots. A layer is first collected as coverage
 * (draw_mask.c) and then blended once (draw_paint.c), so only what changes is touched.
 *
 * The subtle thing is size: lines follow the picture's shorter side, and get thinner for
 * people who are small in the picture, whom thick lines would hide.
 */
#include "sink/draw.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "sink/draw_mask.h"
#include "sink/draw_text.h"

static const uint8_t GREEN[3] = {0, 255, 0}, CYAN[3] = {0, 255, 255},
                     WHITE[3] = {255, 255, 255}, BLACK[3] = {0, 0, 0};

static const double RIM_OPACITY = 0.5, BOX_OPACITY = 0.55;

enum { TEXT_SMALLEST = 9, PARTS = 3, PART_SIZE = 32 };

struct st_draw {
    stance_draw_settings settings;
    st_mask mask;
    int width, height; /* that the sizes below were worked out for */
    double line;       /* width of a bone, for a person of usual size */
    int corner_size;   /* of the text in the corner; 0: no room */
    st_glyphs corner, score;
};

#define ROW(field) offsetof(stance_draw_settings, field)

static const stance_choice overlays[] = {
    {"skeleton", STANCE_OVERLAY_SKELETON, "bones"},
    {"points", STANCE_OVERLAY_POINTS, "dots"},
    {"text", STANCE_OVERLAY_TEXT, "latency and frames a second"},
    {"scores", STANCE_OVERLAY_SCORES, "each point's score beside it"},
    {"none", 0, "nothing"},
    {0},
};

static const stance_choice backgrounds[] = {
    {"source", STANCE_BACKGROUND_SOURCE, "the picture itself"},
    {"black", STANCE_BACKGROUND_BLACK, "black: nobody can be recognised"},
    {0},
};

const stance_option st_draw_options[] = {
    {.name = "threshold",
     .type = STANCE_OPTION_NUMBER,
     .offset = ROW(threshold),
     .preset = "0.2",
     .min = 0,
     .max = 1,
     .value_name = "SCORE",
     .help = "keypoints with a lower score are not drawn"},
    {.name = "overlay",
     .type = STANCE_OPTION_FLAGS,
     .offset = ROW(overlay),
     .preset = "skeleton,points,text",
     .choices = overlays,
     .value_name = "LIST",
     .help = "what is drawn"},
    {.name = "background",
     .type = STANCE_OPTION_CHOICE,
     .offset = ROW(background),
     .preset = "source",
     .choices = backgrounds,
     .help = "what it is drawn on"},
    {0},
};

st_draw *st_draw_new(const stance_draw_settings *settings)
{
    st_draw *draw = st_alloc(sizeof(*draw));
    if (draw)
        draw->settings = *settings;
    return draw;
}

void st_draw_free(st_draw **draw)
{
    if (!*draw)
        return;
    st_mask_clear(&(*draw)->mask);
    st_glyphs_clear(&(*draw)->corner);
    st_glyphs_clear(&(*draw)->score);
    st_free(*draw);
    *draw = NULL;
}

/* ---- sizes ---- */

/* Thinner lines are hard to see, except in pictures so small that they would fill them.
 */
static double line_least(int shorter)
{
    return fmin(1.4, fmax(0.6, shorter / 60.0));
}

/* The largest text at which two usual parts fit, else one; 0 where not even that does. */
static int corner_text_size(st_draw *draw, int *size)
{
    static const char *const samples[] = {"88.8 ms  888 fps", "88.8 ms"};
    int shorter = draw->width < draw->height ? draw->width : draw->height;
    int wanted = shorter / 34 > TEXT_SMALLEST + 2 ? shorter / 34 : TEXT_SMALLEST + 2;
    *size = 0;
    for (int i = 0; i < 2; i++)
        for (int at = wanted; at >= TEXT_SMALLEST; at--) {
            if (st_glyphs_set(&draw->corner, at) < 0)
                return STANCE_ENOMEM;
            int width = st_glyphs_width(&draw->corner, samples[i]);
            if (width < 0)
                return STANCE_ENOMEM;
            if (width + 2 * at <= draw->width && 3 * at <= draw->height) {
                *size = at;
                return 0;
            }
        }
    return 0;
}

static int fit(st_draw *draw, const stance_frame *frame)
{
    if (st_mask_fit(&draw->mask, frame->width, frame->height) < 0)
        return STANCE_ENOMEM;
    if (draw->width == frame->width && draw->height == frame->height)
        return 0;
    draw->width = draw->height = 0;
    int shorter = frame->width < frame->height ? frame->width : frame->height;
    draw->line = fmax(line_least(shorter), shorter / 250.0);
    int rc = 0;
    draw->width = frame->width;
    draw->height = frame->height;
    if (draw->settings.overlay & STANCE_OVERLAY_TEXT)
        rc = corner_text_size(draw, &draw->corner_size);
    int small = (int)lround(fmax(TEXT_SMALLEST, draw->line * 4.5));
    if (rc == 0 && (draw->settings.overlay & STANCE_OVERLAY_SCORES))
        rc = st_glyphs_set(&draw->score, small);
    if (rc < 0)
        draw->width = draw->height = 0; /* to be worked out again */
    return rc;
}

/* ---- people ---- */

static bool is_drawn(const st_draw *draw, const stance_keypoint *point)
{
    return stance_keypoint_given(point) && isfinite(point->x) && isfinite(point->y) &&
           point->score >= (float)draw->settings.threshold;
}

/* Width of this person's bones. */
static double line_for(const st_draw *draw, const stance_pose *pose, size_t n)
{
    double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        if (!is_drawn(draw, point))
            continue;
        low_x = fmin(low_x, point->x);
        low_y = fmin(low_y, point->y);
        high_x = fmax(high_x, point->x);
        high_y = fmax(high_y, point->y);
    }
    double extent = fmax(high_x - low_x, high_y - low_y);
    int shorter = draw->width < draw->height ? draw->width : draw->height;
    double share = extent / (0.35 * shorter);
    return fmax(line_least(shorter), draw->line * fmin(1, fmax(0.45, share)));
}

static void add_bones(st_draw *draw, const stance_skeleton *skeleton,
                      const stance_pose *pose, double radius)
{
    for (size_t e = 0; e < skeleton->n_edges; e++) {
        const stance_keypoint *a = &pose->keypoints[skeleton->edges[e][0]];
        const stance_keypoint *b = &pose->keypoints[skeleton->edges[e][1]];
        if (is_drawn(draw, a) && is_drawn(draw, b))
            st_mask_line(&draw->mask, a->x, a->y, b->x, b->y, radius);
    }
}

static void add_dots(st_draw *draw, const stance_skeleton *skeleton,
                     const stance_pose *pose, double radius)
{
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (is_drawn(draw, p))
            st_mask_line(&draw->mask, p->x, p->y, p->x, p->y, radius);
    }
}

/* Told apart also by people who do not see red and green alike. */
static const uint8_t colours[][3] = {
    {0, 190, 255},  {255, 160, 0},   {120, 230, 60}, {255, 90, 170},
    {255, 230, 60}, {150, 120, 255}, {0, 220, 170},  {255, 100, 70},
};

/* One person is cyan with green joints; of several each has a colour, by identity where
 * there is one. */
/* Of somebody whose joints nobody looked for. */
static void draw_box(st_draw *draw, stance_frame *frame, const float box[4],
                     const uint8_t *colour)
{
    double x0 = box[0], y0 = box[1], x1 = x0 + box[2], y1 = y0 + box[3];
    for (int pass = 0; pass < 2; pass++) {
        double radius = draw->line * (pass ? 0.5 : 0.8);
        st_mask_line(&draw->mask, x0, y0, x1, y0, radius);
        st_mask_line(&draw->mask, x1, y0, x1, y1, radius);
        st_mask_line(&draw->mask, x1, y1, x0, y1, radius);
        st_mask_line(&draw->mask, x0, y1, x0, y0, radius);
        st_mask_paint(&draw->mask, frame, pass ? colour : BLACK, pass ? 1 : RIM_OPACITY);
    }
}

static void draw_person(st_draw *draw, stance_frame *frame,
                        const stance_skeleton *skeleton, const stance_pose *pose,
                        const uint8_t *colour)
{
    bool bones = draw->settings.overlay & STANCE_OVERLAY_SKELETON;
    bool dots = draw->settings.overlay & STANCE_OVERLAY_POINTS;
    double line = line_for(draw, pose, skeleton->n_keypoints);
    double bone = line / 2, dot = line * 1.4, rim = fmax(0.6, line * 0.25);
    if (bones)
        add_bones(draw, skeleton, pose, bone + rim);
    if (dots)
        add_dots(draw, skeleton, pose, dot + rim);
    st_mask_paint(&draw->mask, frame, BLACK, RIM_OPACITY);
    if (bones) {
        add_bones(draw, skeleton, pose, bone);
        st_mask_paint(&draw->mask, frame, colour ? colour : CYAN, 1);
    }
    if (dots) {
        add_dots(draw, skeleton, pose, dot);
        st_mask_paint(&draw->mask, frame, colour ? WHITE : GREEN, 1);
    }
}

/* ---- text ---- */

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
static int draw_scores(st_draw *draw, stance_frame *frame,
                       const stance_skeleton *skeleton, const stance_pose *pose)
{
    st_glyphs *glyphs = &draw->score;
    int gap = (int)ceil(draw->line * 1.8) + 1;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (!is_drawn(draw, p) || p->x < 0 || p->y < 0 || p->x >= frame->width ||
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
static int draw_corner(st_draw *draw, stance_frame *frame, const st_draw_text *text)
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

int st_draw_poses(st_draw *draw, stance_frame *frame, const stance_poses *poses,
                  const st_draw_text *text)
{
    int rc = fit(draw, frame);
    if (rc < 0)
        return rc;
    if (draw->settings.background == STANCE_BACKGROUND_BLACK)
        st_frame_fill_black(frame);
    bool several = text && text->people >= 0;
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        size_t number = pose->id > 0 ? (size_t)pose->id - 1 : i;
        const uint8_t *colour = colours[number % (sizeof(colours) / sizeof(colours[0]))];
        if (poses->skeleton->n_keypoints > 0)
            draw_person(draw, frame, poses->skeleton, pose, several ? colour : NULL);
        else if (draw->settings.overlay & STANCE_OVERLAY_SKELETON)
            draw_box(draw, frame, pose->box, several ? colour : CYAN);
    }
    if (draw->settings.overlay & STANCE_OVERLAY_SCORES)
        for (size_t i = 0; i < poses->n && rc == 0; i++)
            rc = draw_scores(draw, frame, poses->skeleton, &poses->people[i]);
    if (rc == 0 && text && (draw->settings.overlay & STANCE_OVERLAY_TEXT))
        rc = draw_corner(draw, frame, text);
    return rc;
}
