/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sink of one's own: the way of one joint through a video, as CSV:
 *
 *     own_sink walk.mp4 left_wrist=wrist.csv
 *
 * A sink is one const table of functions. It is opened, told about the stream, handed the
 * frames one after the other, and closed; `size` bytes of memory are its own, zeroed, and
 * come as `self`. What the target (here JOINT=FILE) means is for the sink to say.
 *
 * The subtle thing is failure: `end` is called only when there is something to keep, and
 * `close` always. So the file is written as FILE.part, `end` gives it its name, and
 * `close` removes what `end` did not complete.
 */
#include <errno.h>
#include <stance/stance.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct csv {
    FILE *file;
    char joint[64];
    char path[1024], part[1024 + 8];
    size_t keypoint; /* number of the joint in the skeleton */
} csv;

static int fail(stance_error *err, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->code = code;
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    return code;
}

static int csv_open(void *self, const char *target, const stance_settings *settings,
                    stance_error *err)
{
    csv *c = self;
    (void)settings;
    const char *equals = strchr(target, '=');
    if (!equals || equals == target || (size_t)(equals - target) >= sizeof(c->joint) ||
        !equals[1] || strlen(equals + 1) >= sizeof(c->path))
        return fail(err, STANCE_EINVAL, "expected JOINT=FILE, found '%s'", target);
    memcpy(c->joint, target, (size_t)(equals - target));
    strcpy(c->path, equals + 1);
    snprintf(c->part, sizeof(c->part), "%s.part", c->path);
    c->file = fopen(c->part, "w");
    if (!c->file)
        return fail(err, STANCE_EOUTPUT, "%s: %s", c->part, strerror(errno));
    return 0;
}

static int csv_begin(void *self, const stance_stream *stream, stance_error *err)
{
    csv *c = self;
    const stance_skeleton *skeleton = stream->skeleton;
    while (c->keypoint < skeleton->n_keypoints &&
           strcmp(skeleton->names[c->keypoint], c->joint) != 0)
        c->keypoint++;
    if (c->keypoint == skeleton->n_keypoints)
        return fail(err, STANCE_EINVAL, "expected a joint of %s, found '%s'",
                    skeleton->name, c->joint);
    fprintf(c->file, "frame,time_ms,x,y,score\n");
    return 0;
}

static int csv_frame(void *self, const stance_result *result, stance_error *err)
{
    csv *c = self;
    const stance_frame *frame = result->frame;
    fprintf(c->file, "%lld,%.3f,", (long long)frame->index, (double)frame->pts_us / 1e3);
    const stance_keypoint *point =
        result->poses->n > 0 ? &result->poses->people[0].keypoints[c->keypoint] : NULL;
    if (point && stance_keypoint_given(point))
        fprintf(c->file, "%.1f,%.1f,%.4f\n", (double)point->x, (double)point->y,
                (double)point->score);
    else
        fprintf(c->file, ",,\n"); /* nobody: never a place made up */
    if (ferror(c->file))
        return fail(err, STANCE_EOUTPUT, "%s: %s", c->path, strerror(errno));
    return 0;
}

static int csv_end(void *self, const stance_summary *summary, stance_error *err)
{
    csv *c = self;
    (void)summary;
    FILE *file = c->file;
    c->file = NULL;
    if (fclose(file) != 0 || rename(c->part, c->path) != 0) {
        int rc = fail(err, STANCE_EOUTPUT, "%s: %s", c->path, strerror(errno));
        remove(c->part);
        return rc;
    }
    return 0;
}

static void csv_close(void *self)
{
    csv *c = self;
    if (c->file) { /* never ended */
        fclose(c->file);
        remove(c->part);
    }
}

static const stance_sink_class csv_sink = {
    .name = "csv",
    .help = "the way of one joint: JOINT=FILE",
    .size = sizeof(csv),
    .open = csv_open,
    .begin = csv_begin,
    .frame = csv_frame,
    .end = csv_end,
    .close = csv_close,
};

int main(int argc, char **argv)
{
    stance_settings settings;
    stance_run *run = NULL;
    stance_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: own_sink INPUT JOINT=OUT.csv\n");
        return 1;
    }
    const char *inputs[] = {argv[1]};
    const stance_output output = {&csv_sink, argv[2]};
    int rc = stance_settings_defaults(&settings);
    if (rc == 0)
        rc = stance_run_open(&run, &settings, &err);
    if (rc == 0)
        rc = stance_run_input(run, inputs, 1, &output, 1, NULL, NULL, &err);
    if (rc < 0)
        fprintf(stderr, "%s\n", err.code ? err.message : stance_status_text(rc));
    stance_run_close(&run);
    stance_settings_clear(&settings);
    return stance_status_exit(rc);
}
