/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heatmaps: values between the cells, and peaks.
 *
 * The usual decoders enlarge all maps four or eight times and search them for maxima. A
 * maximum of the enlarged map lies within a cell of one of the small map, so only those
 * places are enlarged: the same peaks for a hundredth of the work.
 */
#include "decode/maps.h"

#include <math.h>

bool st_maps_of(const st_output *output, int channels, st_maps *maps)
{
    const int64_t *d = output->dims;
    if (output->rank != 4 || d[0] != 1)
        return false;
    if (d[3] == channels && d[1] != channels)
        *maps = (st_maps){.n = channels,
                          .height = (int)d[1],
                          .width = (int)d[2],
                          .step_n = 1,
                          .step_x = channels,
                          .step_y = (ptrdiff_t)d[2] * channels};
    else if (d[1] == channels)
        *maps = (st_maps){.n = channels,
                          .height = (int)d[2],
                          .width = (int)d[3],
                          .step_n = (ptrdiff_t)(d[2] * d[3]),
                          .step_x = 1,
                          .step_y = (ptrdiff_t)d[3]};
    else
        return false;
    maps->data = output->data;
    return maps->width > 0 && maps->height > 0;
}

st_maps st_maps_from(const st_maps *maps, int first, int n)
{
    st_maps part = *maps;
    if (part.data)
        part.data += first * part.step_n;
    part.n = n;
    return part;
}

static int clamp(int x, int last)
{
    return x < 0 ? 0 : x > last ? last : x;
}

static void weights(double t, float w[4])
{
    const double a = -0.75;
    double u = 1 - t;
    w[0] = (float)(((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a);
    w[1] = (float)(((a + 2) * t - (a + 3)) * t * t + 1);
    w[2] = (float)(((a + 2) * u - (a + 3)) * u * u + 1);
    w[3] = 1 - w[0] - w[1] - w[2];
}

/* The sixteen cells around a place, and how much each of them counts. */
typedef struct around {
    int columns[4], rows[4];
    float wx[4], wy[4];
} around;

static around look_around(const st_maps *m, double x, double y)
{
    around a;
    int x0 = (int)floor(x), y0 = (int)floor(y);
    weights(x - x0, a.wx);
    weights(y - y0, a.wy);
    for (int i = 0; i < 4; i++) {
        a.columns[i] = clamp(x0 - 1 + i, m->width - 1);
        a.rows[i] = clamp(y0 - 1 + i, m->height - 1);
    }
    return a;
}

static float mix(const st_maps *m, int n, const around *a)
{
    float sum = 0;
    for (int k = 0; k < 4; k++) {
        float line = 0;
        for (int i = 0; i < 4; i++)
            line += a->wx[i] * st_maps_at(m, n, a->columns[i], a->rows[k]);
        sum += a->wy[k] * line;
    }
    return sum;
}

float st_maps_cubic(const st_maps *m, int n, double x, double y)
{
    around a = look_around(m, x, y);
    return mix(m, n, &a);
}

void st_maps_cubic_two(const st_maps *m, int n, double x, double y, float values[2])
{
    around a = look_around(m, x, y);
    values[0] = mix(m, n, &a);
    values[1] = mix(m, n + 1, &a);
}

/* However far off; what is no number is the first. */
static int nearest_cell(double x, int last)
{
    return x > last ? last : x > 0 ? (int)floor(x + 0.5) : 0;
}

float st_maps_nearest(const st_maps *m, int n, double x, double y)
{
    return st_maps_at(m, n, clamp(nearest_cell(x, m->width - 1), m->width - 1),
                      clamp(nearest_cell(y, m->height - 1), m->height - 1));
}

/* No cell around is higher; of two that are equal the first counts. */
static bool is_summit(const st_maps *m, int n, int x, int y, float value)
{
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            int cx = x + dx, cy = y + dy;
            if ((dx == 0 && dy == 0) || cx < 0 || cy < 0 || cx >= m->width ||
                cy >= m->height)
                continue;
            float other = st_maps_at(m, n, cx, cy);
            bool before = dy < 0 || (dy == 0 && dx < 0);
            if (before ? other >= value : other > value)
                return false;
        }
    return true;
}

/* The highest place of the fine grid within a cell around the summit. */
static st_peak refine(const st_maps *m, int n, int x, int y, int fine)
{
    st_peak best = {(float)x, (float)y, -INFINITY};
    double step = 1.0 / fine, first = -0.5 + step / 2; /* the middles of fine cells */
    for (int j = -fine / 2; j < fine + fine / 2; j++)
        for (int i = -fine / 2; i < fine + fine / 2; i++) {
            double px = x + first + i * step, py = y + first + j * step;
            if (px < -0.5 || py < -0.5 || px > m->width - 0.5 || py > m->height - 0.5)
                continue;
            float value = st_maps_cubic(m, n, px, py);
            if (value > best.score)
                best = (st_peak){(float)px, (float)py, value};
        }
    return best;
}

/* Kept in order while it is filled: there are few. */
static size_t insert(st_peak *peaks, size_t n, size_t most, st_peak peak)
{
    size_t at = n < most ? n : most - 1;
    if (n == most && peaks[most - 1].score >= peak.score)
        return n;
    while (at > 0 && peaks[at - 1].score < peak.score) {
        peaks[at] = peaks[at - 1];
        at--;
    }
    peaks[at] = peak;
    return n < most ? n + 1 : n;
}

size_t st_maps_peaks(const st_maps *m, int n, float least, int fine, st_peak *peaks,
                     size_t most)
{
    size_t found = 0;
    for (int y = 0; y < m->height; y++)
        for (int x = 0; x < m->width; x++) {
            float value = st_maps_at(m, n, x, y);
            /* Between cells the map rises a little above them. */
            if (!(value > least * 0.7F) || !is_summit(m, n, x, y, value))
                continue;
            st_peak peak = refine(m, n, x, y, fine);
            if (peak.score > least)
                found = insert(peaks, found, most, peak);
        }
    return found;
}
