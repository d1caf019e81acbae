/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the labels call their points, and which skeleton that is.
 *
 * Data sets write one thing in many ways ("Left Eye", "left-eye"), and in any order.
 * Where no known skeleton has just these points in this order, the labels get one of
 * their own: its sigmas are those of points of the same name elsewhere, COCO's first.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "eval/truth.h"

/* The sigma as it was written down: a float of 0.026 is not the double 0.026, and
 * pycocotools divides 0.26 by 10. */
static double exact(float sigma)
{
    return nearbyint((double)sigma * 1e5) / 1e4 / 10;
}

static char *plain(const char *name)
{
    char *copy = st_strdup(name);
    for (char *c = copy; c && *c; c++)
        *c = *c == ' ' || *c == '-' ? '_' : (char)tolower((unsigned char)*c);
    return copy;
}

static bool is_skeleton(const stance_skeleton *skeleton, char *const *names, size_t n)
{
    bool same = skeleton->n_keypoints == n;
    for (size_t k = 0; k < n && same; k++)
        same = strcmp(skeleton->names[k], names[k]) == 0;
    return same;
}

/* 0: no known skeleton has such a point. */
static double sigma_of(const char *name)
{
    const stance_skeleton *known;
    for (size_t i = 0; (known = stance_skeleton_at(i)); i++) {
        int k = stance_skeleton_point(known, name);
        if (k >= 0)
            return exact(known->sigmas[k]);
    }
    return 0;
}

int st_eval_use_skeleton(st_eval_truth *truth, const stance_skeleton *skeleton,
                         stance_error *err)
{
    truth->sigmas = st_alloc_array(skeleton->n_keypoints, sizeof(*truth->sigmas));
    if (!truth->sigmas)
        return st_fail_memory(err);
    truth->skeleton = skeleton;
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        truth->sigmas[k] = exact(skeleton->sigmas[k]);
    return 0;
}

/* @param names taken */
static int use_own(st_eval_truth *truth, char **names, size_t n, stance_error *err)
{
    uint8_t *mirror = st_alloc_array(n, sizeof(*mirror));
    float *sigmas = st_alloc_array(n, sizeof(*sigmas));
    truth->own = (stance_skeleton){.name = "own",
                                   .n_keypoints = n,
                                   .names = (const char *const *)names,
                                   .mirror = mirror,
                                   .sigmas = sigmas};
    truth->skeleton = &truth->own;
    truth->sigmas = st_alloc_array(n, sizeof(*truth->sigmas));
    if (!mirror || !sigmas || !truth->sigmas)
        return st_fail_memory(err);
    for (size_t k = 0; k < n; k++) {
        truth->sigmas[k] = sigma_of(names[k]);
        sigmas[k] = (float)truth->sigmas[k];
        mirror[k] = (uint8_t)k;
    }
    return 0;
}

int st_eval_name_points(st_eval_truth *truth, const char *const *given, size_t n,
                        stance_error *err)
{
    char **names = st_alloc_array(n, sizeof(*names));
    bool ok = names != NULL;
    for (size_t k = 0; k < n && ok; k++)
        ok = (names[k] = plain(given[k])) != NULL;
    const stance_skeleton *known = NULL;
    for (size_t i = 0; ok && (known = stance_skeleton_at(i)); i++)
        if (is_skeleton(known, names, n))
            break;
    if (ok && !known)
        return use_own(truth, names, n, err);
    for (size_t k = 0; names && k < n; k++)
        st_free(names[k]);
    st_free(names);
    return ok ? st_eval_use_skeleton(truth, known, err) : st_fail_memory(err);
}
