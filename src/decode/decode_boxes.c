/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Person detectors: boxes, as people without points.
 *
 * Six layouts, one function each, that hand in candidates; what is common comes after:
 * of boxes that overlap by more than half the surer one stays, best first. Class 0 is the
 * person wherever there are classes.
 *
 * Sources: SSD (Liu et al., 2016), YOLOX (Ge et al., 2021), PicoDet (Yu et al., 2021),
 * NanoDet and FastestDet by their published demos, networks with the sifting in them as
 * MMDeploy exports them; checked against independent versions in tests/reference/.
 */
#include <math.h>
#include <string.h>

#include "decode/boxes.h"
#include "decode/maps.h"

enum { N_CLASSES = 80, N_BINS = 8 };

static const float least_score = 0.05F, most_overlap = 0.5F;

const stance_skeleton st_skeleton_box = {.name = "box"};

static void add(st_boxes *list, float x0, float y0, float x1, float y1, float score)
{
    st_boxes_add(list, &(st_box){x0, y0, x1, y1, score, list->n}, least_score);
}

static int to_people(const st_boxes *list, const st_decode_about *about,
                     stance_poses *poses)
{
    size_t n = list->n < STANCE_PEOPLE_MAX ? list->n : STANCE_PEOPLE_MAX;
    int rc = stance_poses_reset(poses, about->skeleton, n);
    float wide = (float)about->width, high = (float)about->height;
    for (size_t i = 0; i < n && rc == 0; i++) {
        const st_box *b = &list->at[i];
        const float place[4] = {b->x0 / wide, b->y0 / high, (b->x1 - b->x0) / wide,
                                (b->y1 - b->y0) / high};
        memcpy(poses->people[i].box, place, sizeof(place));
        poses->people[i].score = b->score;
    }
    return rc;
}

static int finish(st_boxes *list, const st_decode_about *about, stance_poses *poses)
{
    st_boxes_sort(list);
    st_boxes_drop_doubles(list, most_overlap, ST_OVERLAP_PLAIN);
    return to_people(list, about, poses);
}

/* ---- SSD: 1 x 1 x N x 7 ---- */

static int check_ssd(const st_output *o, size_t n, const st_decode_about *about,
                     stance_error *err)
{
    (void)about;
    return n == 1 && o[0].rank == 4 && o[0].dims[3] == 7
               ? 0
               : st_decode_fail_shapes(err, o, n, "one output of 1 x 1 x N x 7 values");
}

static int run_ssd(const st_output *o, size_t n, const st_decode_about *about,
                   stance_poses *poses)
{
    st_boxes list;
    list.n = 0;
    (void)n;
    for (size_t i = 0; i + 7 <= o[0].n; i += 7) {
        const float *row = o[0].data + i;
        if (row[0] < 0) /* behind the last */
            break;
        add(&list, row[3] * (float)about->width, row[4] * (float)about->height,
            row[5] * (float)about->width, row[6] * (float)about->height, row[2]);
    }
    return finish(&list, about, poses);
}

/* ---- YOLOX: 1 x N x 85, strides 8, 16, 32 one after the other ---- */

static size_t cells_of(const st_decode_about *about, int stride)
{
    return (size_t)(about->width / stride) * (size_t)(about->height / stride);
}

static int check_yolox(const st_output *o, size_t n, const st_decode_about *about,
                       stance_error *err)
{
    size_t cells = cells_of(about, 8) + cells_of(about, 16) + cells_of(about, 32);
    return n == 1 && o[0].n == cells * (5 + N_CLASSES)
               ? 0
               : st_decode_fail_shapes(
                     err, o, n,
                     "one output of 85 values for each cell of strides 8, 16 "
                     "and 32");
}

static int run_yolox(const st_output *o, size_t n, const st_decode_about *about,
                     stance_poses *poses)
{
    st_boxes list;
    list.n = 0;
    const float *row = o[0].data;
    (void)n;
    for (int stride = 8; stride <= 32; stride *= 2)
        for (int y = 0; y < about->height / stride; y++)
            for (int x = 0; x < about->width / stride; x++, row += 5 + N_CLASSES) {
                float s = (float)stride, score = row[4] * row[5];
                if (!(score >= least_score))
                    continue;
                float cx = (row[0] + (float)x) * s, cy = (row[1] + (float)y) * s;
                float w = expf(row[2]) * s / 2, h = expf(row[3]) * s / 2;
                add(&list, cx - w, cy - h, cx + w, cy + h, score);
            }
    return finish(&list, about, poses);
}

/* ---- PicoDet: 1 x N x 4 corners, 1 x 1 x N scores ---- */

static int check_picodet(const st_output *o, size_t n, const st_decode_about *about,
                         stance_error *err)
{
    (void)about;
    return n == 2 && o[0].n == 4 * o[1].n
               ? 0
               : st_decode_fail_shapes(err, o, n,
                                       "outputs of N x 4 corners and N scores");
}

static int run_picodet(const st_output *o, size_t n, const st_decode_about *about,
                       stance_poses *poses)
{
    st_boxes list;
    list.n = 0;
    (void)n;
    for (size_t i = 0; i < o[1].n; i++) {
        const float *b = o[0].data + 4 * i;
        add(&list, b[0], b[1], b[2], b[3], o[1].data[i]);
    }
    return finish(&list, about, poses);
}

/* ---- NanoDet: for strides 8, 16, 32 classes (N x 80), then sides (N x 32) ---- */

static int check_nanodet(const st_output *o, size_t n, const st_decode_about *about,
                         stance_error *err)
{
    bool good = n == 6;
    for (int i = 0; i < 3 && good; i++) {
        size_t cells = cells_of(about, 8 << i);
        good = o[i].n == cells * N_CLASSES && o[3 + i].n == cells * 4 * N_BINS;
    }
    return good ? 0
                : st_decode_fail_shapes(
                      err, o, n,
                      "three outputs of 80 classes and three of 4 x 8 values "
                      "for each cell of strides 8, 16 and 32");
}

/* Which distance the eight values speak for: the mean by their softmax. */
static float distance(const float *bins)
{
    float most = bins[0], sum = 0, mean = 0;
    for (int i = 1; i < N_BINS; i++)
        most = fmaxf(most, bins[i]);
    for (int i = 0; i < N_BINS; i++) {
        float e = expf(bins[i] - most);
        sum += e;
        mean += e * (float)i;
    }
    return mean / sum;
}

static int run_nanodet(const st_output *o, size_t n, const st_decode_about *about,
                       stance_poses *poses)
{
    st_boxes list;
    list.n = 0;
    (void)n;
    for (int i = 0; i < 3; i++) {
        int stride = 8 << i;
        const float *classes = o[i].data, *sides = o[3 + i].data;
        for (int y = 0; y < about->height / stride; y++)
            for (int x = 0; x < about->width / stride;
                 x++, classes += N_CLASSES, sides += (ptrdiff_t)4 * N_BINS) {
                if (!(classes[0] >= least_score))
                    continue;
                float s = (float)stride;
                float cx = ((float)x + 0.5F) * s, cy = ((float)y + 0.5F) * s;
                add(&list, cx - distance(sides) * s, cy - distance(sides + N_BINS) * s,
                    cx + distance(sides + (ptrdiff_t)2 * N_BINS) * s,
                    cy + distance(sides + (ptrdiff_t)3 * N_BINS) * s, classes[0]);
            }
    }
    return finish(&list, about, poses);
}

/* ---- FastestDet: 1 x 85 x H x W ---- */

static int check_fastestdet(const st_output *o, size_t n, const st_decode_about *about,
                            stance_error *err)
{
    st_maps maps;
    (void)about;
    return n == 1 && st_maps_of(&o[0], 5 + N_CLASSES, &maps)
               ? 0
               : st_decode_fail_shapes(err, o, n, "one output of 1 x 85 x H x W values");
}

/* A cell holds one thing. */
static bool is_best_class(const st_maps *m, int x, int y, float person)
{
    for (int c = 1; c < N_CLASSES; c++)
        if (st_maps_at(m, 5 + c, x, y) > person)
            return false;
    return true;
}

static int run_fastestdet(const st_output *o, size_t n, const st_decode_about *about,
                          stance_poses *poses)
{
    st_boxes list;
    list.n = 0;
    st_maps m;
    (void)n;
    if (!st_maps_of(&o[0], 5 + N_CLASSES, &m))
        return finish(&list, about, poses);
    float sx = (float)about->width / (float)m.width;
    float sy = (float)about->height / (float)m.height;
    for (int y = 0; y < m.height; y++)
        for (int x = 0; x < m.width; x++) {
            float there = st_maps_at(&m, 0, x, y), person = st_maps_at(&m, 5, x, y);
            float score = powf(there, 0.6F) * powf(person, 0.4F);
            if (!(score >= least_score) || !is_best_class(&m, x, y, person))
                continue;
            float cx = ((float)x + tanhf(st_maps_at(&m, 1, x, y))) * sx;
            float cy = ((float)y + tanhf(st_maps_at(&m, 2, x, y))) * sy;
            float w = (float)about->width / (1 + expf(-st_maps_at(&m, 3, x, y))) / 2;
            float h = (float)about->height / (1 + expf(-st_maps_at(&m, 4, x, y))) / 2;
            add(&list, cx - w, cy - h, cx + w, cy + h, score);
        }
    return finish(&list, about, poses);
}

/* ---- sifted already: 1 x N x 5 corners and score, and maybe 1 x N classes ---- */

static int check_mmdet(const st_output *o, size_t n, const st_decode_about *about,
                       stance_error *err)
{
    (void)about;
    bool good =
        (n == 1 || n == 2) && o[0].rank == 3 && o[0].dims[0] == 1 && o[0].dims[2] == 5;
    if (good && n == 2)
        good = o[1].rank == 2 && o[1].dims[0] == 1 && o[1].dims[1] == o[0].dims[1];
    return good ? 0
                : st_decode_fail_shapes(
                      err, o, n,
                      "an output of 1xNx5 values, and maybe one of 1xN classes");
}

static int run_mmdet(const st_output *o, size_t n, const st_decode_about *about,
                     stance_poses *poses)
{
    st_boxes list;
    list.n = 0;
    for (size_t i = 0; i < (size_t)o[0].dims[1]; i++) {
        const float *b = o[0].data + 5 * i;
        if (n == 1 || o[1].data[i] == 0)
            add(&list, b[0], b[1], b[2], b[3], b[4]);
    }
    st_boxes_sort(&list);
    return to_people(&list, about, poses);
}

/* Each with the score that its own demo begins at, but PicoDet, which is less sure of
 * people than others are. */
#define BOXES(symbol, word, text, least, checks, runs) \
    const st_decoder_class symbol = {                  \
        .name = word,                                  \
        .help = text,                                  \
        .several = true,                               \
        .boxes = true,                                 \
        .min_score = least,                            \
        .check = checks,                               \
        .run = runs,                                   \
    }

BOXES(st_decoder_ssd, "boxes-ssd", "rows of SSD's detection output", 0.3, check_ssd,
      run_ssd);
BOXES(st_decoder_yolox, "boxes-yolox", "YOLOX's cells", 0.3, check_yolox, run_yolox);
BOXES(st_decoder_picodet, "boxes-picodet", "PicoDet's corners and scores", 0.3,
      check_picodet, run_picodet);
BOXES(st_decoder_nanodet, "boxes-nanodet", "NanoDet's classes and sides", 0.35,
      check_nanodet, run_nanodet);
BOXES(st_decoder_fastestdet, "boxes-fastestdet", "FastestDet's cells", 0.65,
      check_fastestdet, run_fastestdet);
BOXES(st_decoder_mmdet, "boxes-mmdet", "sifted boxes with scores, as MMDeploy exports",
      0.3, check_mmdet, run_mmdet);
