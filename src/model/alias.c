/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Short names for good choices of networks, from what docs/accuracy.md measures: accuracy
 * over time, among those that anybody may use.
 *
 * A choice is a list, best first. It ends with a network that stance carries, where there
 * is one of that kind, so that it can always be had and nothing need be downloaded.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "model/model.h"
#include "model/model_private.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define LITE "stance-lite"
#define DETECTOR "stance-detector"

#define MOVENET "movenet-lightning-int8"
#define TINYPOSE "pp-tinypose"
#define PICODET "picodet-s-192-pedestrian"
#define NANODET "nanodet-m"
#define YOLOX "yolox-nano"

static const stance_model_alias aliases[] = {
    {"single", LIST(MOVENET, "movenet-thunder-int8", TINYPOSE, LITE), NULL,
     "one person, the fastest"},
    {"fast", LIST(MOVENET, LITE), LIST(PICODET, NANODET, YOLOX, DETECTOR),
     "several people, the fastest"},
    {"balanced", LIST(TINYPOSE, MOVENET, LITE), LIST(PICODET, NANODET, YOLOX, DETECTOR),
     "several people, twice as accurate"},
    {"accurate", LIST(TINYPOSE, MOVENET, LITE), LIST(NANODET, YOLOX, PICODET, DETECTOR),
     "several people, more of the small ones found"},
    {"3d", LIST("blazepose-lite"), NULL,
     "one person, 33 points and their places in metres"},
};

const char *const *const st_model_detectors = LIST(YOLOX, NANODET, PICODET, DETECTOR);

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

/* The best of the choices where the last had to do; "": there is none better. */
static const char *better(const stance_model *model)
{
    const char *const *names = model ? model->choices : NULL;
    const char *best = names ? names[0] : "";
    while (names && names[1])
        names++;
    return names && strcmp(model->card->name, *names) == 0 && best != *names ? best : "";
}

void st_model_say_choice(const stance_model *model)
{
    const stance_model *detector = model->detector;
    const char *first = better(model), *second = better(detector);
    bool both = *first && *second;
    char hint[200] = "";
    if (!model->found.path || !(model->choices || (detector && detector->choices)))
        return;
    if (*first || *second)
        snprintf(hint, sizeof(hint), "; 'stance models fetch %s%s%s' brings %s", first,
                 both ? " " : "", second,
                 both ? "more accurate ones" : "a more accurate one");
    st_log(STANCE_LOG_INFO, "model", "network: %s%s%s%s", model->card->name,
           detector ? " with " : "", detector ? detector->card->name : "", hint);
}
