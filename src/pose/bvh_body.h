/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSE_BVH_BODY_H
#define ST_POSE_BVH_BODY_H

#include "stance/pose.h"

/*
 * A body as animation programs have it: joints that hang on one another, each turned
 * against the one above; made of the points of a pose.
 *
 * Axes: x to the person's left, y up, z forward, in the rest pose, which is a T: arms
 * along x, legs along -y, feet along z.
 */

typedef enum st_bvh_joint {
    ST_BVH_HIPS, /* the middle of the hips */
    ST_BVH_LEFT_UP_LEG,
    ST_BVH_LEFT_LEG,
    ST_BVH_LEFT_FOOT,
    ST_BVH_RIGHT_UP_LEG,
    ST_BVH_RIGHT_LEG,
    ST_BVH_RIGHT_FOOT,
    ST_BVH_SPINE,  /* where the hips are: turns the trunk against them */
    ST_BVH_SPINE1, /* the middle of the shoulders */
    ST_BVH_NECK,   /* where Spine1 is: turns the head against the shoulders */
    ST_BVH_HEAD,
    ST_BVH_LEFT_ARM,
    ST_BVH_LEFT_FORE_ARM,
    ST_BVH_LEFT_HAND,
    ST_BVH_RIGHT_ARM,
    ST_BVH_RIGHT_FORE_ARM,
    ST_BVH_RIGHT_HAND,
    ST_BVH_JOINTS,
    /* Ends of bones that are no joints. */
    ST_BVH_LEFT_TOES = ST_BVH_JOINTS,
    ST_BVH_RIGHT_TOES,
    ST_BVH_LEFT_FINGERS,
    ST_BVH_RIGHT_FINGERS,
    ST_BVH_PLACES
} st_bvh_joint;

typedef struct st_bvh_part {
    const char *name;
    int parent;        /* joint; -1: none */
    int end;           /* the place at which it ends without a further joint; -1: none */
    double rest[3];    /* direction from the parent in the rest pose; 0: the same place */
    const char *point; /* of our layouts that lies there; NULL: the middle of two */
} st_bvh_part;

/** ST_BVH_PLACES of them, joints in the order of the file. */
extern const st_bvh_part st_bvh_parts[];

/** Where the body's places are; NAN where not known. */
typedef struct st_bvh_places {
    double at[ST_BVH_PLACES][3];
} st_bvh_places;

/** How the body stands: the middle of the hips, and each joint's turn in degrees about z,
 * then x, then y of its own, against the joint above. */
typedef struct st_bvh_stand {
    double at[3];
    double turn_deg[ST_BVH_JOINTS][3];
} st_bvh_stand;

/**
 * @param point  gives the place of a keypoint by its name; false: not known, and the
 *               numbers stay as they are
 */
void st_bvh_find_places(st_bvh_places *places,
                        bool (*point)(void *user, const char *name, double out[3]),
                        void *user);

/** From places to turns. @param stand the frame before's (zero at first): what cannot be
 * told now stays as it was */
void st_bvh_make_stand(st_bvh_stand *stand, const st_bvh_places *places);

/** Length of the bone that leads to a place, from its parent's; NAN where not known. */
double st_bvh_length(const st_bvh_places *places, int place);

/** Turn by angles about z, x, y of its own as a matrix, row by row. */
void st_bvh_matrix(const double turn_deg[3], double m[3][3]);

#endif
