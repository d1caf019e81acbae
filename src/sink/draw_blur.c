/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faces made unrecognisable: a head becomes a few squares, each of its mean colour.
 *
 * Where a head is follows from the points of the face, however unsure they are; without
 * any from the shoulders and hips; without a body's points from the box. It is made
 * larger than it is rather than smaller. A head that is not found for a moment stays
 * blurred where it was: people do not leave within a frame. Who is not found at all is
 * not blurred, which docs say.
 */
#include <math.h>
#include <string.h>

#include "sink/draw_private.h"

enum { SQUARES = 4 /* across a head */, HOLD_US = 500000 };

static const double FACE_SPREAD = 1.9; /* radius, in distances of its points */
static const double NECK = 0.55;       /* radius, in distances to the shoulders' middle */
static const double OF_HEIGHT = 0.07;  /* radius, in heights of the person */
static const double SMALLEST = 3;      /* pixels */

typedef struct middle {
    double x, y;
    int n;
} middle;

static void add(middle *m, const stance_keypoint *p)
{
    m->x += p->x;
    m->y += p->y;
    m->n++;
}

static bool divide(middle *m)
{
    if (m->n > 0) {
        m->x /= m->n;
        m->y /= m->n;
    }
    return m->n > 0;
}

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

static bool is_face(const char *name)
{
    return has(name, "nose") || has(name, "eye") || has(name, "_ear") ||
           has(name, "mouth") || has(name, "head");
}

/* Middles of face, shoulders and hips. */
static void find_middles(const stance_skeleton *skeleton, const stance_pose *pose,
                         middle *face, middle *shoulders, middle *hips)
{
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        const char *name = skeleton->names[k];
        if (!stance_keypoint_given(p))
            continue;
        if (is_face(name))
            add(face, p);
        else if (has(name, "shoulder"))
            add(shoulders, p);
        else if (has(name, "hip"))
            add(hips, p);
    }
}

static double spread(const stance_skeleton *skeleton, const stance_pose *pose,
                     const middle *face)
{
    double most = 0;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        if (stance_keypoint_given(p) && is_face(skeleton->names[k]))
            most = fmax(most, hypot(p->x - face->x, p->y - face->y));
    }
    return most;
}

/* @return false: there is nothing to tell from */
static bool find_head(const stance_skeleton *skeleton, const stance_pose *pose,
                      st_head *head)
{
    middle face = {0}, shoulders = {0}, hips = {0};
    const float *box = pose->box;
    double height = fmax(box[2], box[3]);
    if (skeleton->n_keypoints > 0)
        find_middles(skeleton, pose, &face, &shoulders, &hips);
    bool torso = divide(&shoulders) && divide(&hips);
    if (divide(&face)) {
        double radius =
            fmax(FACE_SPREAD * spread(skeleton, pose, &face), OF_HEIGHT * height);
        if (shoulders.n > 0)
            radius =
                fmax(radius, NECK * hypot(face.x - shoulders.x, face.y - shoulders.y));
        *head = (st_head){.x = face.x, .y = face.y, .radius = radius};
    } else if (torso) {
        double dx = shoulders.x - hips.x, dy = shoulders.y - hips.y;
        *head = (st_head){.x = shoulders.x + 0.45 * dx,
                          .y = shoulders.y + 0.45 * dy,
                          .radius = 0.4 * hypot(dx, dy)};
    } else if (height > 0) {
        *head = (st_head){.x = box[0] + box[2] / 2,
                          .y = box[1] + 0.12 * box[3],
                          .radius = 0.16 * height};
    } else {
        return false;
    }
    head->radius = fmax(head->radius, SMALLEST);
    return true;
}

/* ---- pixels ---- */

static uint8_t mean_of(const uint8_t *at, ptrdiff_t stride, int w, int h)
{
    uint64_t sum = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            sum += at[y * stride + x];
    uint64_t n = (uint64_t)w * (uint64_t)h;
    return (uint8_t)((sum + n / 2) / n);
}

/* @param sx, sy pixels of the picture that a sample of the plane stands for */
static void blur_plane(uint8_t *plane, ptrdiff_t stride, int width, int height, double sx,
                       double sy, const st_head *head)
{
    double x = head->x / sx, y = head->y / sy;
    double rx = head->radius / sx, ry = head->radius / sy;
    int w = (int)fmax(2, ceil(2 * rx / SQUARES)),
        h = (int)fmax(2, ceil(2 * ry / SQUARES));
    int left = (int)floor((x - rx) / w) * w, top = (int)floor((y - ry) / h) * h;
    for (int by = top; by < y + ry; by += h)
        for (int bx = left; bx < x + rx; bx += w) {
            int x0 = bx > 0 ? bx : 0, x1 = bx + w < width ? bx + w : width;
            int y0 = by > 0 ? by : 0, y1 = by + h < height ? by + h : height;
            /* Corners of the square around a head are no head. */
            double nx = fmin(fmax(x, bx), bx + w) - x, ny = fmin(fmax(y, by), by + h) - y;
            if (x0 >= x1 || y0 >= y1 || hypot(nx / rx, ny / ry) > 1)
                continue;
            uint8_t *at = plane + y0 * stride + x0;
            uint8_t mean = mean_of(at, stride, x1 - x0, y1 - y0);
            for (int row = 0; row < y1 - y0; row++)
                memset(at + row * stride, mean, (size_t)(x1 - x0));
        }
}

static void blur(stance_frame *frame, const st_head *head)
{
    double reach = 2.0 * (frame->width + frame->height);
    if (!(fabs(head->x) < reach && fabs(head->y) < reach && head->radius < reach))
        return;
    for (int p = 0; p < stance_pix_planes(frame->format); p++) {
        int w, h;
        stance_pix_plane_size(frame->format, p, frame->width, frame->height, &w, &h);
        blur_plane(frame->data[p], frame->stride[p], w, h, w < frame->width ? 2 : 1,
                   h < frame->height ? 2 : 1, head);
    }
}

/* ---- over time ---- */

static bool is_near(const st_head *a, const st_head *b)
{
    return hypot(a->x - b->x, a->y - b->y) < a->radius + b->radius;
}

/* Those that were seen lately and are found again are forgotten. */
static void forget(st_draw *draw, const st_head *found, int64_t now_us)
{
    size_t n = 0;
    for (size_t i = 0; i < draw->n_heads; i++) {
        bool old = now_us - draw->heads[i].seen_us > HOLD_US;
        if (!old && !(found && draw->heads[i].seen_us < now_us &&
                      is_near(found, &draw->heads[i])))
            draw->heads[n++] = draw->heads[i];
    }
    draw->n_heads = n;
}

void st_draw_blur_faces(st_draw *draw, stance_frame *frame, const stance_poses *poses)
{
    int64_t now_us = frame->pts_us;
    if (now_us <= draw->last_us) /* another picture, or another clip */
        draw->n_heads = 0;
    draw->last_us = now_us;
    forget(draw, NULL, now_us);
    for (size_t i = 0; i < poses->n; i++) {
        st_head head;
        if (!find_head(poses->skeleton, &poses->people[i], &head))
            continue;
        head.seen_us = now_us;
        forget(draw, &head, now_us);
        blur(frame, &head);
        if (draw->n_heads < ST_MOST_HEADS)
            draw->heads[draw->n_heads++] = head;
    }
    for (size_t i = 0; i < draw->n_heads; i++)
        if (draw->heads[i].seen_us < now_us)
            blur(frame, &draw->heads[i]);
}
