/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_FIGURE_H
#define ST_MANNEQUIN_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "mannequin/body.h"

/* What a person looks like, and the solids it is drawn with. */

typedef struct rgb {
    double r, g, b; /**< 0 to 1 */
} rgb;

typedef enum hair_style {
    HAIR_SHORT,
    HAIR_LONG,
    HAIR_BUN,
    HAIR_TAIL,
    HAIR_STYLES
} hair_style;

/** Colours and clothes. */
typedef struct look {
    rgb skin, hair, shirt, trousers, shoes, eyes, lips;
    hair_style style;
    bool long_sleeves, shorts;
    double stripe; /**< width of the shirt's stripes in metres; 0: none */
    rgb stripe_colour;
} look;

look look_random(st_random *r);

/**
 * A ball swept from `a` to `b` while its radius goes from `ra` to `rb`; with `flat` below
 * 1 it is thinner in the direction `across`.
 */
typedef struct solid {
    v3 a, b;
    double ra, rb;
    v3 across;   /**< unit vector; used when flat < 1 */
    double flat; /**< (0, 1] */
    rgb colour;
    double stripe; /**< see look */
    rgb stripe_colour;
    bool casts; /**< throws a shadow: the large ones */
    bool thing; /**< no part of the body */
} solid;

enum { FIGURE_SOLIDS_MAX = 72 };

/** What stands or is held with somebody; adds to the `n` solids there are. @return how
 * many there are then */
size_t figure_weights(const joints *j, solid *solids, size_t n);
/** @param at,yaw_deg the person's own space */
size_t figure_seat(v3 at, double yaw_deg, solid *solids, size_t n);

/** @param solids room for FIGURE_SOLIDS_MAX @return how many */
size_t figure_solids(const joints *j, const body *b, const look *l, solid *solids);

/** Places on the face, in the room: nose, left eye, right eye, left ear, right ear. */
void figure_face(const joints *j, const body *b, v3 out[5]);

#endif
