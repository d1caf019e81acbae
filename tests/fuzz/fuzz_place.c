/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones, lines, and whom to follow, as people type them: the first byte says which. What
 * is taken has numbers within bounds and a name; points in and around it have a depth.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/place.h"
#include "base/limits.h"
#include "track/follow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

static void look_at_places(const char *text, bool zones)
{
    static st_places places;
    stance_error err = {0};
    const double from[2] = {-1, 1e9}, to[2] = {639, 0.5};
    int rc = st_places_read(&places, zones ? "zone" : "line", zones ? 3 : 2, text, 640,
                            480, &err);
    expect(rc == 0 || (rc == STANCE_EINVAL && *err.message));
    for (size_t i = 0; rc == 0 && i < places.n; i++) {
        const st_place *p = &places.at[i];
        expect(p->n >= (zones ? 3U : 2U) && p->n <= ST_PLACE_POINTS && *p->name);
        for (size_t k = 0; k < p->n; k++)
            expect(fabs(p->points[k][0]) <= 7 * ST_MAX_PLACE &&
                   fabs(p->points[k][1]) <= 7 * ST_MAX_PLACE);
        expect(isfinite(st_place_depth(p, p->points[0][0], p->points[0][1])));
        expect(!isnan(st_place_side(p, 3, -4)));
        st_place_crossed(p, from, to);
    }
}

static void look_at_follow(const char *text)
{
    st_follow follow;
    stance_error err = {0};
    int rc = st_follow_read(&follow, text, &err);
    expect(rc == 0 || (rc == STANCE_EINVAL && *err.message));
    for (size_t i = 0; rc == 0 && i < follow.n_ids; i++)
        expect(follow.ids[i] > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096)
        return 0;
    char *text = calloc(size, 1); /* the first byte makes room for the NUL */
    if (!text)
        return 0;
    memcpy(text, data + 1, size - 1);
    if (data[0] % 3 == 0)
        look_at_follow(text);
    else
        look_at_places(text, data[0] % 3 == 1);
    free(text);
    return 0;
}
