/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /api/pose: one picture, answered at once with its joints, or with the annotated
 * picture where the client would rather have image/jpeg than JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "api.h"

static const char *const no_own[] = {NULL};

/* @return false: it wants neither, and that was replied */
static bool choose(http_request *r, bool *picture)
{
    double drawn = http_wants(r, "image/jpeg"), json = http_wants(r, "application/json");
    *picture = drawn > json;
    if (drawn <= 0 && json <= 0)
        http_problem(r, 406, "Another type",
                     "accept application/json or image/jpeg, found '%s'", r->accept);
    return drawn > 0 || json > 0;
}

static void answer(http_request *r, const char *id, const job_options *options)
{
    const server *serv = r->user;
    job_queue *jobs = serv->jobs;
    char name[JOB_NAME];
    stance_error err = {0};
    bool drawn;
    if (!choose(r, &drawn))
        return;
    if (drawn && !job_queue_draws(jobs)) {
        http_problem(r, 406, "Joints only",
                     "this server draws no pictures (--store keypoints); accept "
                     "application/json");
        return;
    }
    char *input = job_queue_path(jobs, id, PART_INPUT);
    int64_t taken;
    int rc = room_take(job_queue_room(jobs), r->length, &taken, &err);
    if (rc == 0)
        rc = http_store_body(r, input, taken, name, sizeof(name), &err);
    room_give(job_queue_room(jobs), taken);
    if (rc == 0 && stance_input_guess(input) != STANCE_INPUT_PICTURE)
        rc = fail(&err, STANCE_EINPUT,
                  "expected a picture; send videos to /api/jobs instead");
    if (rc == 0)
        rc = run_check_picture(serv->checks, job_options_lines(options), input, &err);
    free(input);
    if (rc == 0)
        rc = job_queue_do_picture(jobs, id, options, drawn, &err);
    char *json = job_queue_path(jobs, id, PART_JSON);
    char *picture = job_queue_path(jobs, id, PART_PICTURE);
    if (rc == STANCE_AGAIN)
        http_problem(r, 429, "Busy",
                     "as many pictures as this server takes at once are "
                     "being looked at; try again soon");
    else if (rc != 0)
        api_reply_error(r, &err);
    else if (drawn)
        http_reply_file(r, picture, "image/jpeg", "pose.jpg");
    else
        http_reply_file(r, json, "application/json", "pose.json");
    free(json);
    free(picture);
}

void api_post_pose(http_request *r, const char *no_id)
{
    (void)no_id;
    const server *serv = r->user;
    job_queue *jobs = serv->jobs;
    job_options options = {0};
    char id[JOB_ID + 1];
    stance_error err;
    if (api_read_options(r, &options, no_own)) {
        if (run_check_picture(serv->checks, job_options_lines(&options), NULL, &err) <
                0 ||
            job_queue_begin(jobs, id, &err) < 0) {
            api_reply_error(r, &err);
        } else {
            answer(r, id, &options);
            job_queue_remove(jobs, id, &err);
        }
    }
    job_options_clear(&options);
}
