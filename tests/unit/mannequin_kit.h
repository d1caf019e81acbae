/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MANNEQUIN_KIT_H
#define MANNEQUIN_KIT_H

/* Scenes of drawn people and their joints, for tests of them. */

#include <math.h>

#include "stance/stance.h"

static inline stance_mannequin *open_scene(const char *address)
{
    stance_mannequin *m;
    stance_error err = {0};
    if (stance_mannequin_open(&m, address, &err) < 0)
        fail_msg("%s: %s", address, err.message);
    return m;
}

enum {
    NOSE = 0,
    L_SHOULDER = 5,
    R_SHOULDER,
    L_ELBOW,
    R_ELBOW,
    L_WRIST,
    R_WRIST,
    L_HIP,
    R_HIP,
    L_KNEE,
    R_KNEE,
    L_ANKLE,
    R_ANKLE
};

static inline const stance_pose *person(const stance_poses *truth, int64_t id)
{
    for (size_t i = 0; i < truth->n; i++)
        if (truth->people[i].id == id)
            return &truth->people[i];
    return NULL;
}

static inline double world_distance(const stance_pose *pose, int a, int b)
{
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double d = pose->keypoints[a].world[i] - pose->keypoints[b].world[i];
        sum += d * d;
    }
    return sqrt(sum);
}

static inline double hips_y(const stance_mannequin *m, int64_t n, stance_poses *truth)
{
    assert_int_equal(stance_mannequin_truth(m, n, truth), 0);
    return person(truth, 1)->position[1]; /* down, metres */
}

#endif
