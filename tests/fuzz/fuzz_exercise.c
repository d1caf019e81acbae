/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's exercise file, and the known distance of --known-distance: the first byte says
 * which. What is taken has a name that ends, numbers within bounds and spots that there
 * are; what is refused has a message.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/exercise.h"
#include "analyse/known_distance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

static void look_at_exercise(const char *text)
{
    st_exercise e;
    stance_error err = {0};
    int rc = st_exercise_parse(&e, text, "fuzz.txt", &err);
    expect(rc == 0 || (rc == STANCE_EINVAL && *err.message));
    if (rc < 0)
        return;
    expect(*e.name && memchr(e.name, '\0', sizeof(e.name)));
    expect(e.signal < ST_SIGNALS && e.side >= -1 && e.side <= ST_RIGHT);
    expect(fabs(e.rest) <= 360 && fabs(e.turn) <= 360 && e.rest != e.turn);
    expect(e.least_s >= 0 && e.most_s <= 3600 && e.hold_s >= 0);
    for (int i = 0; i < ST_EXERCISE_NEEDS && e.needs[i] >= 0; i++)
        expect(e.needs[i] < ST_SPOTS);
}

static void look_at_distance(const char *text)
{
    double pixels = NAN;
    stance_error err = {0};
    int rc = st_known_distance(text, &pixels, &err);
    expect(rc == 0 || (rc == STANCE_EINVAL && *err.message));
    expect(rc < 0 || pixels > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096)
        return 0;
    char *text = calloc(size, 1); /* the first byte makes room for the NUL */
    if (!text)
        return 0;
    memcpy(text, data + 1, size - 1);
    if (data[0] % 2 == 0)
        look_at_exercise(text);
    else
        look_at_distance(text);
    free(text);
    return 0;
}
