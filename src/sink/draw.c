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
#include <math.h>
#include <stddef.h>

#include "base/memory.h"
#include "sink/draw_private.h"

static const uint8_t GREEN[3] = {0, 255, 0}, CYAN[3] = {0, 255, 255},
                     WHITE[3] = {255, 255, 255}, BLACK[3] = {0, 0, 0};

static const double RIM_OPACITY = 0.5;

enum { TEXT_SMALLEST = 9 };

#define ROW(field) offsetof(stance_draw_settings, field)

static const stance_choice overlays[] = {
    {"skeleton", STANCE_OVERLAY_SKELETON, "bones"},
    {"points", STANCE_OVERLAY_POINTS, "dots"},
    {"text", STANCE_OVERLAY_TEXT, "latency and frames a second"},
    {"ids", STANCE_OVERLAY_IDS, "each person's number, where several are followed"},
    {"order", STANCE_OVERLAY_ORDER,
     "and in which order the network saw them, and how long it took"},
    {"places", STANCE_OVERLAY_PLACES, "zones and lines"},
    {"analysis", STANCE_OVERLAY_ANALYSIS, "what --analyse finds out"},
    {"boxes", STANCE_OVERLAY_BOXES, "boxes around people"},
    {"scores", STANCE_OVERLAY_SCORES, "each point's score beside it"},
    {"none", 0, "nothing"},
    {0},
};

static const stance_choice backgrounds[] = {
    {"source", STANCE_BACKGROUND_SOURCE, "the picture itself"},
    {"black", STANCE_BACKGROUND_BLACK, "black: nobody can be recognised"},
    {0},
};

static const stance_choice blurs[] = {
    {"none", STANCE_BLUR_NONE, "nothing"},
    {"faces", STANCE_BLUR_FACES,
     "heads of the people that are found, and of nobody else"},
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
     .preset = "skeleton,points,text,ids,order,places,analysis",
     .choices = overlays,
     .value_name = "LIST",
     .help = "what is drawn"},
    {.name = "background",
     .type = STANCE_OPTION_CHOICE,
     .offset = ROW(background),
     .preset = "source",
     .choices = backgrounds,
     .help = "what it is drawn on"},
    {.name = "blur",
     .type = STANCE_OPTION_CHOICE,
     .offset = ROW(blur),
     .preset = "none",
     .choices = blurs,
     .help = "what is made unrecognisable in all that is drawn"},
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
    st_glyphs_clear(&(*draw)->label);
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
    int usual = shorter / 45 > TEXT_SMALLEST + 1 ? shorter / 45 : TEXT_SMALLEST + 1;
    if (rc == 0)
        rc = st_glyphs_set(&draw->label, usual);
    if (rc < 0)
        draw->width = draw->height = 0; /* to be worked out again */
    return rc;
}

/* ---- people ---- */

bool st_draw_shows(const st_draw *draw, const stance_keypoint *point)
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
        if (!st_draw_shows(draw, point))
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
        if (st_draw_shows(draw, a) && st_draw_shows(draw, b))
            st_mask_line(&draw->mask, a->x, a->y, b->x, b->y, radius);
    }
}

static void add_dots(st_draw *draw, const stance_skeleton *skeleton,
                     const stance_pose *pose, double radius)
{
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (st_draw_shows(draw, p))
            st_mask_line(&draw->mask, p->x, p->y, p->x, p->y, radius);
    }
}

/* Told apart also by people who do not see red and green alike. */
static const uint8_t colours[][3] = {
    {0, 190, 255},  {255, 160, 0},   {120, 230, 60}, {255, 90, 170},
    {255, 230, 60}, {150, 120, 255}, {0, 220, 170},  {255, 100, 70},
};

const uint8_t *st_draw_colour(size_t number)
{
    return colours[number % (sizeof(colours) / sizeof(colours[0]))];
}

/* Of somebody whose joints nobody looked for, or where boxes are asked for. */
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

/* ---- places ---- */

/* Sides of a zone, or a line, with its name at its first point. */
static int draw_place(st_draw *draw, stance_frame *frame, const st_draw_place *place,
                      const uint8_t *colour)
{
    size_t sides = place->closed ? place->n : place->n - 1;
    for (int pass = 0; pass < 2; pass++) {
        double radius = draw->line * (pass ? 0.4 : 0.7);
        for (size_t i = 0; i < sides; i++) {
            const double *a = place->points[i], *b = place->points[(i + 1) % place->n];
            st_mask_line(&draw->mask, a[0], a[1], b[0], b[1], radius);
        }
        st_mask_paint(&draw->mask, frame, pass ? colour : BLACK, pass ? 1 : RIM_OPACITY);
    }
    return st_draw_name(draw, frame, place->points[0][0] + 2 * draw->line,
                        place->points[0][1] - 2 * draw->line, place->name);
}

static int draw_places(st_draw *draw, stance_frame *frame, const st_draw_text *text)
{
    int rc = 0;
    if (text && (draw->settings.overlay & STANCE_OVERLAY_PLACES))
        for (size_t i = 0; i < text->n_places && rc == 0; i++)
            rc = draw_place(draw, frame, &text->places[i], st_draw_colour(i + 3));
    return rc;
}

/* ---- all of it ---- */

/* One person is cyan with green joints; of several each has a colour, by identity where
 * there is one. */
static void draw_people(st_draw *draw, stance_frame *frame, const stance_poses *poses,
                        bool several)
{
    int overlay = draw->settings.overlay;
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        const uint8_t *colour = st_draw_colour(pose->id > 0 ? (size_t)pose->id - 1 : i);
        bool points = poses->skeleton->n_keypoints > 0;
        if (points)
            draw_person(draw, frame, poses->skeleton, pose, several ? colour : NULL);
        if ((overlay & STANCE_OVERLAY_BOXES) ||
            (!points && (overlay & STANCE_OVERLAY_SKELETON)))
            draw_box(draw, frame, pose->box, several ? colour : CYAN);
    }
}

int st_draw_poses(st_draw *draw, stance_frame *frame, const stance_poses *poses,
                  const st_draw_text *text)
{
    int rc = fit(draw, frame);
    if (rc < 0)
        return rc;
    if (draw->settings.background == STANCE_BACKGROUND_BLACK)
        st_frame_fill_black(frame);
    else if (draw->settings.blur == STANCE_BLUR_FACES)
        st_draw_blur_faces(draw, frame, poses);
    bool several = text && text->people >= 0;
    rc = draw_places(draw, frame, text);
    draw_people(draw, frame, poses, several);
    for (size_t i = 0; i < poses->n && rc == 0; i++) {
        const stance_pose *pose = &poses->people[i];
        if (draw->settings.overlay & STANCE_OVERLAY_SCORES)
            rc = st_draw_scores(draw, frame, poses->skeleton, pose);
        if (rc == 0 && several)
            rc = st_draw_label(draw, frame, pose, poses->n,
                               st_draw_colour(pose->id > 0 ? (size_t)pose->id - 1 : i));
        if (rc == 0 && text && text->analysis &&
            (draw->settings.overlay & STANCE_OVERLAY_ANALYSIS))
            rc = st_draw_analysis(draw, frame, pose, text,
                                  text->analysis + i * text->n_measures);
    }
    if (rc == 0 && text && (draw->settings.overlay & STANCE_OVERLAY_TEXT))
        rc = st_draw_corner(draw, frame, text);
    return rc;
}
