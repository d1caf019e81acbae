/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_BODY_H
#define ST_MANNEQUIN_BODY_H

#include "mannequin/geometry.h"

/*
 * One person: measures, what a posture says, and the joints it comes to.
 *
 * Limbs are solved from where hands and feet are, so a planted foot stays planted and
 * every bone keeps its length.
 */

enum { LEFT, RIGHT, SIDES };

/** Lengths in metres. Joints are measured from their centres. */
typedef struct body {
    double height;
    double ankle; /**< of the ankle above the floor */
    double shin, thigh, hip_half, waist, trunk, shoulder_half;
    double upper_arm, forearm, hand, neck, head, foot;
    double thick; /**< limbs, 1: average */
} body;

/** A random adult. */
body body_random(st_random *r);

/** Height of the hips when standing straight. */
static inline double body_hips(const body *b)
{
    return b->ankle + b->shin + b->thigh;
}

/**
 * What a body does at one moment, in the person's own space: the floor is y = 0, at rest
 * it faces z. Numbers only, so that two postures are blended number by number.
 */
typedef struct posture {
    v3 hips;                 /**< between the hip joints */
    double yaw, pitch, roll; /**< pelvis: left, forwards, to the left side, degrees */
    double spine_yaw, spine_pitch, spine_roll; /**< the chest against the pelvis */
    double head_yaw, head_pitch, head_roll;    /**< the head against the chest */
    v3 wrist[SIDES]; /**< from the shoulder, in the chest's axes */
    v3 elbow[SIDES]; /**< where elbows point to, chest's axes */
    v3 hand[SIDES];  /**< where fingers point to, chest's axes */
    v3 ankle[SIDES]; /**< a place */
    v3 knee[SIDES];  /**< where knees point to */
    v3 toes[SIDES];  /**< where toes point to */
} posture;

/** Joints in the room. */
typedef struct joints {
    v3 hips, waist, chest, head; /**< chest: between the shoulders */
    axes pelvis, ribs, skull;
    v3 shoulder[SIDES], elbow[SIDES], wrist[SIDES], fingers[SIDES];
    v3 hip[SIDES], knee[SIDES], ankle[SIDES], toes[SIDES];
    v3 palm[SIDES]; /**< direction across the palm, for the thumb */
} joints;

/** Standing at ease, arms hanging. */
posture posture_stand(const body *b);

/** a (1 - w) + b w */
posture posture_mix(const posture *a, const posture *b, double w);

/**
 * Set an arm by its angles.
 *
 * @param raise_deg   upper arm from hanging (0) to level (90) to straight up (180)
 * @param outward_deg 0: raised to the front, 90: to the side, -: across the body
 * @param bend_deg    elbow, 0: straight
 * @param towards     where the forearm bends to, in the chest's axes with x outward
 */
void posture_arm(posture *p, const body *b, int side, double raise_deg,
                 double outward_deg, double bend_deg, v3 towards);

/** Put a wrist to a place of the person's space, the trunk being where it is.
 * @param elbow,fingers directions in the person's space */
void posture_plant_hand(posture *p, const body *b, int side, v3 place, v3 elbow,
                        v3 fingers);

/** Solve a posture. @param at,yaw_deg where the person's own space lies in the room */
void posture_solve(const posture *p, const body *b, v3 at, double yaw_deg, joints *out);

#endif
