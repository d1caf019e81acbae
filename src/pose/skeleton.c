/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keypoint layouts that networks speak: names, bones, mirror partners, OKS constants.
 *
 * A layout is one table in skeleton_tables.c or skeleton_tables_more.c, and its place in
 * the list here.
 */
#include "pose/skeleton_tables.h"

#include <string.h>

static const stance_skeleton *const skeletons[] = {
    &st_skeleton_coco17,      &st_skeleton_openpose18,   &st_skeleton_mpii16,
    &st_skeleton_mpi15,       &st_skeleton_body25,       &st_skeleton_halpe26,
    &st_skeleton_blazepose33, &st_skeleton_wholebody133,
};

int stance_skeleton_point(const stance_skeleton *skeleton, const char *name)
{
    for (size_t k = 0; k < skeleton->n_keypoints; k++)
        if (strcmp(skeleton->names[k], name) == 0)
            return (int)k;
    return -1;
}

const stance_skeleton *stance_skeleton_at(size_t n)
{
    return n < sizeof(skeletons) / sizeof(skeletons[0]) ? skeletons[n] : NULL;
}

const stance_skeleton *stance_skeleton_find(const char *name)
{
    for (size_t i = 0; stance_skeleton_at(i); i++)
        if (strcmp(skeletons[i]->name, name) == 0)
            return skeletons[i];
    return NULL;
}
