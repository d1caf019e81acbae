/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a child says, read. In a file of its own because the JSON library and the
 * program's own JSON writing have names in common. The child had to do with a stranger's
 * file and may say anything.
 */
#include "child_says.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

child_says child_says_read(const char *line)
{
    child_says says = {.n_frames = -1, .latency_ms = -1};
    json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const json_t *progress = json_object_get(root, "progress");
    const char *level = json_string_value(json_object_get(root, "level"));
    const char *message = json_string_value(json_object_get(root, "message"));
    if (json_is_object(progress)) {
        const json_t *n = json_object_get(progress, "n_frames");
        says.progress = true;
        says.frames = json_integer_value(json_object_get(progress, "frames"));
        says.n_frames = json_is_integer(n) ? json_integer_value(n) : -1;
        const json_t *latency = json_object_get(progress, "latency_ms");
        says.dropped = json_integer_value(json_object_get(progress, "dropped"));
        says.latency_ms = json_is_number(latency) ? json_number_value(latency) : -1;
        says.fps = json_number_value(json_object_get(progress, "fps"));
    }
    const json_t *done = json_object_get(root, "done");
    if (json_is_object(done)) {
        const char *error = json_string_value(json_object_get(done, "error"));
        says.done = true;
        says.status = (int)json_integer_value(json_object_get(done, "exit"));
        if (error)
            snprintf(says.error, sizeof(says.error), "%s", error);
    }
    if (level && message && strcmp(level, "error") == 0)
        snprintf(says.error, sizeof(says.error), "%s", message);
    if (level && message && strcmp(level, "warning") == 0)
        snprintf(says.warning, sizeof(says.warning), "%s", message);
    json_decref(root);
    return says;
}
