/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server is and has: version, health, figures, options, networks.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api.h"
#include "cli.h"

void api_version(http_request *r, const char *id)
{
    (void)id;
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_string(&j, "name", "stance");
    json_string(&j, "version", stance_version());
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
}

void api_begin_session(http_request *r, const char *id)
{
    (void)id;
    http_reply_session(r, true);
}

void api_end_session(http_request *r, const char *id)
{
    (void)id;
    http_reply_session(r, false);
}

/* Who asks need not know where things lie. */
static void not_well(http_request *r, const stance_error *err)
{
    say_error("serve", err);
    http_problem(r, 503, "Not well",
                 "the list of jobs cannot be read; the server's log "
                 "says why");
}

void api_health(http_request *r, const char *id)
{
    (void)id;
    int64_t counts[JOB_CANCELLED + 1];
    stance_error err;
    const server *s = r->user;
    if (job_store_count(job_queue_store(s->jobs), counts, &err) < 0)
        not_well(r, &err);
    else
        http_reply_text(r, 200, "text/plain", "ok\n");
}

/* The text form that Prometheus reads. */
void api_metrics(http_request *r, const char *id)
{
    (void)id;
    int64_t counts[JOB_CANCELLED + 1];
    stance_error err;
    text t = {0};
    const server *s = r->user;
    if (job_store_count(job_queue_store(s->jobs), counts, &err) < 0) {
        not_well(r, &err);
        return;
    }
    text_add(&t, "# HELP stance_jobs Jobs in the list, by state.\n"
                 "# TYPE stance_jobs gauge\n");
    for (int i = 0; i <= JOB_CANCELLED; i++)
        text_addf(&t, "stance_jobs{state=\"%s\"} %" PRId64 "\n", job_state_name(i),
                  counts[i]);
    text_addf(&t,
              "# HELP stance_start_time_seconds When the server started.\n"
              "# TYPE stance_start_time_seconds gauge\n"
              "stance_start_time_seconds %" PRId64 "\n",
              s->started_us / 1000000);
    http_reply_text(r, 200, "text/plain; version=0.0.4", t.data);
    free(t.data);
}

/* ---- skeletons ---- */

static void add_skeleton(json_text *j, const stance_skeleton *s)
{
    json_open(j, NULL, '{');
    json_string(j, "name", s->name);
    json_open(j, "keypoints", '[');
    for (size_t k = 0; k < s->n_keypoints; k++)
        json_string(j, NULL, s->names[k]);
    json_close(j, '[');
    json_open(j, "bones", '[');
    for (size_t i = 0; i < s->n_edges; i++) {
        json_open(j, NULL, '{');
        json_int(j, "from", s->edges[i][0]);
        json_int(j, "to", s->edges[i][1]);
        json_close(j, '{');
    }
    json_close(j, '[');
    json_open(j, "mirror", '[');
    for (size_t k = 0; k < s->n_keypoints; k++)
        json_int(j, NULL, s->mirror[k]);
    json_close(j, '[');
    json_close(j, '{');
}

void api_skeletons(http_request *r, const char *id)
{
    (void)id;
    const stance_skeleton *s;
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_open(&j, "skeletons", '[');
    for (size_t i = 0; (s = stance_skeleton_at(i)) != NULL; i++)
        add_skeleton(&j, s);
    json_close(&j, '[');
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
}

/* ---- options ---- */

static const char *type_name(stance_option_type type)
{
    switch (type) {
    case STANCE_OPTION_BOOL:
        return "boolean";
    case STANCE_OPTION_INT:
        return "integer";
    case STANCE_OPTION_NUMBER:
        return "number";
    default:
        return "string";
    }
}

static void add_option(void *user, const stance_option *row)
{
    json_text *j = user;
    text details = {0};
    option_details(&details, row);
    json_open(j, NULL, '{');
    json_string(j, "name", row->name);
    json_string(j, "type", type_name(row->type));
    json_string(j, "help", row->help);
    json_string(j, "range", details.data && *details.data ? details.data : NULL);
    json_string(j, "default", row->preset);
    if (row->choices) {
        json_open(j, "choices", '[');
        for (size_t i = 0; row->choices[i].name; i++)
            json_string(j, NULL, row->choices[i].name);
        json_close(j, '[');
    }
    json_close(j, '{');
    free(details.data);
}

void api_options(http_request *r, const char *id)
{
    (void)id;
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_open(&j, "options", '[');
    job_options_each(add_option, &j);
    json_close(&j, '[');
    json_close(&j, '{');
    http_reply_json(r, 200, &j, NULL);
    free(j.text.data);
}
