/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Short names for good choices of networks, from what docs/accuracy.md measures: accuracy
 * over time, among those that anybody may use.
 */
#include <string.h>

#include "model/model_private.h"

static const stance_model_alias aliases[] = {
    {"single", "movenet-lightning-int8", NULL, "one person, the fastest"},
    {"fast", "movenet-lightning-int8", "picodet-s-192-pedestrian",
     "several people, the fastest"},
    {"balanced", "pp-tinypose", "picodet-s-192-pedestrian",
     "several people, twice as accurate"},
    {"accurate", "pp-tinypose", "nanodet-m",
     "several people, more of the small ones found"},
    {"3d", "blazepose-lite", NULL, "one person, 33 points and their places in metres"},
};

const stance_model_alias *stance_model_alias_at(size_t n)
{
    return n < sizeof(aliases) / sizeof(aliases[0]) ? &aliases[n] : NULL;
}

const stance_model_alias *stance_model_alias_find(const char *name)
{
    const stance_model_alias *alias = NULL;
    for (size_t i = 0; (alias = stance_model_alias_at(i)) != NULL; i++)
        if (strcmp(alias->name, name) == 0)
            break;
    return alias;
}

void st_model_resolve_alias(stance_model_settings *settings)
{
    const stance_model_alias *alias =
        settings->model ? stance_model_alias_find(settings->model) : NULL;
    if (!alias)
        return;
    settings->model = (char *)(uintptr_t)alias->model;
    if (!settings->detector)
        settings->detector = (char *)(uintptr_t)alias->detector;
}
