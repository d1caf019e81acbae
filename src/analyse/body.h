/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_BODY_H
#define ST_ANALYSE_BODY_H

#include "stance/pose.h"

/*
 * A person as the analyses see them: the same spots whatever the skeleton, and angles and
 * lengths between them.
 */

/** Degrees in a radian. */
#define ST_DEG (180 / 3.14159265358979323846)

/** Spots of a body. Those with two sides are the left one, the right one behind it:
 * ST_KNEE + side. */
enum {
    ST_NOSE,
    ST_HEAD, /**< its top; between the ears where the skeleton has none */
    ST_NECK, /**< the middle of the shoulders; the skeleton's where they are not seen */
    ST_HIPS, /**< the middle of the hips, likewise */
    ST_EAR,
    ST_SHOULDER = 6,
    ST_ELBOW = 8,
    ST_WRIST = 10,
    ST_HIP = 12,
    ST_KNEE = 14,
    ST_ANKLE = 16,
    ST_HEEL = 18,
    ST_TOE = 20,
    ST_SPOTS = 22
};
enum { ST_LEFT, ST_RIGHT };

/** Which keypoint each spot is; -1: the skeleton has none. */
typedef struct st_body_map {
    int16_t point[ST_SPOTS];
} st_body_map;

/** Where the spots are. NAN: not seen. */
typedef struct st_body {
    double at[ST_SPOTS][2];    /**< pixels */
    double world[ST_SPOTS][3]; /**< metres: x right, y down, z away */
    bool in_space;             /**< places in metres are known */
} st_body;

void st_body_map_open(st_body_map *map, const stance_skeleton *skeleton);

/** @param joint_score points below are taken as not seen */
void st_body_see(st_body *body, const st_body_map *map, const stance_skeleton *skeleton,
                 const stance_pose *pose, double joint_score);

bool st_body_has(const st_body *body, int spot);
/** Whether all of a list are seen, which -1 ends. */
bool st_body_has_all(const st_body *body, const int *spots);

/** Pixels between two spots; NAN where one is not seen. */
double st_body_length(const st_body *body, int a, int b);

/** The inner angle at spot b between a and c, 0 to 180 degrees; NAN where not known.
 * @param space in metres in space, not in the picture */
double st_body_corner_deg(const st_body *body, int a, int b, int c, bool space);

/** The direction from a to b in the picture, degrees: 0 to the right, 90 up, -180 to 180;
 * NAN where not known. */
double st_body_direction_deg(const st_body *body, int a, int b);

/** The mean of both, or that of the one that is known. */
double st_either(double left, double right);

#endif
