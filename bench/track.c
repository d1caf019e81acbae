/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracker alone, on boxes from a file: for bench/track.py and tests/data/tracking.py.
 *
 *     track_file [--fps N | --times FILE] [--frames N] [--repeat N] [--OPTION VALUE]...
 * FILE
 *
 * FILE has MOTChallenge's lines of boxes found, "frame,-1,x,y,w,h,score,-1,-1,-1", frames
 * from 1; behind them may stand x,y,score of each of coco17's points, empty x for one
 * that is absent. --times names a file with the microseconds of each frame, a line each.
 * Written are MOTChallenge's lines of results for all boxes that have an id. The last
 * line on standard error is the frames a second of stance_tracker_update() alone: the
 * best of
 * --repeat times. Options are those of the tracker, as on the command line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stance/pose.h"
#include "stance/track.h"
#include "track/track.h"

enum { FRAMES_MAX = 1000000, LINE_MAX_BYTES = 4096 };

typedef struct clip {
    stance_poses *frames;
    int64_t *times_us;
    size_t n, room;
} clip;

static const stance_option_group groups[] = {{"Identities", st_track_options, 0}, {0}};

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "track_file: %s: %s\n", what, why);
    exit(1);
}

static void make_room(clip *c, size_t n)
{
    if (n > FRAMES_MAX)
        stop("frames", "expected at most a million");
    if (n > c->room) {
        size_t room = n * 2;
        c->frames = realloc(c->frames, room * sizeof(*c->frames));
        c->times_us = realloc(c->times_us, room * sizeof(*c->times_us));
        if (!c->frames || !c->times_us)
            stop("frames", "out of memory");
        for (; c->room < room; c->room++)
            stance_poses_init(&c->frames[c->room]);
    }
    c->n = n > c->n ? n : c->n;
}

/* One more person; the list is made anew around those it has. */
static stance_pose *add(stance_poses *frame, const stance_skeleton *skeleton)
{
    stance_poses larger;
    stance_poses_init(&larger);
    if (stance_poses_reset(&larger, skeleton, frame->n + 1) < 0)
        stop("people", "expected fewer in one frame");
    for (size_t i = 0; i < frame->n; i++) {
        stance_keypoint *points = larger.people[i].keypoints;
        larger.people[i] = frame->people[i];
        larger.people[i].keypoints = points;
        memcpy(points, frame->people[i].keypoints,
               skeleton->n_keypoints * sizeof(*points));
    }
    stance_poses_clear(frame);
    *frame = larger;
    return &frame->people[frame->n - 1];
}

static void read_line(clip *c, char *line, const stance_skeleton *skeleton)
{
    char *at = line;
    double v[10];
    for (int i = 0; i < 10; i++) {
        v[i] = strtod(at, &at);
        at += *at == ',';
    }
    if (!(v[0] >= 1 && v[0] <= FRAMES_MAX))
        stop(line, "expected a frame from 1");
    make_room(c, (size_t)v[0]);
    stance_pose *pose = add(&c->frames[(size_t)v[0] - 1], skeleton);
    for (int i = 0; i < 4; i++)
        pose->box[i] = (float)v[2 + i];
    pose->score = (float)v[6];
    for (size_t k = 0; k < skeleton->n_keypoints && *at && *at != '\n'; k++) {
        double p[3];
        for (int i = 0; i < 3; i++) {
            p[i] = *at == ',' ? (double)NAN : strtod(at, &at);
            at += *at == ',';
        }
        if (isfinite(p[0]))
            pose->keypoints[k] = (stance_keypoint){
                .x = (float)p[0], .y = (float)p[1], .score = (float)p[2]};
    }
}

static void read_boxes(clip *c, const char *path)
{
    static char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "r");
    if (!file)
        stop(path, "cannot be read");
    while (fgets(line, sizeof(line), file))
        read_line(c, line, stance_skeleton_find("coco17"));
    fclose(file);
}

static void read_times(clip *c, const char *path)
{
    char line[64];
    size_t n = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        stop(path, "cannot be read");
    while (fgets(line, sizeof(line), file)) {
        make_room(c, n + 1);
        c->times_us[n++] = strtoll(line, NULL, 10);
    }
    fclose(file);
    if (n < c->n)
        stop(path, "expected a time for each frame");
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* @return seconds of all updates */
static double follow(clip *c, const stance_track_settings *settings)
{
    stance_error err = {0};
    stance_tracker *tracker;
    if (stance_tracker_open(&tracker, settings, &err) < 0)
        stop("tracker", err.message);
    double start = seconds();
    for (size_t i = 0; i < c->n; i++)
        if (stance_tracker_update(tracker, &c->frames[i], c->times_us[i], &err) < 0)
            stop("tracker", err.message);
    double taken = seconds() - start;
    stance_tracker_close(&tracker);
    return taken;
}

static void print(const clip *c)
{
    for (size_t f = 0; f < c->n; f++)
        for (size_t i = 0; i < c->frames[f].n; i++) {
            const stance_pose *p = &c->frames[f].people[i];
            if (p->id > 0)
                printf("%zu,%lld,%.3f,%.3f,%.3f,%.3f,%.6f,-1,-1,-1\n", f + 1,
                       (long long)p->id, (double)p->box[0], (double)p->box[1],
                       (double)p->box[2], (double)p->box[3], (double)p->score);
        }
}

int main(int argc, char **argv)
{
    stance_track_settings settings;
    stance_error err = {0};
    clip c = {0};
    const char *path = NULL, *times = NULL;
    double fps = 30, best = INFINITY;
    long repeat = 1;
    stance_track_settings_defaults(&settings);
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        if (strncmp(name, "--", 2) != 0) {
            path = name;
            continue;
        }
        if (strcmp(name, "--fps") == 0)
            fps = atof(value);
        else if (strcmp(name, "--times") == 0)
            times = value;
        else if (strcmp(name, "--frames") == 0)
            make_room(&c, (size_t)atol(value));
        else if (strcmp(name, "--repeat") == 0)
            repeat = atol(value);
        else if (stance_options_set(groups, &settings, name + 2, value, &err) < 0)
            stop(name, err.message);
        i++;
    }
    if (!path || !(fps > 0))
        stop("arguments", "expected a FILE of boxes");
    read_boxes(&c, path);
    if (times)
        read_times(&c, times);
    for (size_t i = 0; i < c.n && !times; i++)
        c.times_us[i] = (int64_t)((double)i * 1e6 / fps);
    for (long i = 0; i < repeat; i++)
        best = fmin(best, follow(&c, &settings));
    print(&c);
    fprintf(stderr, "%.0f\n", (double)c.n / best);
    for (size_t i = 0; i < c.room; i++)
        stance_poses_clear(&c.frames[i]);
    free(c.frames);
    free(c.times_us);
    return 0;
}
