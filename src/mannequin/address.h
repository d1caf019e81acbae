/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MANNEQUIN_ADDRESS_H
#define ST_MANNEQUIN_ADDRESS_H

#include "mannequin/stage.h"

/** What an address says. */
typedef struct st_address {
    const scene *scene;
    stance_mannequin_settings settings;
    int width, height;
} st_address;

/** @param a st_address_clear() in any case @return 0, STANCE_EINVAL or STANCE_ENOMEM */
int st_address_read(st_address *a, const char *address, stance_error *err);
void st_address_clear(st_address *a);

#endif
