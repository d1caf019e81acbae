/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network over the pictures of labels: the second half of `stance eval pose`.
 *
 * Everything that can be told without the network is told before it is opened: a picture
 * that is not there is named before the first one is looked at. Pictures are looked at as
 * `stance run` looks at pictures given together; the next ones are read meanwhile.
 */
#define _XOPEN_SOURCE 700 /* access */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_eval_pose.h"
#include "jobs.h"
#include "stop.h"

enum { MOST_BEGUN = 16 };

/* A picture that the network looks at. */
typedef struct begun {
    size_t n;
    stance_frame *frame;
} begun;

typedef struct looker {
    stance_eval *eval;
    const eval_settings *settings;
    stance_runner *runner;
    stance_poses poses;
    float (*boxes)[4]; /* STANCE_PEOPLE_MAX of them */
    size_t n_images;
    begun begun[MOST_BEGUN];
    size_t n_begun;
} looker;

static int check_images(const stance_eval *eval, const eval_settings *s,
                        stance_error *err)
{
    stance_eval_image image;
    for (size_t i = 0; stance_eval_image_at(eval, i, &image); i++) {
        if (!image.file)
            return fail(err, STANCE_EINPUT,
                        "%s: image %lld has no file_name: its picture cannot be found",
                        s->labels, (long long)image.id);
        char *path = path_join(s->images, image.file);
        int rc = access(path, R_OK) == 0
                     ? 0
                     : fail(err, STANCE_EINPUT,
                            "%s: image %lld: expected the picture %s, found none",
                            s->labels, (long long)image.id, path);
        free(path);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Does the network give any of the points that are labelled? */
static int check_points(const stance_model_info *model, const stance_skeleton *labels,
                        stance_error *err)
{
    for (size_t k = 0; k < labels->n_keypoints; k++)
        if (stance_skeleton_point(model->skeleton, labels->names[k]) >= 0)
            return 0;
    return fail(err, STANCE_EINVAL,
                "%s finds %s and none of the labelled points ('%s', ...); expected a "
                "network that finds joints",
                model->name,
                strcmp(model->skeleton->name, "box") == 0 ? "boxes"
                                                          : model->skeleton->name,
                labels->names[0]);
}

static int open_model(stance_model **model, const eval_settings *s, stance_error *err)
{
    const stance_model_settings *network = &s->library.model;
    if (strcmp(network->model, STANCE_MODEL_TRUTH) == 0)
        return fail(err, STANCE_EINVAL,
                    "--model truth is for drawn people; expected a network");
    if (s->crops == CROPS_LABELS && (network->detector || network->people))
        return fail(err, STANCE_EINVAL,
                    "--crops gt: people are looked at where they are labelled; expected "
                    "no --%s",
                    network->detector ? "detector" : "people");
    int rc = stance_model_open(model, network, err);
    if (rc == 0 && s->crops == CROPS_LABELS && stance_model_get_info(*model)->several)
        rc = fail(err, STANCE_EINVAL,
                  "--crops gt: %s finds several people by itself; expected a network "
                  "for one",
                  network->model);
    return rc;
}

static void show_progress(const looker *l, size_t done, const char *file)
{
    char *line = must_format("%zu of %zu pictures  %s", done, l->n_images, file);
    say_progress(line);
    free(line);
}

/* Where people are known to be, or a detector finds them: one picture after the other. */
static int look(looker *l, size_t n, const stance_frame *frame, stance_error *err)
{
    size_t n_boxes;
    int rc;
    if (l->settings->crops == CROPS_DETECTOR) {
        rc = stance_runner_still(l->runner, frame, &l->poses, err);
    } else {
        rc = stance_eval_boxes(l->eval, n, l->boxes, STANCE_PEOPLE_MAX, &n_boxes, err);
        if (rc == 0)
            rc = stance_runner_look(l->runner, frame, (const float(*)[4])l->boxes,
                                    n_boxes, &l->poses, err);
    }
    return rc == 0 ? stance_eval_add(l->eval, n, &l->poses, err) : rc;
}

static int end_first(looker *l, stance_error *err)
{
    int rc = stance_runner_end(l->runner, &l->poses, err);
    if (rc == 0)
        rc = stance_eval_add(l->eval, l->begun[0].n, &l->poses, err);
    stance_frame_unref(&l->begun[0].frame);
    memmove(&l->begun[0], &l->begun[1], --l->n_begun * sizeof(begun));
    return rc;
}

/* @param frame taken, in any case */
static int begin(looker *l, size_t n, stance_frame *frame, stance_error *err)
{
    size_t room = stance_runner_ahead(l->runner);
    int rc = 0;
    while (rc == 0 && l->n_begun > 0 && (l->n_begun >= room || l->n_begun == MOST_BEGUN))
        rc = end_first(l, err);
    if (rc == 0)
        rc = stance_runner_begin(l->runner, frame, STANCE_MOMENT_STILL, err);
    if (rc < 0)
        stance_frame_unref(&frame);
    else
        l->begun[l->n_begun++] = (begun){n, frame};
    return rc;
}

static int look_at_picture(looker *l, size_t n, const stance_eval_image *image,
                           stance_error *err)
{
    stance_frame *frame = NULL;
    char *path = path_join(l->settings->images, image->file);
    int rc = stance_picture_read(path, &frame, err);
    if (rc == 0 && image->width > 0 && image->height > 0 &&
        (image->width != frame->width || image->height != frame->height))
        say(STANCE_LOG_WARN, "eval",
            "%s: expected %d x %d as the labels say, found %d x %d", path, image->width,
            image->height, frame->width, frame->height);
    free(path);
    if (rc < 0)
        return rc;
    if (l->settings->crops == CROPS_DETECTOR && stance_runner_ahead(l->runner) > 0)
        return begin(l, n, frame, err);
    rc = look(l, n, frame, err);
    stance_frame_unref(&frame);
    return rc;
}

static int look_at_all(looker *l, stance_error *err)
{
    stance_eval_image image;
    int rc = 0;
    if (l->n_images > 1)
        stance_runner_widen(l->runner);
    for (size_t i = 0; rc == 0 && stance_eval_image_at(l->eval, i, &image); i++) {
        if (stop_asked()) {
            rc =
                fail(err, STANCE_EINTERRUPTED,
                     "interrupted after %zu of %zu pictures: no figures", i, l->n_images);
            break;
        }
        show_progress(l, i, image.file);
        rc = look_at_picture(l, i, &image, err);
    }
    while (rc == 0 && l->n_begun > 0)
        rc = end_first(l, err);
    stance_runner_reset(l->runner); /* lets go of the frames */
    for (size_t i = 0; i < l->n_begun; i++)
        stance_frame_unref(&l->begun[i].frame);
    say_progress("");
    return rc;
}

int eval_run(stance_eval *eval, const eval_settings *settings, eval_report *report,
             stance_model **model, stance_error *err)
{
    looker l = {.eval = eval,
                .settings = settings,
                .n_images = stance_eval_get_info(eval).n_images};
    stance_poses_init(&l.poses);
    say_progress("opening the network");
    int rc = check_images(eval, settings, err);
    if (rc == 0)
        rc = open_model(model, settings, err);
    if (rc == 0)
        rc = check_points(stance_model_get_info(*model),
                          stance_eval_get_info(eval).skeleton, err);
    if (rc == 0)
        rc = stance_runner_open(&l.runner, *model, err);
    if (rc == 0) {
        report->model = stance_model_get_info(*model)->name;
        report->detector = stance_model_get_info(*model)->detector;
        l.boxes = must_alloc(STANCE_PEOPLE_MAX, sizeof(*l.boxes));
        rc = look_at_all(&l, err);
    }
    say_progress("");
    stance_runner_close(&l.runner);
    stance_poses_clear(&l.poses);
    free(l.boxes);
    return rc;
}
