/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_SKELETON_TABLES_H
#define ST_POSE_SKELETON_TABLES_H

#include "stance/pose.h"

/* The layouts' tables, by file: body only; body with feet, hands and face. */

/* What the tables of one layout are put together to. */
#define SKELETON(word, n)                                                        \
    {                                                                            \
        .name = #word, .n_keypoints = n, .names = word##_names,                  \
        .n_edges = sizeof(word##_edges) / sizeof(word##_edges[0]),               \
        .edges = word##_edges, .mirror = word##_mirror, .sigmas = word##_sigmas, \
    }

extern const stance_skeleton st_skeleton_coco17, st_skeleton_openpose18,
    st_skeleton_mpii16, st_skeleton_mpi15, st_skeleton_body25, st_skeleton_halpe26,
    st_skeleton_blazepose33, st_skeleton_wholebody133;

#endif
