/* SPDX-License-Identifier: Apache-2.0 */
/* A distance that somebody measured in the scene, as text. */
#include "analyse/known_distance.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"

enum { NUMBERS = 5, LENGTH = 48 };

int st_known_distance(const char *text, double *pixels_per_m, stance_error *err)
{
    double at[NUMBERS];
    int n = 0;
    const char *from = text + strspn(text, " ,");
    for (; *from && n <= NUMBERS; n++) {
        char number[LENGTH];
        size_t size = strcspn(from, " ,");
        if (n == NUMBERS || size >= LENGTH)
            break;
        memcpy(number, from, size);
        number[size] = '\0';
        if (!st_number_read(number, &at[n]))
            break;
        from += size + strspn(from + size, " ,");
    }
    double pixels = n == NUMBERS ? hypot(at[2] - at[0], at[3] - at[1]) : 0;
    if (*from || n != NUMBERS || !(pixels >= 1) || !(at[4] >= 1e-3) || at[4] > 1e6)
        return st_fail(err, STANCE_EINVAL,
                       "--known-distance: expected 'X,Y X,Y METRES' with two different "
                       "points in pixels, found '%.60s'",
                       text);
    *pixels_per_m = pixels / at[4];
    return 0;
}
