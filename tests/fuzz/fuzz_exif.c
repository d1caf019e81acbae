/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a picture file: the orientation found is always one that can be turned
 * upright, and nothing behind the bytes is read.
 */
#include <stdlib.h>

#include "source/exif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int turn_deg = -1;
    bool mirror = false;
    int orientation = st_exif_orientation(data, size);
    if (orientation < 1 || orientation > 8)
        abort();
    st_exif_turn(orientation, &turn_deg, &mirror);
    if (turn_deg != 0 && turn_deg != 90 && turn_deg != 180 && turn_deg != 270)
        abort();
    if (mirror !=
        (orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7))
        abort();
    return 0;
}
