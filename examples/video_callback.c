/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A function that is called with every frame of a video and the people in it:
 *
 *     video_callback walk.mp4
 *     video_callback camera:0          until Ctrl-C
 *
 * A callback is a sink with nothing but a `frame` function. It is called in the order of
 * the frames, always on the thread that called stance_run_input(). What `result` points
 * to is borrowed: copy what is needed later. Returning STANCE_END ends the run.
 */
#include <signal.h>
#include <stance/stance.h>
#include <stdio.h>

static stance_run *run; /* for the signal handler, which gets no argument */

static void stop(int signal_number)
{
    (void)signal_number;
    stance_run_stop(run); /* safe here: it only sets a flag */
}

/* Print the surest point of each person. */
static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    (void)self;
    (void)err;
    const stance_poses *poses = result->poses;
    printf("%8.3f s: %zu found", (double)result->frame->pts_us / 1e6, poses->n);
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *person = &poses->people[i];
        size_t best = 0;
        for (size_t k = 1; k < poses->skeleton->n_keypoints; k++)
            if (person->keypoints[k].score > person->keypoints[best].score)
                best = k;
        const stance_keypoint *point = &person->keypoints[best];
        if (stance_keypoint_given(point)) /* else x and y are NAN */
            printf(", %s at %.1f, %.1f", poses->skeleton->names[best], (double)point->x,
                   (double)point->y);
    }
    printf("\n");
    return 0;
}

static const stance_sink_class callback = {.name = "callback", .frame = on_frame};

int main(int argc, char **argv)
{
    stance_settings settings;
    stance_summary summary;
    stance_error err = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: video_callback INPUT\n");
        return 1;
    }
    const char *inputs[] = {argv[1]};
    const stance_output output = {&callback, NULL};
    int rc = stance_settings_defaults(&settings);
    if (rc == 0)
        rc = stance_run_open(&run, &settings, &err);
    if (rc == 0) {
        signal(SIGINT, stop);
        rc = stance_run_input(run, inputs, 1, &output, 1, &summary, NULL, &err);
        signal(SIGINT, SIG_DFL);
    }
    if (rc < 0)
        fprintf(stderr, "%s\n", err.code ? err.message : stance_status_text(rc));
    else
        printf("%lld frames\n", (long long)summary.frames_out);
    stance_run_close(&run);
    stance_settings_clear(&settings);
    return stance_status_exit(rc);
}
