/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a file of poses, in the form that they look like and in one that the first
 * byte chooses. Whatever is read keeps what sinks rely on, and is written in every form;
 * what is refused says why.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stance/posefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

static void check_pose(const stance_skeleton *skeleton, const stance_pose *pose)
{
    expect(pose->id >= 0 && pose->score >= 0 && pose->score <= 1);
    for (int i = 0; i < 4; i++)
        expect(isfinite(pose->box[i]));
    for (int i = 0; i < 3; i++)
        expect(isfinite(pose->position[i]));
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *p = &pose->keypoints[k];
        expect(p->score >= 0 && p->score <= 1 && isnan(p->x) == isnan(p->y));
        expect(p->visibility <= STANCE_OUTSIDE);
        for (int i = 0; i < 3; i++)
            expect(!isinf(p->world[i])); /* NAN: not known */
    }
}

static void read_all(const char *path, const stance_posefile_settings *settings)
{
    stance_posefile *file = NULL;
    stance_error err = {0};
    stance_result result;
    int rc = stance_posefile_open(&file, path, settings, &err);
    expect((rc == 0) == (file != NULL));
    if (rc == 0) {
        const stance_stream *stream = stance_posefile_get_stream(file);
        expect(stream->skeleton && stream->skeleton->n_keypoints <= STANCE_KEYPOINTS_MAX);
        expect(stream->width >= 0 && stream->height >= 0 && stream->fps_num >= 0 &&
               stream->fps_den > 0 && stream->source);
        while ((rc = stance_posefile_next(file, &result, &err)) == 0) {
            expect(result.frame && result.poses && result.poses->n <= STANCE_PEOPLE_MAX);
            expect(result.frame->index >= 0 && !result.frame->data[0]);
            for (size_t i = 0; i < result.poses->n; i++)
                check_pose(stream->skeleton, &result.poses->people[i]);
        }
        expect(rc == STANCE_END || rc == STANCE_EINPUT || rc == STANCE_EINVAL);
    }
    expect(rc > 0 || err.message[0] != '\0');
    stance_posefile_close(&file);
}

static void convert_to(const char *path, const stance_posefile_settings *settings,
                       const char *sink, const char *skeleton)
{
    const stance_convert_settings convert = {.in = *settings, .skeleton = skeleton};
    const stance_output output = {stance_sink_find(sink), "/dev/null"};
    stance_summary summary;
    stance_error err = {0};
    int rc = stance_convert(path, &convert, &output, 1, &summary, &err);
    expect(rc == 0 || err.message[0] != '\0');
    expect(rc < 0 || summary.frames_out >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const sinks[] = {"json",     "ndjson", "csv",
                                        "csv-long", "coco",   "mot"};
    char path[64];
    size_t n = 0, first = size > 0 ? data[0] : 0;
    int fd = memfd_create("poses", 0);
    if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    while (stance_posefile_format_at(n, NULL))
        n++;
    stance_posefile_settings settings = {.fps = first % 3 ? 25 : 0};
    read_all(path, &settings);
    settings.format = stance_posefile_format_at(first % n, NULL);
    settings.skeleton = first % 5 ? NULL : "coco17";
    read_all(path, &settings);
    settings.format = settings.skeleton = NULL;
    convert_to(path, &settings, sinks[size % 6], first % 2 ? "body25" : NULL);
    close(fd);
    return 0;
}
