/* SPDX-License-Identifier: Apache-2.0 */
#include "model/aim.h"

#include <math.h>

/* How far what is looked at may be from what is wanted, in sides of what is wanted. The
 * rule leaves a twelfth on each side of the points, so nobody is cut off by `slow`, and
 * hardly, for one frame, by `jump`. Too large only costs detail. */
typedef struct limits {
    double shift, smaller, larger;
} limits;

static const limits slow = {.shift = 0.05, .smaller = 0.08, .larger = 0.2};
static const limits jump = {.shift = 0.1, .smaller = 0.12, .larger = 0.4};

static st_square square_of(const st_target *target, const double region[4])
{
    return target->following ? target->square : st_movenet_crop_whole(region);
}

static bool is_near(const st_target *on, const st_target *wanted, const double region[4],
                    const limits *limit)
{
    st_square a = square_of(on, region), b = square_of(wanted, region);
    double far_x = fabs(a.x + a.side / 2 - b.x - b.side / 2);
    double far_y = fabs(a.y + a.side / 2 - b.y - b.side / 2);
    return far_x <= limit->shift * b.side && far_y <= limit->shift * b.side &&
           a.side >= (1 - limit->smaller) * b.side &&
           a.side <= (1 + limit->larger) * b.side;
}

/* Squares of some sizes and places only, so that poses that hardly differ ask for the
 * same one. A little larger rather than smaller. */
static st_target snap(st_target target)
{
    const double sizes = 6, places = 16; /* to a doubling; to a side */
    if (!target.following)
        return target;
    st_square *s = &target.square;
    double x = s->x + s->side / 2, y = s->y + s->side / 2;
    double side = exp2(round(log2(1.03 * s->side) * sizes) / sizes), step = side / places;
    *s = (st_square){round(x / step) * step - side / 2, round(y / step) * step - side / 2,
                     side};
    return target;
}

void st_aim_reset(st_aim *aim)
{
    *aim = (st_aim){0};
}

void st_aim_move(st_aim *aim, st_target wanted, const double region[4])
{
    st_target on = aim->later;
    if (!is_near(&on, &wanted, region, &jump)) {
        aim->next = aim->later = snap(wanted);
        return;
    }
    aim->next = on;
    if (!is_near(&on, &wanted, region, &slow))
        aim->later = snap(wanted);
}

bool st_target_same(const st_target *a, const st_target *b)
{
    return a->following == b->following &&
           (!a->following || (a->square.x == b->square.x && a->square.y == b->square.y &&
                              a->square.side == b->square.side));
}
