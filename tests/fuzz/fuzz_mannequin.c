/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind "mannequin:". An address that is taken is within its limits, and a
 * small one is opened and its truth asked for; one that is refused says why.
 */
#include <stdlib.h>
#include <string.h>

#include "mannequin/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 512 };

static void expect(bool good)
{
    if (!good)
        abort();
}

static void look_at(const char *text)
{
    stance_mannequin *m;
    stance_poses truth;
    stance_error err = {0};
    stance_poses_init(&truth);
    expect(stance_mannequin_open(&m, text, &err) == 0);
    const stance_mannequin_info *info = stance_mannequin_get_info(m);
    expect(info->n_people >= 1 && info->n_frames >= 1);
    expect(stance_mannequin_truth(m, info->n_frames - 1, &truth) == 0);
    expect(truth.n <= info->n_people);
    stance_poses_clear(&truth);
    stance_mannequin_close(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[MOST + 1] = {0};
    st_address a;
    stance_error err = {0};
    memcpy(text, data, size < MOST ? size : MOST);
    int rc = st_address_read(&a, text, &err);
    if (rc < 0) {
        expect(rc == STANCE_EINVAL && err.message[0]);
    } else {
        const stance_mannequin_settings *s = &a.settings;
        expect(a.width >= 16 && a.height >= 16 && a.width <= 4096 && a.height <= 4096);
        expect(s->people >= 0 && s->people <= STAGE_PEOPLE_MAX && s->seconds <= 3600);
        if (a.width * a.height < 100000 && s->seconds * s->fps < 1000)
            look_at(text);
    }
    st_address_clear(&a);
    return 0;
}
