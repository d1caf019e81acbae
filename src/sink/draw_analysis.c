/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the analyses say, on the picture: arcs with degrees at the joints, and beside each
 * person a few words: counts, what they are at, what to do better, a fall.
 *
 * Measures are known by their names here, as everywhere behind the analyses. An arc is
 * left out where the limb is too short for it to be read, words where there is no room.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sink/draw_private.h"

static const uint8_t ARC[3] = {255, 210, 0}, BLACK[3] = {0, 0, 0};
static const double RIM_OPACITY = 0.5;

enum { LINES = 6, LINE = 96, ARC_STEPS = 16, LEAST_LIMB = 22, LARGEST_RADIUS = 44 };

typedef struct words {
    char line[LINES][LINE];
    int n;
} words;

/* ---- arcs ---- */

/* From the direction of one limb the short way round to that of the other. */
static void add_arc(st_draw *draw, const stance_keypoint *corner, double from, double to,
                    double radius, double width)
{
    const double whole = 2 * 3.14159265358979323846;
    double sweep = remainder(to - from, whole);
    double x = (double)corner->x + radius * cos(from);
    double y = (double)corner->y + radius * sin(from);
    for (int i = 1; i <= ARC_STEPS; i++) {
        double at = from + sweep * i / ARC_STEPS;
        double next_x = (double)corner->x + radius * cos(at);
        double next_y = (double)corner->y + radius * sin(at);
        st_mask_line(&draw->mask, x, y, next_x, next_y, width);
        x = next_x;
        y = next_y;
    }
}

static double direction(const stance_keypoint *from, const stance_keypoint *to)
{
    return atan2((double)(to->y - from->y), (double)(to->x - from->x));
}

static double distance(const stance_keypoint *a, const stance_keypoint *b)
{
    return hypot((double)(a->x - b->x), (double)(a->y - b->y));
}

/* The number stands on the other side of the corner than the arc. */
static int draw_arc(st_draw *draw, stance_frame *frame, const stance_pose *pose,
                    const stance_measure *m, double value)
{
    const stance_keypoint *a = &pose->keypoints[m->at[0]];
    const stance_keypoint *corner = &pose->keypoints[m->at[1]];
    const stance_keypoint *c = &pose->keypoints[m->at[2]];
    if (!st_draw_shows(draw, a) || !st_draw_shows(draw, corner) ||
        !st_draw_shows(draw, c))
        return 0;
    double shorter = fmin(distance(a, corner), distance(c, corner));
    if (shorter < LEAST_LIMB)
        return 0;
    double radius = fmin(LARGEST_RADIUS * fmax(1, draw->line / 3), shorter * 0.38);
    double to = direction(corner, c);
    double from = m->stretched ? direction(a, corner) : direction(corner, a);
    double width = fmax(0.7, draw->line * 0.35);
    add_arc(draw, corner, from, to, radius, width + 0.6);
    st_mask_paint(&draw->mask, frame, BLACK, RIM_OPACITY);
    add_arc(draw, corner, from, to, radius, width);
    st_mask_paint(&draw->mask, frame, ARC, 1);
    char text[16];
    snprintf(text, sizeof(text), "%ld" ST_DEGREE, lround(value));
    int text_width = st_glyphs_width(&draw->label, text);
    if (text_width < 0)
        return STANCE_ENOMEM;
    double x = cos(from) + cos(to), y = sin(from) + sin(to), length = hypot(x, y);
    double away_x = length > 0.05 ? -x / length : cos(from + 1.57);
    double away_y = length > 0.05 ? -y / length : sin(from + 1.57);
    double off = draw->line * 2 + draw->label.ascent * 0.9;
    return st_draw_name(
        draw, frame,
        (double)corner->x + away_x * (off + text_width / 2.0) - text_width / 2.0,
        (double)corner->y + away_y * off + draw->label.ascent / 2.0, text);
}

/* ---- words ---- */

/* The value of a measure by its name, NAN: none; @param measure may be NULL */
static double value_of(const st_draw_text *text, const float *values,
                       const char *analysis, const char *name,
                       const stance_measure **measure)
{
    for (size_t i = 0; i < text->n_measures; i++) {
        const stance_measure *m = &text->measures[i];
        if (strcmp(m->analysis, analysis) != 0 || strcmp(m->name, name) != 0)
            continue;
        if (measure)
            *measure = m;
        return (double)values[i];
    }
    return NAN;
}

/* The word that a measure says, NULL: none, or the first, which stands for nothing. */
static const char *word_of(const st_draw_text *text, const float *values,
                           const char *analysis, const char *name)
{
    const stance_measure *m = NULL;
    double value = value_of(text, values, analysis, name, &m);
    return m && m->words && value >= 1 ? m->words[(int)value] : NULL;
}

static char *next_line(words *w)
{
    return w->n < LINES ? w->line[w->n++] : NULL;
}

static void add_counts(words *w, const st_draw_text *text, const float *values)
{
    bool any = false;
    for (size_t i = 0; i < text->n_measures; i++) {
        const stance_measure *m = &text->measures[i];
        if (strcmp(m->analysis, "reps") != 0 || m->words || m->decimals > 0 ||
            !(values[i] >= 1))
            continue;
        char *line = next_line(w);
        any = true;
        if (line)
            snprintf(line, LINE, "%.40s %ld", m->name, lround((double)values[i]));
    }
    const stance_measure *state = NULL;
    double value = value_of(text, values, "reps", "state", &state);
    char *line = !any && state && value == 0 ? next_line(w) : NULL;
    if (line)
        snprintf(line, LINE, "%.60s", state->words[0]);
}

static void add_words(words *w, const st_draw_text *text, const float *values)
{
    const char *activity = word_of(text, values, "activity", "activity");
    const char *posture = word_of(text, values, "posture", "posture");
    const char *advice = word_of(text, values, "posture", "advice");
    const char *fall = word_of(text, values, "fall", "state");
    double held_s = value_of(text, values, "posture", "plank_held", NULL);
    double steps = value_of(text, values, "gait", "steps", NULL);
    char *line;
    if (fall && (strcmp(fall, "suspected") == 0 || strcmp(fall, "confirmed") == 0) &&
        (line = next_line(w)))
        snprintf(line, LINE, "FALL %.40s", fall);
    add_counts(w, text, values);
    if (posture && held_s >= 0 && (line = next_line(w)))
        snprintf(line, LINE, "%.40s %ld s", posture, lround(held_s));
    else if (posture && (line = next_line(w)))
        snprintf(line, LINE, "%.40s", posture);
    if (posture && advice && (line = next_line(w)))
        snprintf(line, LINE, "%.60s", advice);
    if (activity && !posture && (line = next_line(w)))
        snprintf(line, LINE, "%.40s", activity);
    if (steps >= 1 && (line = next_line(w)))
        snprintf(line, LINE, "%ld steps", lround(steps));
}

/* Right of the body, or left of it where the picture ends. */
static int draw_words(st_draw *draw, stance_frame *frame, const stance_pose *pose,
                      const words *w)
{
    int widest = 0;
    for (int i = 0; i < w->n; i++) {
        int width = st_glyphs_width(&draw->label, w->line[i]);
        if (width < 0)
            return STANCE_ENOMEM;
        widest = width > widest ? width : widest;
    }
    const float *box = pose->box;
    double gap = draw->label.ascent, pitch = draw->label.ascent * 1.7;
    double x = (double)box[0] + (double)box[2] + gap;
    if (x + widest > frame->width - 2)
        x = (double)box[0] - gap - widest;
    double y = fmax((double)box[1], 2 * pitch); /* below the text in the corner */
    int rc = 0;
    for (int i = 0; i < w->n && rc == 0; i++)
        rc = st_draw_name(draw, frame, x, y + pitch * i, w->line[i]);
    return rc;
}

int st_draw_analysis(st_draw *draw, stance_frame *frame, const stance_pose *pose,
                     const st_draw_text *text, const float *values)
{
    words w = {.n = 0};
    int rc = 0;
    for (size_t i = 0; i < text->n_measures && rc == 0; i++)
        if (text->measures[i].at[0] >= 0 && isfinite(values[i]))
            rc = draw_arc(draw, frame, pose, &text->measures[i], (double)values[i]);
    add_words(&w, text, values);
    return rc == 0 ? draw_words(draw, frame, pose, &w) : rc;
}
