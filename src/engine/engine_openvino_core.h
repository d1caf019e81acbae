/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ENGINE_OPENVINO_CORE_H
#define ST_ENGINE_OPENVINO_CORE_H

#include <openvino/c/openvino.h>

#include "stance/common.h"

/* OpenVINO as a whole: the process's one core, its devices, its errors in words. */

/** One more user of the core, which is made for the first. @return 0 or STANCE_EENGINE */
int st_ov_core_get(ov_core_t **core, stance_error *err);
/** One user less; the last one frees it. */
void st_ov_core_put(void);

/** Properties are the core's: hold it from setting them until a network is compiled. */
void st_ov_core_lock(void);
void st_ov_core_unlock(void);

/** Say what went wrong. @return STANCE_EENGINE */
int st_ov_fail(stance_error *err, ov_status_e status, const char *what);

/** A device's full name, st_free(); NULL: out of memory. */
char *st_ov_full_name(const ov_core_t *core, const char *device);

/** STANCE_EENGINE, listing what is there, when the device is not. */
int st_ov_check_device(const ov_core_t *core, const char *device, stance_error *err);

/** See st_engine_class. */
int st_ov_check(const char *device, stance_error *err);
int st_ov_devices(void (*fn)(void *user, const char *name, const char *text), void *user,
                  stance_error *err);

#endif
