/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance run --server`: what can be had from a server, and what cannot, which is said
 * before anything is sent.
 */
#include "elsewhere.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "client.h"
#include "formats.h"

/* What of the outputs a server cannot give; NULL: nothing. */
static const char *not_there(const run_settings *s, const job *j)
{
    const program_settings *own = &s->own;
    const stance_screenshot_settings *shots = &s->library.screenshots;
    return j->truth                                    ? "--truth"
           : own->events                               ? "--events"
           : j->events_json                            ? "--events-json"
           : j->plot                                   ? "--plot"
           : j->report && j->kind == JOB_PICTURES      ? "--report of a picture"
           : own->show                                 ? "--show"
           : own->stats || own->stats_json             ? "--stats"
           : j->screenshots && shots->every_frames > 0 ? "--every-frames (but --every-s)"
           : j->screenshots && shots->format != STANCE_SCREENSHOT_JPEG
               ? "screenshots as PNG (but --screenshot-format jpg)"
               : NULL;
}

static int check_there(const run_settings *s, const job *j, const char *drawn,
                       stance_error *err)
{
    bool picture = j->kind == JOB_PICTURES;
    if (j->kind == JOB_LIVE || j->inputs.n != 1 ||
        stance_input_guess(j->inputs.at[0]) !=
            (picture ? STANCE_INPUT_PICTURE : STANCE_INPUT_VIDEO) ||
        path_is_special(j->inputs.at[0]) || access(j->inputs.at[0], R_OK) != 0)
        return fail(err, STANCE_EINVAL,
                    "--server: expected a video or a picture in a file, found %s",
                    j->label);
    const char *missing = not_there(s, j);
    if (missing)
        return fail(err, STANCE_EINVAL,
                    "--server: a server cannot give %s; it gives --output, --json (.json "
                    "or .csv), --report and --screenshots",
                    missing);
    const format_row *form = j->json ? format_of(s->own.format, j->json) : NULL;
    if (form && strcmp(form->name, "stance") != 0 && strcmp(form->name, "csv") != 0)
        return fail(err, STANCE_EINVAL,
                    "--server: %s: a server gives joints as .json or .csv, not as %s; "
                    "'stance convert' makes other forms of the JSON",
                    j->json, form->name);
    const char *ending = picture ? ".jpg" : ".mp4";
    if (drawn && strcasecmp(path_ending(drawn), ending) != 0)
        return fail(err, STANCE_EINVAL, "--server: %s: expected the ending %s", drawn,
                    ending);
    return 0;
}

int elsewhere_run(const elsewhere *e, const job *j, stance_summary *summary,
                  stance_error *err)
{
    const program_settings *own = &e->settings->own;
    bool picture = j->kind == JOB_PICTURES;
    const char *drawn = picture && j->pictures.n ? j->pictures.at[0] : j->video;
    int rc = check_there(e->settings, j, drawn, err);
    if (rc == 0 && j->screenshots)
        rc = make_folders(j->screenshots, err);
    if (rc < 0)
        return rc;
    bool csv = j->json && strcmp(format_of(own->format, j->json)->name, "csv") == 0;
    const client_work work = {.server = own->server,
                              .token_file = own->server_token,
                              .ca_file = own->server_ca,
                              .input = j->inputs.at[0],
                              .joints = j->json,
                              .form = csv ? "csv" : "json",
                              .drawn = drawn,
                              .screenshots = j->screenshots,
                              .report = j->report,
                              .picture = picture,
                              .settings = e->settings,
                              .on_progress = e->on_progress,
                              .is_stopped = e->is_stopped,
                              .user = e->user};
    return client_do(&work, summary, err);
}
