/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth of a frame follows from the joints, not from the pixels.
 *
 * A joint lies inside its limb, so it is never the first thing that a ray meets. It
 * counts as visible when the ray meets something at most about a limb's radius before it,
 * and as hidden when that something is further in front.
 */
#include "mannequin/truth.h"

void truth_points(const joints *j, const body *b, v3 points[TRUTH_POINTS])
{
    figure_face(j, b, points);
    for (int side = 0; side < SIDES; side++) {
        points[5 + side] = j->shoulder[side];
        points[7 + side] = j->elbow[side];
        points[9 + side] = j->wrist[side];
        points[11 + side] = j->hip[side];
        points[13 + side] = j->knee[side];
        points[15 + side] = j->ankle[side];
    }
}

/* How deep each point of coco17 lies under its own skin or clothes, metres. */
static const double depths[TRUTH_POINTS] = {
    0.045, 0.045, 0.045, 0.045, 0.045, 0.11, 0.11, 0.085, 0.085,
    0.075, 0.075, 0.165, 0.165, 0.11,  0.11, 0.10, 0.10,
};

static bool inside(const view *w, v3 seen)
{
    if (seen.z < 0.05)
        return false;
    double x = view_x(w, seen), y = view_y(w, seen);
    return x >= 0 && y >= 0 && x < w->width && y < w->height;
}

bool truth_in_picture(const view *w, const v3 *points, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (inside(w, view_from_room(w, points[i])))
            return true;
    return false;
}

/* The depth at which a ray meets a figure first; what is a thing goes to *thing. */
static double first_met(const view *w, const figure *f, v3 ray, double *thing)
{
    double least = 1e9;
    for (size_t i = 0; i < f->n; i++) {
        shape s;
        double t, along;
        v3 normal;
        if (!shape_of(&f->solids[i], w, 0, &s) ||
            !shape_hit(&s, shape_stretch(&s, ray), &t, &along, &normal))
            continue;
        double *to = f->solids[i].thing ? thing : &least;
        if (t > 0 && t < *to)
            *to = t;
    }
    return least;
}

static stance_visibility visibility_of(const view *w, const figure *figures,
                                       size_t n_figures, size_t who, v3 seen,
                                       double depth)
{
    if (!inside(w, seen))
        return STANCE_OUTSIDE;
    v3 ray = {seen.x / seen.z, seen.y / seen.z, 1};
    double own = 1e9, others = 1e9;
    for (size_t i = 0; i < n_figures; i++) {
        double met = first_met(w, &figures[i], ray, &others);
        if (i == who)
            own = met;
        else if (met < others)
            others = met;
    }
    double limit = seen.z - depth / v3_length(ray);
    if (others < limit && others < own)
        return STANCE_HIDDEN_BY_OTHERS;
    if (own < limit)
        return STANCE_HIDDEN_BY_SELF;
    return others < limit ? STANCE_HIDDEN_BY_OTHERS : STANCE_VISIBLE;
}

static void fill_box(const view *w, const figure *f, stance_pose *pose)
{
    double box[4] = {1e9, 1e9, -1e9, -1e9};
    for (size_t i = 0; i < f->n; i++) {
        shape s;
        double e[4];
        if (f->solids[i].thing || !shape_of(&f->solids[i], w, 0, &s))
            continue;
        shape_extent(&s, w, e);
        box[0] = e[0] < box[0] ? e[0] : box[0];
        box[1] = e[1] < box[1] ? e[1] : box[1];
        box[2] = e[2] > box[2] ? e[2] : box[2];
        box[3] = e[3] > box[3] ? e[3] : box[3];
    }
    pose->box[0] = (float)box[0];
    pose->box[1] = (float)box[1];
    pose->box[2] = (float)(box[2] > box[0] ? box[2] - box[0] : 0);
    pose->box[3] = (float)(box[3] > box[1] ? box[3] - box[1] : 0);
}

void truth_fill(const view *w, const figure *figures, size_t n_figures, size_t who,
                const v3 points[TRUTH_POINTS], stance_pose *pose)
{
    enum { LEFT_HIP = 11, RIGHT_HIP = 12 };
    v3 hips = view_from_room(w, v3_mix(points[LEFT_HIP], points[RIGHT_HIP], 0.5));
    pose->id = (int64_t)who + 1;
    pose->score = 1;
    pose->position[0] = (float)hips.x;
    pose->position[1] = (float)hips.y;
    pose->position[2] = (float)hips.z;
    fill_box(w, &figures[who], pose);
    for (size_t i = 0; i < TRUTH_POINTS; i++) {
        v3 seen = view_from_room(w, points[i]);
        stance_keypoint *k = &pose->keypoints[i];
        k->world[0] = (float)(seen.x - hips.x);
        k->world[1] = (float)(seen.y - hips.y);
        k->world[2] = (float)(seen.z - hips.z);
        k->score = 1;
        k->visibility = STANCE_OUTSIDE;
        if (seen.z < 0.05) /* behind the camera: no place in the picture */
            continue;
        k->x = (float)view_x(w, seen);
        k->y = (float)view_y(w, seen);
        k->visibility = visibility_of(w, figures, n_figures, who, seen, depths[i]);
    }
}
