/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a frame's planes to a network's input in one pass: crop, resize, colour, layout.
 *
 * Bilinear between pixel centres, no filter before, as the networks' own examples do it.
 * For every row of the input the two source rows around it are blended first (long runs
 * that the compiler turns into vector code), then the columns are picked out of that row,
 * then the colours are worked out. Positions of columns do not change within a map and
 * are tabled. In turned maps (a rotated crop) every pixel has its own row and column.
 * sample_plain.c is the reference that the tests hold this file against.
 */
#include "frame/sample.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/simd.h"
#include "frame/frame.h"
#include "frame/sample_grid.h"

struct st_sampler {
    st_sample_spec spec;
    /* Where input columns lie in the planes: luma, chroma. */
    struct columns {
        int32_t *low, *high;
        float *weight;
    } columns[2];
    st_axis *line[2], *rows; /* in turned maps, where those of one row lie */
    float *values[3];        /* one input row of each component */
    float *blended;          /* one source row, blended from two */
    uint8_t *bytes[3];       /* one input row, ready for the tensor */
    size_t blended_capacity;
};

void st_sampler_free(st_sampler **sampler)
{
    st_sampler *s = *sampler;
    *sampler = NULL;
    if (!s)
        return;
    for (int i = 0; i < 2; i++) {
        st_free(s->columns[i].low);
        st_free(s->columns[i].high);
        st_free(s->columns[i].weight);
        st_free(s->line[i]);
    }
    st_free(s->rows);
    for (int i = 0; i < 3; i++) {
        st_free(s->values[i]);
        st_free(s->bytes[i]);
    }
    st_free(s->blended);
    st_free(s);
}

st_sampler *st_sampler_new(const st_sample_spec *spec)
{
    st_sampler *s = st_alloc(sizeof(*s));
    if (!s)
        return NULL;
    size_t width = (size_t)spec->width;
    s->spec = *spec;
    s->blended_capacity = ST_MAX_FRAME_SIDE;
    bool ok = true;
    for (int i = 0; i < 2; i++) {
        struct columns *c = &s->columns[i];
        ok &= (c->low = st_alloc_array(width, sizeof(int32_t))) != NULL;
        ok &= (c->high = st_alloc_array(width, sizeof(int32_t))) != NULL;
        ok &= (c->weight = st_alloc_array(width, sizeof(float))) != NULL;
        ok &= (s->line[i] = st_alloc_array(width, sizeof(st_axis))) != NULL;
    }
    ok &= (s->rows = st_alloc_array(width, sizeof(st_axis))) != NULL;
    for (int i = 0; i < 3; i++) {
        ok &= (s->values[i] = st_alloc_array(width, sizeof(float))) != NULL;
        ok &= (s->bytes[i] = st_alloc_array(width, 1)) != NULL;
    }
    ok &= (s->blended = st_alloc_array(s->blended_capacity, sizeof(float))) != NULL;
    if (!ok)
        st_sampler_free(&s);
    return s;
}

/* out = a + (b - a) weight over a run of bytes. */
ST_VECTORS static void blend_rows(float *restrict out, const uint8_t *restrict a,
                                  const uint8_t *restrict b, float weight, int n)
{
    for (int i = 0; i < n; i++) {
        float low = a[i], high = b[i];
        out[i] = low + (high - low) * weight;
    }
}

/* out = what lies between the samples of a row. */
ST_VECTORS static void pick_columns(float *restrict out, const float *restrict row,
                                    const int32_t *restrict low,
                                    const int32_t *restrict high,
                                    const float *restrict weight, int n)
{
    for (int i = 0; i < n; i++) {
        float a = row[low[i]], b = row[high[i]];
        out[i] = a + (b - a) * weight[i];
    }
}

/* One component of one input row. */
static void sample_row(st_sampler *s, const stance_frame *frame, int plane,
                       const st_axis *row, const struct columns *columns, int from,
                       int to)
{
    const uint8_t *data = frame->data[plane];
    ptrdiff_t stride = frame->stride[plane];
    int first = columns->low[from], last = columns->high[to - 1];
    if (columns->low[to - 1] < first) { /* a mirrored map runs backwards */
        first = columns->low[to - 1];
        last = columns->high[from];
    }
    /* Blended samples stay where they are in their row, so that columns find them. */
    blend_rows(s->blended + first, data + row->low * stride + first,
               data + row->high * stride + first, row->weight, last - first + 1);
    pick_columns(s->values[plane] + from, s->blended, columns->low + from,
                 columns->high + from, columns->weight + from, to - from);
}

ST_VECTORS static void apply_matrix(float *restrict a, float *restrict b,
                                    float *restrict c, const st_colour_matrix *m, int n)
{
    for (int i = 0; i < n; i++) {
        float x = a[i], y = b[i], z = c[i];
        a[i] = m->c[0][0] * x + m->c[0][1] * y + m->c[0][2] * z + m->offset[0];
        b[i] = m->c[1][0] * x + m->c[1][1] * y + m->c[1][2] * z + m->offset[1];
        c[i] = m->c[2][0] * x + m->c[2][1] * y + m->c[2][2] * z + m->offset[2];
    }
}

static void to_rgb(st_sampler *s, const st_colour_matrix *m, int planes, int from, int to)
{
    float *a = s->values[0], *b = s->values[1], *c = s->values[2];
    if (planes > 1)
        apply_matrix(a + from, b + from, c + from, m, to - from);
    for (int i = from; i < to && planes == 1; i++)
        a[i] = b[i] = c[i] = m->c[0][0] * a[i] + m->offset[0];
}

/* st_sample_to_u8() in two steps: as one, the compiler makes branches of it. */
ST_VECTORS static void to_bytes(uint8_t *restrict out, float *restrict in, int n)
{
    for (int i = 0; i < n; i++)
        in[i] = st_sample_clamp(in[i]);
    for (int i = 0; i < n; i++)
        out[i] = (uint8_t)(int)(in[i] + 0.5F);
}

ST_VECTORS static void mix_bytes(uint8_t *restrict out, const uint8_t *restrict a,
                                 const uint8_t *restrict b, const uint8_t *restrict c,
                                 int n)
{
    for (int i = 0; i < n; i++) {
        out[3 * i] = a[i];
        out[3 * i + 1] = b[i];
        out[3 * i + 2] = c[i];
    }
}

ST_VECTORS static void to_floats(float *restrict out, const float *restrict in,
                                 float mean, float scale, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = (st_sample_clamp(in[i]) - mean) * scale;
}

/* Clamp to 0..255, put in place, whatever layout and type. */
static void store_row(st_sampler *s, int y, void *tensor)
{
    const st_sample_spec *spec = &s->spec;
    size_t width = (size_t)spec->width, area = width * (size_t)spec->height;
    bool mixed = spec->layout == ST_SAMPLE_NHWC;
    for (int k = 0; k < 3; k++) {
        float *in = s->values[spec->bgr ? 2 - k : k];
        size_t plane = (size_t)k * area + (size_t)y * width;
        if (spec->type == ST_SAMPLE_U8) {
            to_bytes(mixed ? s->bytes[k] : (uint8_t *)tensor + plane, in, spec->width);
        } else if (!mixed) {
            to_floats((float *)tensor + plane, in, spec->mean[k], spec->scale[k],
                      spec->width);
        } else {
            float *out = (float *)tensor + (size_t)y * width * 3 + (size_t)k;
            for (size_t i = 0; i < width; i++)
                out[3 * i] = (st_sample_clamp(in[i]) - spec->mean[k]) * spec->scale[k];
        }
    }
    if (mixed && spec->type == ST_SAMPLE_U8)
        mix_bytes((uint8_t *)tensor + (size_t)y * width * 3, s->bytes[0], s->bytes[1],
                  s->bytes[2], spec->width);
}

static void pad_columns(st_sampler *s, int from, int to)
{
    for (int i = from; i < to; i++)
        for (int k = 0; k < 3; k++)
            s->values[k][i] = s->spec.pad[k];
}

/* ---- turned maps ---- */

/* Where a line of positions (from + step x i) lies between the samples of a plane. What
 * is beyond the last sample is clamped to it, which is what st_grid_at() comes to. */
static void place_line(const st_grid *grid, int axis, int chroma, double from,
                       double step, st_axis *out, int n)
{
    double scale = grid->scale[axis][chroma];
    double start = scale * from + grid->shift[axis][chroma];
    int first = grid->first[axis][chroma], last = grid->last[axis][chroma];
    step *= scale;
    for (int i = 0; i < n; i++) {
        double index = start + step * i;
        index = index < first ? first : index > last ? last : index;
        int low = (int)index;
        out[i] = (st_axis){low, low < last ? low + 1 : last, (float)(index - low)};
    }
}

static void pick_line(const stance_frame *frame, int plane, const st_axis *columns,
                      const st_axis *rows, float *out, int n)
{
    const uint8_t *data = frame->data[plane];
    ptrdiff_t stride = frame->stride[plane];
    for (int i = 0; i < n; i++) {
        const uint8_t *low = data + rows[i].low * stride;
        const uint8_t *high = data + rows[i].high * stride;
        float wy = rows[i].weight, wx = columns[i].weight;
        float a = low[columns[i].low], b = high[columns[i].low];
        float c = low[columns[i].high], d = high[columns[i].high];
        float left = a + (b - a) * wy, right = c + (d - c) * wy;
        out[i] = left + (right - left) * wx;
    }
}

static void sample_turned(st_sampler *s, const stance_frame *frame, const st_affine *map,
                          const st_grid *grid, void *tensor)
{
    st_colour_matrix matrix;
    st_colour_to_rgb(frame, &matrix);
    int planes = stance_pix_planes(frame->format), width = s->spec.width;
    for (int y = 0; y < s->spec.height; y++) {
        double from_x, from_y;
        st_affine_apply(map, 0.5, y + 0.5, &from_x, &from_y);
        for (int p = 0; p < planes; p++) {
            if (p < 2) { /* both planes of chroma lie alike */
                place_line(grid, 0, p, from_x, map->a, s->line[p], width);
                place_line(grid, 1, p, from_y, map->d, s->rows, width);
            }
            pick_line(frame, p, s->line[p > 0], s->rows, s->values[p], width);
        }
        to_rgb(s, &matrix, planes, 0, width);
        for (int x = 0; x < width && !s->spec.edge; x++)
            if (!st_grid_inside(grid, 0, from_x + map->a * x) ||
                !st_grid_inside(grid, 1, from_y + map->d * x))
                pad_columns(s, x, x + 1);
        store_row(s, y, tensor);
    }
}

void st_sampler_run(st_sampler *s, const stance_frame *frame, const st_affine *map,
                    const double bounds[4], void *tensor)
{
    st_grid grid;
    st_grid_init(&grid, frame, bounds);
    if (map->b != 0 || map->d != 0) {
        sample_turned(s, frame, map, &grid, tensor);
        return;
    }
    int width = s->spec.width, from = width, to = 0;
    for (int x = 0; x < width; x++) {
        double source = map->a * (x + 0.5) + map->c;
        if (!s->spec.edge && !st_grid_inside(&grid, 0, source))
            continue;
        from = x < from ? x : from;
        to = x + 1;
        for (int chroma = 0; chroma < 2; chroma++) {
            st_axis at = st_grid_at(&grid, 0, chroma, source);
            s->columns[chroma].low[x] = at.low;
            s->columns[chroma].high[x] = at.high;
            s->columns[chroma].weight[x] = at.weight;
        }
    }
    st_colour_matrix matrix;
    st_colour_to_rgb(frame, &matrix);
    int planes = stance_pix_planes(frame->format);
    for (int y = 0; y < s->spec.height; y++) {
        double source = map->e * (y + 0.5) + map->f;
        bool row_inside = from < to && (s->spec.edge || st_grid_inside(&grid, 1, source));
        for (int p = 0; row_inside && p < planes; p++) {
            st_axis row = st_grid_at(&grid, 1, p > 0, source);
            sample_row(s, frame, p, &row, &s->columns[p > 0], from, to);
        }
        if (row_inside)
            to_rgb(s, &matrix, planes, from, to);
        pad_columns(s, 0, row_inside ? from : width);
        pad_columns(s, row_inside ? to : width, width);
        store_row(s, y, tensor);
    }
}

/* ---- maps ---- */

st_affine st_affine_view(const st_view *view, int width, int height)
{
    double sx = view->w / width, sy = view->h / height;
    if (view->turn == 0) /* exactly upright: the fast way */
        return (st_affine){.a = sx, .c = view->x, .e = sy, .f = view->y};
    double c = cos(view->turn), s = sin(view->turn);
    double middle_x = view->x + view->w / 2, middle_y = view->y + view->h / 2;
    return (st_affine){.a = sx * c,
                       .b = -sy * s,
                       .c = middle_x - c * view->w / 2 + s * view->h / 2,
                       .d = sx * s,
                       .e = sy * c,
                       .f = middle_y - s * view->w / 2 - c * view->h / 2};
}

void st_affine_apply(const st_affine *map, double x, double y, double *out_x,
                     double *out_y)
{
    *out_x = map->a * x + map->b * y + map->c;
    *out_y = map->d * x + map->e * y + map->f;
}
