/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of `stance run` a request may set: a list of rows of its option table, so that
 * ranges, choices and help are the same everywhere. What names files or addresses is
 * not among them.
 */
#include <stdlib.h>
#include <string.h>

#include "job_queue.h"
#include "run_options.h"

static const char *const allowed[] = {
    "model",       "people",      "detector",   "detect-every",   "min-score",
    "region",      "crop",        "input-size", "start",          "end",
    "every",       "max-frames",  "rotate",     "tracker",        "max-lost",
    "track-high",  "track-low",   "track-new",  "track-match",    "track-pose",
    "follow",      "cuts",        "smooth",     "cutoff",         "analyse",
    "joint-score", "angles-in",   "height-m",   "known-distance", "exercise",
    "fall-speed",  "fall-down-s", "raw",        "fill-gaps",      "zone",
    "outside",     "line",        "stand",      "margin",         "min-life",
    "dwell",       "threshold",   "overlay",    "background",     "crf",
    "preset",      "fast",        "every-s",    "device",         "blur",
    NULL};

void job_options_each(void (*fn)(void *user, const stance_option *row), void *user)
{
    for (size_t i = 0; allowed[i]; i++) {
        const stance_option *row = stance_options_find(run_groups(), allowed[i], NULL);
        if (row)
            fn(user, row);
    }
}

static bool is_allowed(const char *name)
{
    for (size_t i = 0; allowed[i]; i++)
        if (strcmp(allowed[i], name) == 0)
            return true;
    return false;
}

/* A network is named as in the store, never by a path; a device and exercises, as they
 * are called. */
static bool is_path(const char *name, const char *value)
{
    bool network = strcmp(name, "model") == 0 || strcmp(name, "detector") == 0;
    bool device = strcmp(name, "device") == 0;
    bool exercises = strcmp(name, "exercise") == 0;
    return (exercises && strpbrk(value, "/\\.:") != NULL) ||
           (network && strpbrk(value, "/\\:") != NULL) ||
           (device && strpbrk(value, "/\\") != NULL);
}

int job_options_set(job_options *options, const char *name, const char *value,
                    stance_error *err)
{
    nearest near = {.name = name};
    if (!is_allowed(name)) {
        for (size_t i = 0; allowed[i]; i++)
            nearest_try(&near, allowed[i]);
        return fail(err, STANCE_EINVAL, "there is no option '%s' here%s%s%s", name,
                    near.found ? "; did you mean '" : "", near.found ? near.found : "",
                    near.found ? "'?" : "; see /api/options");
    }
    if (strpbrk(value, "\r\n"))
        return fail(err, STANCE_EINVAL, "%s: expected one line", name);
    if (is_path(name, value))
        return fail(err, STANCE_EINVAL, "%s: expected a name, found '%s'", name, value);
    run_settings *scratch = must_alloc(1, sizeof(*scratch));
    *scratch = (run_settings){0};
    int rc = stance_options_defaults(run_groups(), scratch);
    if (rc == 0)
        rc = stance_options_set(run_groups(), scratch, name, value, err);
    stance_options_clear(run_groups(), scratch);
    free(scratch);
    if (rc == 0)
        text_addf(&options->lines, "%s=%s\n", name, value);
    return rc;
}

const char *job_options_lines(const job_options *options)
{
    return options->lines.data ? options->lines.data : "";
}

void job_options_clear(job_options *options)
{
    free(options->lines.data);
    *options = (job_options){0};
}
