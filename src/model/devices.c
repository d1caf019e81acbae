/* SPDX-License-Identifier: Apache-2.0 */
/* The devices of all engines, as one list that the caller owns. */
#include "base/memory.h"
#include "base/status.h"
#include "engine/engine.h"

typedef struct list {
    stance_device *devices;
    size_t n;
    const char *engine;
    bool failed;
} list;

static void add(void *user, const char *name, const char *text)
{
    list *l = user;
    stance_device *grown = st_realloc_array(l->devices, l->n + 1, sizeof(*grown));
    if (!grown) {
        l->failed = true;
        return;
    }
    l->devices = grown;
    stance_device *device = &l->devices[l->n++];
    *device = (stance_device){st_strdup(l->engine), st_strdup(name), st_strdup(text)};
    l->failed |= !device->engine || !device->name || !device->text;
}

int stance_devices_list(stance_device **devices, size_t *n, stance_error *err)
{
    list l = {0};
    const st_engine_class *engine;
    int rc = 0;
    *devices = NULL;
    *n = 0;
    for (size_t i = 0; rc == 0 && (engine = st_engine_at(i)) != NULL; i++) {
        l.engine = engine->name;
        if (engine->devices)
            rc = engine->devices(add, &l, err);
    }
    if (rc == 0 && l.failed)
        rc = st_fail_memory(err);
    if (rc < 0) {
        stance_devices_free(&l.devices, l.n);
        return rc;
    }
    *devices = l.devices;
    *n = l.n;
    return 0;
}

int stance_device_check(const char *device, stance_error *err)
{
    return st_engine_openvino.check(device, err);
}

void stance_devices_free(stance_device **devices, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        st_free((*devices)[i].engine);
        st_free((*devices)[i].name);
        st_free((*devices)[i].text);
    }
    st_free(*devices);
    *devices = NULL;
}
