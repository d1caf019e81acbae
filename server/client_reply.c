/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server's JSON, read. Apart from client.c for the same reason as child_says.c.
 */
#include "client_reply.h"

#include <jansson.h>
#include <stdio.h>

static void copy(char *to, size_t size, const json_t *root, const char *key)
{
    const char *string = json_string_value(json_object_get(root, key));
    snprintf(to, size, "%s", string ? string : "");
}

client_reply client_reply_read(const char *body)
{
    client_reply r = {.n_frames = -1};
    json_t *root = json_loads(body, 0, NULL);
    const json_t *n = json_object_get(root, "frame_count");
    copy(r.id, sizeof(r.id), root, "id");
    copy(r.state, sizeof(r.state), root, "state");
    copy(r.error, sizeof(r.error), root, "error");
    copy(r.detail, sizeof(r.detail), root, "detail");
    r.frames = json_integer_value(json_object_get(root, "frames"));
    r.n_frames = json_is_integer(n) ? json_integer_value(n) : -1;
    r.screenshots = json_integer_value(json_object_get(root, "screenshots"));
    r.fps = json_number_value(json_object_get(root, "fps"));
    json_decref(root);
    return r;
}
