/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_SKELETON_OWN_H
#define ST_POSE_SKELETON_OWN_H

#include "stance/pose.h"

/** A layout that a file brings along. Zero-initialise. */
typedef struct st_skeleton_own {
    stance_skeleton skeleton;
    char *name, **names;
    uint8_t mirror[STANCE_KEYPOINTS_MAX];
    float sigmas[STANCE_KEYPOINTS_MAX];
} st_skeleton_own;

/** The known layout with exactly these points in this order; NULL: there is none. */
const stance_skeleton *st_skeleton_of_names(const char *const *names, size_t n);

/**
 * A layout of these points: a known one, or one made of them.
 *
 * @param own   keeps what is made; st_skeleton_own_clear() when done
 * @param name  of a layout that is not known
 * @param names n of them, all different; borrowed
 * @param out   set; lives as long as `own`
 * @return 0, STANCE_EINVAL (too many, one twice) or STANCE_ENOMEM
 */
int st_skeleton_make(st_skeleton_own *own, const char *name, const char *const *names,
                     size_t n, const stance_skeleton **out);
void st_skeleton_own_clear(st_skeleton_own *own);

#endif
