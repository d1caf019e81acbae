/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_POSE_H
#define STANCE_POSE_H

#include "stance/common.h"

/* Keypoints, poses, lists of poses, and the skeletons that give keypoints their names. */

#ifdef __cplusplus
extern "C" {
#endif

#define STANCE_KEYPOINTS_MAX 256
#define STANCE_PEOPLE_MAX 1024

/** Names, bones, mirror partners and OKS constants of a keypoint layout. Static,
 * read-only. */
typedef struct stance_skeleton {
    const char *name; /**< "coco17", ... */
    size_t n_keypoints;
    const char *const
        *names; /**< n_keypoints names, "left_" and "right_" from the person's view */
    size_t n_edges;
    const uint8_t (*edges)[2]; /**< n_edges pairs of keypoint numbers, drawn as bones */
    const uint8_t *mirror; /**< n_keypoints: the number of the partner; itself if none */
    const float *sigmas;   /**< n_keypoints: OKS sigma, as fractions of sqrt(area) */
} stance_skeleton;

/** The skeleton of that name; NULL when there is none. Any thread. */
STANCE_API const stance_skeleton *stance_skeleton_find(const char *name);

/** The n-th known skeleton; NULL past the end. Any thread. */
STANCE_API const stance_skeleton *stance_skeleton_at(size_t n);

/** Whether a point can be seen, where that is known: drawn people know it. */
typedef enum stance_visibility {
    STANCE_VISIBILITY_UNKNOWN,
    STANCE_VISIBLE,
    STANCE_HIDDEN_BY_SELF,   /**< behind the person's own body */
    STANCE_HIDDEN_BY_OTHERS, /**< behind another person or a thing */
    STANCE_OUTSIDE,          /**< beyond the picture's edges */
} stance_visibility;

typedef struct stance_keypoint {
    float x,
        y; /**< pixels of the upright source; NAN when the model did not give the point */
    float z;        /**< depth behind the middle of the hips in source pixels, as far as
                       the model guesses it; NAN where it does not */
    float score;    /**< the model's own, 0 to 1; 0 when not given */
    float world[3]; /**< metres from the middle of the hips, along the camera's axes: x
                       right, y down, z away; NAN, or 0 in all points of a
                       person, where not known */
    stance_visibility visibility;
    float raw[2]; /**< x, y as the network gave them, where x, y were smoothed; NAN: x, y
                     are the network's own */
    bool interpolated; /**< not found in this frame: filled in between two others */
    bool swapped; /**< left and right of this limb look exchanged since the last frame */
} stance_keypoint;

typedef struct stance_pose {
    int64_t id;        /**< identity from 1; 0 while not followed */
    float score;       /**< 0 to 1 */
    float box[4];      /**< x, y, width, height in source pixels */
    float position[3]; /**< of the middle of the hips, metres from the camera along its
                          axes; all 0 where not known */
    int order;         /**< in which order the network found them or looked at them, from
                          1; 0: not known */
    int64_t inference_us; /**< the network's time for this person; where it finds all at
                             once, for the frame; 0: not known */
    bool interpolated;    /**< not found in this frame: filled in between two others */
    stance_keypoint *keypoints; /**< stance_poses.n_keypoints of them */
} stance_pose;

/** The people of one frame. Storage is kept between frames, so that refilling allocates
 * nothing. */
typedef struct stance_poses {
    const stance_skeleton
        *skeleton;            /**< what the keypoints are; NULL when `n` was never > 0 */
    size_t n;                 /**< people */
    stance_pose *people;      /**< n of them */
    size_t capacity;          /**< private */
    size_t keypoint_capacity; /**< private */
    stance_keypoint *keypoints; /**< private: the storage that people point into */
} stance_poses;

/** An empty list; stance_poses_clear() when done. */
STANCE_API void stance_poses_init(stance_poses *poses);

/** Free the storage and leave an empty list. */
STANCE_API void stance_poses_clear(stance_poses *poses);

/**
 * Make room for `n` people with the skeleton's keypoints, all points absent, ids 0,
 * scores 0.
 *
 * @param n 0 to STANCE_PEOPLE_MAX
 * @return 0, STANCE_EINVAL or STANCE_ENOMEM (the list is then empty)
 */
STANCE_API int stance_poses_reset(stance_poses *poses, const stance_skeleton *skeleton,
                                  size_t n);

/** Copy `from` over `to`. @return 0 or STANCE_ENOMEM (`to` is then empty) */
STANCE_API int stance_poses_copy(stance_poses *to, const stance_poses *from);

/**
 * The same people with the points of another skeleton: by name. The neck, where only
 * `skeleton` has it, is the middle of the shoulders; "mid_hip" and "pelvis" are one
 * point, and where `from` has neither, the middle of the hips. Other points that `from`
 * does not have are absent.
 *
 * @param to another list than `from`
 * @return 0, STANCE_EINVAL or STANCE_ENOMEM (`to` is then empty)
 */
STANCE_API int stance_poses_convert(stance_poses *to, const stance_poses *from,
                                    const stance_skeleton *skeleton);

/** The number of the keypoint of that name; -1 when there is none. */
STANCE_API int stance_skeleton_point(const stance_skeleton *skeleton, const char *name);

/** True when the model gave the point. */
STANCE_API bool stance_keypoint_given(const stance_keypoint *keypoint);

/**
 * Object keypoint similarity of two poses of one skeleton, 0 to 1.
 *
 * @param pose  K keypoints; absent ones count as 0
 * @param truth K keypoints; only the given ones count
 * @param area  of the person in pixels, > 0
 * @return the mean over the given points of truth; 0 when none is given
 *
 * Source: COCO keypoint evaluation, exp(-d^2 / (2 area (2 sigma)^2)).
 */
STANCE_API double stance_oks(const stance_skeleton *skeleton, const stance_keypoint *pose,
                             const stance_keypoint *truth, double area);

#ifdef __cplusplus
}
#endif
#endif
