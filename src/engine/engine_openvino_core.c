/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenVINO as a whole: one core for the process, its devices, its errors in words.
 *
 * This file and engine_openvino.c are the only ones that know OpenVINO.
 */
#include "engine/engine_openvino_core.h"

#include <pthread.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"

/* Guards the process's one core, its count of users and its properties; loading plugins
 * takes time and memory, so all networks share it. Held while a network is compiled. */
static pthread_mutex_t core_lock = PTHREAD_MUTEX_INITIALIZER;
static ov_core_t *shared_core;
static int core_users;

/* OpenVINO's texts are many lines with source positions in them: the last line says most.
 */
static const char *reason(ov_status_e status, char *text, size_t size)
{
    const char *message = ov_get_last_err_msg();
    if (!message || !*message) {
        snprintf(text, size, "%s", ov_get_error_info(status));
        return text;
    }
    snprintf(text, size, "%s", message);
    ov_free(message);
    char *end = text + strlen(text);
    while (end > text && (end[-1] == '\n' || end[-1] == ' '))
        *--end = '\0';
    char *line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

int st_ov_fail(stance_error *err, ov_status_e status, const char *what)
{
    char text[512];
    return st_fail(err, STANCE_EENGINE, "%s: %s", what,
                   reason(status, text, sizeof(text)));
}

int st_ov_core_get(ov_core_t **core, stance_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&core_lock);
    if (!shared_core) {
        ov_status_e status = ov_core_create(&shared_core);
        if (status != OK)
            rc = st_ov_fail(err, status, "OpenVINO could not be started");
    }
    if (rc == 0)
        core_users++;
    *core = shared_core;
    pthread_mutex_unlock(&core_lock);
    return rc;
}

void st_ov_core_put(void)
{
    pthread_mutex_lock(&core_lock);
    if (--core_users == 0) {
        ov_core_free(shared_core);
        shared_core = NULL;
    }
    pthread_mutex_unlock(&core_lock);
}

/* ---- devices ---- */

char *st_ov_full_name(const ov_core_t *core, const char *device)
{
    char *value = NULL, *copy = NULL;
    if (ov_core_get_property(core, device, ov_property_key_device_full_name, &value) ==
        OK) {
        copy = st_strdup(value);
        ov_free(value);
    }
    return copy ? copy : st_strdup(device);
}

int st_ov_devices(void (*fn)(void *user, const char *name, const char *text), void *user,
                  stance_error *err)
{
    ov_core_t *core;
    ov_available_devices_t list = {0};
    int rc = st_ov_core_get(&core, err);
    if (rc < 0)
        return rc;
    ov_status_e status = ov_core_get_available_devices(core, &list);
    if (status != OK)
        rc = st_ov_fail(err, status, "OpenVINO could not list its devices");
    for (size_t i = 0; rc == 0 && i < list.size; i++) {
        char *text = st_ov_full_name(core, list.devices[i]);
        fn(user, list.devices[i], text ? text : "");
        st_free(text);
    }
    ov_available_devices_free(&list);
    st_ov_core_put();
    return rc;
}

/* "CPU", or "GPU" where only "GPU.0" is listed. */
static bool is_listed(const ov_available_devices_t *list, const char *device)
{
    size_t n = strlen(device);
    for (size_t i = 0; i < list->size; i++)
        if (strncmp(list->devices[i], device, n) == 0 &&
            (list->devices[i][n] == '\0' || list->devices[i][n] == '.'))
            return true;
    return false;
}

/* To list devices, OpenVINO loads what drives each: 20 MB that the CPU, which is always
 * there, does without. */
static bool needs_no_list(const char *device)
{
    return strcmp(device, "CPU") == 0;
}

int st_ov_check(const char *device, stance_error *err)
{
    ov_core_t *core;
    if (needs_no_list(device))
        return 0;
    int rc = st_ov_core_get(&core, err);
    if (rc < 0)
        return rc;
    rc = st_ov_check_device(core, device, err);
    st_ov_core_put();
    return rc;
}

int st_ov_check_device(const ov_core_t *core, const char *device, stance_error *err)
{
    if (needs_no_list(device))
        return 0;
    ov_available_devices_t list = {0};
    st_text there = {0};
    int rc = 0;
    bool automatic = strcmp(device, "AUTO") == 0 || strncmp(device, "AUTO:", 5) == 0;
    if (ov_core_get_available_devices(core, &list) == OK && !automatic &&
        !is_listed(&list, device)) {
        for (size_t i = 0; i < list.size; i++)
            st_text_printf(&there, "%s%s", i ? ", " : "", list.devices[i]);
        const char *hint =
            strncmp(device, "MYRIAD", 6) == 0
                ? " (MYRIAD sticks were given up by OpenVINO after 2022.3; "
                  "NPU is what replaced them)"
                : "";
        rc = st_fail(err, STANCE_EENGINE,
                     "device %s is not on this machine%s; there is: %s", device, hint,
                     there.text ? there.text : "none");
    }
    st_text_clear(&there);
    ov_available_devices_free(&list);
    return rc;
}

void st_ov_core_lock(void)
{
    pthread_mutex_lock(&core_lock);
}

void st_ov_core_unlock(void)
{
    pthread_mutex_unlock(&core_lock);
}
