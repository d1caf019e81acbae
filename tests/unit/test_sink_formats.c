/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sinks of the other forms: tables and their quotes, lines of MOTChallenge, a file for
 * each of very many people, what is refused, and screenshots by time.
 */
#include "sink_kit.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "sink/person_files.h"

static const stance_summary done = {.frames_in = 3, .frames_out = 3, .complete = true};

static void make_poses(stance_poses *poses, const char *skeleton, size_t n,
                       int64_t first_id)
{
    stance_poses_init(poses);
    assert_int_equal(stance_poses_reset(poses, stance_skeleton_find(skeleton), n), 0);
    for (size_t i = 0; i < n; i++) {
        poses->people[i].id = first_id > 0 ? first_id + (int64_t)i : 0;
        poses->people[i].score = 0.5f;
        memcpy(poses->people[i].box, (float[]){1.25f, 2, 3, 4.125f}, 4 * sizeof(float));
        for (size_t k = 0; k < poses->skeleton->n_keypoints; k++) {
            poses->people[i].keypoints[k].x = (float)k;
            poses->people[i].keypoints[k].y = 10 * (float)k;
            poses->people[i].keypoints[k].score = 0.25f;
        }
    }
}

static void expect_file(const char *path, const char *expected)
{
    size_t n;
    char *text = kit_read(path, &n);
    if (strncmp(text, expected, strlen(expected)) != 0)
        fail_msg("%s: found:\n%.600s\nexpected:\n%s", path, text, expected);
    free(text);
}

/* The same, and nothing after it. */
static void expect_text(const char *path, const char *expected)
{
    size_t n;
    char *text = kit_read(path, &n);
    assert_string_equal(text, expected);
    free(text);
}

static void write_once(const char *sink, const char *path, const stance_stream *stream,
                       const stance_poses *poses, const char *file_name)
{
    kit_sink s;
    stance_frame *frame = kit_frame(stream, 7, 280500, 40000);
    frame->file = file_name;
    kit_expect(&s, kit_open(&s, stance_sink_find(sink), path, NULL), 0);
    kit_expect(&s, kit_begin(&s, stream), 0);
    kit_expect(&s, kit_give(&s, frame, poses), 0);
    kit_expect(&s, kit_end(&s, &done), 0);
    kit_close(&s);
}

static void tables(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stance_poses poses;
    stream.skeleton = stance_skeleton_find("mpi15");
    make_poses(&poses, "mpi15", 1, 3);
    poses.people[0].keypoints[1].x = NAN;
    write_once("csv", in_dir("t.csv"), &stream, &poses, NULL);
    expect_file(in_dir("t.csv"),
                "frame_index,timestamp_ms,id,score,box_x,box_y,box_w,box_h,head_top_x,"
                "head_top_y,head_top_score,neck_x,");
    write_once("csv-long", in_dir("l.csv"), &stream, &poses, NULL);
    expect_file(in_dir("l.csv"),
                "frame_index,timestamp_ms,id,score,box_x,box_y,box_w,box_h,interpolated,"
                "position_x,position_y,position_z,keypoint,x,y,keypoint_score,z,world_x,"
                "world_y,world_z,visibility,raw_x,raw_y,swapped\n"
                "7,280.5,3,0.5,1.25,2,3,4.12,,,,,head_top,0,0,0.25,,,,,,,,\n"
                "7,280.5,3,0.5,1.25,2,3,4.12,,,,,neck,,,,,,,,,,,\n");
    poses.n = 0;
    write_once("csv-long", in_dir("n.csv"), &stream, &poses, NULL);
    stream.stills = true;
    write_once("csv", in_dir("q.csv"), &stream, &poses, "a \"b\", c.jpg");
    size_t n;
    char *text = kit_read(in_dir("q.csv"), &n);
    assert_non_null(strstr(text, "\n7,,\"a \"\"b\"\", c.jpg\",,,,,,,"));
    free(text);
    stance_poses_clear(&poses);
}

static void boxes(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stance_poses poses;
    make_poses(&poses, "coco17", 2, 0);
    write_once("mot", in_dir("m.txt"), &stream, &poses, NULL);
    expect_text(in_dir("m.txt"), "8,-1,1.25,2,3,4.12,0.5,-1,-1,-1\n"
                                 "8,-1,1.25,2,3,4.12,0.5,-1,-1,-1\n");
    /* Who has no id is left out where others have one, also those before them. */
    for (int pipe = 0; pipe < 2; pipe++) {
        const char *path = pipe ? "/dev/null" : in_dir("ids.txt");
        kit_sink s;
        kit_expect(&s, kit_open(&s, stance_sink_find("mot"), path, NULL), 0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        for (int f = 0; f < 4; f++) {
            poses.people[1].id = f == 2 ? 12 : 0;
            kit_expect(&s, kit_give(&s, kit_frame(&stream, f, f, 1), &poses),
                       pipe && f == 2 ? STANCE_EINVAL : 0);
            if (pipe && f == 2)
                break;
        }
        if (!pipe)
            kit_expect(&s, kit_end(&s, &done), 0);
        kit_close(&s);
        if (!pipe)
            expect_text(path, "3,12,1.25,2,3,4.12,0.5,-1,-1,-1\n");
    }
    stance_poses_clear(&poses);
}

/* A point in the middle of the hips is at 0, 0, 0; where a person has metres it is known,
 * and a point that is not given is not there. */
static void a_point_at_zero(void **state)
{
    static const struct {
        const char *sink, *file, *part;
    } rows[] = {
        {"trc", "z.trc", "\n8\t0.2805\t0\t0\t0\t1\t-2\t-3\t\t\t\t"},
        {"trc", "z.trc", "\tm\t"},
        {"csv-long", "z.csv", ",head_top,0,0,0.25,,0,0,0,,,,\n"},
        {"csv-long", "z.csv", ",right_shoulder,2,20,0.25,,,,,,,,\n"},
        {"json", "z.json", "\"world\": [0, 0, 0]}, {\"name\": \"neck\""},
        {"json", "z.json", "\"y\": 20, \"score\": 0.25}, {"},
    };
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stance_poses poses;
    stream.skeleton = stance_skeleton_find("mpi15");
    make_poses(&poses, "mpi15", 1, 3);
    memset(poses.people[0].keypoints[0].world, 0, 3 * sizeof(float));
    memcpy(poses.people[0].keypoints[1].world, (float[]){1, 2, 3}, 3 * sizeof(float));
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t n;
        write_once(rows[i].sink, in_dir(rows[i].file), &stream, &poses, NULL);
        char *text = kit_read(in_dir(rows[i].file), &n);
        kit_expect_part(rows[i].sink, text, rows[i].part);
        free(text);
    }
    /* Nobody says metres with zeros alone. */
    for (size_t k = 0; k < 15; k++)
        memset(poses.people[0].keypoints[k].world, 0, 3 * sizeof(float));
    write_once("trc", in_dir("px.trc"), &stream, &poses, NULL);
    size_t n;
    char *text = kit_read(in_dir("px.trc"), &n);
    kit_expect_part("px.trc", text, "\tpx\t");
    free(text);
    stance_poses_clear(&poses);
}

/* What is written over at the end has its place, however large the numbers are. */
static void large_numbers(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stance_poses poses;
    make_poses(&poses, "coco17", 1, 3);
    for (size_t k = 0; k < 17; k++)
        poses.people[0].keypoints[k].x = poses.people[0].keypoints[k].y =
            (k % 2 ? -9e11f : 9e11f) - (float)(1000000 * k);
    for (int bvh = 0; bvh < 2; bvh++) {
        const char *path = in_dir(bvh ? "large.bvh" : "large.trc");
        kit_sink s;
        kit_expect(&s, kit_open(&s, stance_sink_find(bvh ? "bvh" : "trc"), path, NULL),
                   0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        for (int f = 0; f < 3; f++) /* a microsecond apart, of very high numbers */
            kit_expect(
                &s, kit_give(&s, kit_frame(&stream, 100000000000000 + f, f, 1), &poses),
                0);
        kit_expect(&s, kit_end(&s, &done), 0);
        kit_close(&s);
        size_t n;
        char *text = kit_read(path, &n);
        if (bvh) {
            const char *at = strstr(text, "\nFrame Time: ");
            assert_non_null(at);
            const char *end = strchr(at + 1, '\n');
            assert_non_null(end);
            assert_int_equal(strspn(at + 13, " .0123456789"), (size_t)(end - at) - 13);
        } else {
            kit_expect_part("trc", text, "\t100000000000001         \t3 ");
            kit_expect_part("trc", text, "\nFrame#\tTime\tnose");
        }
        free(text);
    }
    stance_poses_clear(&poses);
}

/* More people than files may be open; everybody's file is whole. */
static void a_file_for_each_of_many(void **state)
{
    enum { PEOPLE = 700, FRAMES = 12 };
    (void)state;
    const char *const sinks[] = {"trc", "bvh"};
    struct rlimit limit = {128, 128};
    setrlimit(RLIMIT_NOFILE, &limit);
    for (size_t i = 0; i < COUNT(sinks); i++) {
        char target[32], path[64];
        stance_stream stream = kit_stream(320, 240, STANCE_PIX_GRAY8);
        kit_sink s;
        snprintf(target, sizeof(target), "many.%s", sinks[i]);
        kit_expect(&s, kit_open(&s, stance_sink_find(sinks[i]), in_dir(target), NULL), 0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        for (int f = 0; f < FRAMES;
             f++) { /* a hundred at a time, who stay for 6 frames */
            stance_poses poses;
            make_poses(&poses, "coco17", 100, 1 + 100 * (f / 2));
            kit_expect(&s, kit_give(&s, kit_frame(&stream, f, f * 40000, 40000), &poses),
                       0);
            stance_poses_clear(&poses);
        }
        stance_poses back; /* the first one comes back */
        make_poses(&back, "coco17", 1, 1);
        kit_expect(&s, kit_give(&s, kit_frame(&stream, FRAMES, FRAMES * 40000, 1), &back),
                   0);
        stance_poses_clear(&back);
        kit_expect(&s, kit_end(&s, &done), 0);
        kit_close(&s);
        for (int id = 1; id <= 600; id += 599) {
            size_t n;
            snprintf(path, sizeof(path), "many_id%d.%s", id, sinks[i]);
            char *text = kit_read(in_dir(path), &n);
            int rows = id == 1 ? FRAMES + 1 : 2;
            char words[64];
            snprintf(words, sizeof(words),
                     i ? "Frames: %d " : "25                      \t%d ", rows);
            if (!strstr(text, words))
                fail_msg("%s: expected '%s' in %.400s", path, words, text);
            int lines = 0;
            for (char *c = text; (c = strchr(c, '\n')); c++)
                lines++;
            char *motion = strstr(text, "Frame Time");
            int head = 6;
            for (char *c = text; i && c < motion; c++)
                head = c == text ? 1 : head + (*c == '\n');
            assert_int_equal(lines - head, rows);
            free(text);
        }
        assert_int_equal(st_file_kind_of(in_dir(target)), ST_FILE_ABSENT);
    }
}

static size_t files_in(const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* A run into a sink of its own; @param frames one after another @return the first error,
 * which *err tells */
static int run_frames(const char *sink, const char *path, const stance_stream *stream,
                      const stance_poses *poses, int frames, const char *const *pictures,
                      stance_error *err)
{
    kit_sink s;
    int rc = kit_open(&s, stance_sink_find(sink), path, NULL);
    if (rc == 0)
        rc = kit_begin(&s, stream);
    for (int i = 0; i < frames && rc == 0; i++) {
        stance_frame *frame = kit_frame(stream, i, i * 40000, 40000);
        frame->file = pictures ? pictures[i] : NULL;
        rc = kit_give(&s, frame, poses);
    }
    if (rc == 0)
        rc = kit_end(&s, &done);
    *err = s.err;
    kit_close(&s);
    return rc;
}

/* A folder is one video's, and no frame of an earlier run is left in it. */
static void a_folder_for_one_video(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_GRAY8);
    stance_poses poses;
    stance_error err;
    make_poses(&poses, "coco17", 1, 0);
    char folder[256];
    snprintf(folder, sizeof(folder), "%s", in_dir("op"));
    assert_int_equal(run_frames("openpose", folder, &stream, &poses, 5, NULL, &err), 0);
    kit_write(in_dir("op/notes.txt"), "x", 1);
    assert_int_equal(files_in(folder), 6);
    assert_int_equal(run_frames("openpose", folder, &stream, &poses, 3, NULL, &err), 0);
    assert_int_equal(files_in(folder), 4);
    static const char *const others[] = {"other.mp4", "clip_1.mp4", "cli.mp4"};
    for (size_t i = 0; i < COUNT(others); i++) {
        stream.source = others[i];
        assert_int_equal(run_frames("openpose", folder, &stream, &poses, 1, NULL, &err),
                         STANCE_EINVAL);
        kit_expect_part(others[i], err.message, "clip_000000000000_keypoints.json");
        assert_int_equal(files_in(folder), 4);
    }
    /* Pictures have their names, and none twice in one run. */
    static const char *const pictures[] = {"a/x.jpg", "a/y.jpg", "b/x.png"};
    stream.stills = true;
    snprintf(folder, sizeof(folder), "%s", in_dir("stills"));
    for (int again = 0; again < 2; again++)
        assert_int_equal(
            run_frames("openpose", folder, &stream, &poses, 2, pictures, &err), 0);
    assert_int_equal(run_frames("openpose", folder, &stream, &poses, 3, pictures, &err),
                     STANCE_EINVAL);
    kit_expect_part("pictures", err.message, "x_keypoints.json: would be written twice");
    assert_int_equal(files_in(folder), 2);
    char names[200][16];
    const char *many[200];
    for (int i = 0; i < 200; i++) {
        snprintf(names[i], sizeof(names[i]), "%d.jpg", i);
        many[i] = names[i];
    }
    assert_int_equal(run_frames("openpose", folder, &stream, &poses, 200, many, &err), 0);
    assert_int_equal(files_in(folder), 202);
    stance_poses_clear(&poses);
}

/* People of an earlier run are no people of this one. */
static void people_who_are_gone(void **state)
{
    (void)state;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_GRAY8);
    stance_error err;
    assert_int_equal(mkdir(in_dir("gone"), 0777), 0);
    char path[256];
    snprintf(path, sizeof(path), "%s", in_dir("gone/walk.trc"));
    static const char *const kept[] = {"gone/walk.trc", "gone/walk_id7.bvh",
                                       "gone/walk_idx.trc", "gone/awalk_id7.trc"};
    for (size_t i = 0; i < COUNT(kept); i++)
        kit_write(in_dir(kept[i]), "x", 1);
    static const struct {
        size_t people, files;
    } rows[] = {{4, 7}, {2, 5}, {1, 6}, {3, 6}};
    for (size_t i = 0; i < COUNT(rows); i++) { /* walk.trc goes, where there are others */
        stance_poses poses;
        make_poses(&poses, "coco17", rows[i].people, 3);
        assert_int_equal(run_frames("trc", path, &stream, &poses, 2, NULL, &err), 0);
        assert_int_equal(files_in(in_dir("gone")), rows[i].files);
        stance_poses_clear(&poses);
    }
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *sink, *target;
        bool stills, boxes;
        size_t people; /* without ids */
        int rc;
        const char *part;
    } rows[] = {
        {"trc", "-", false, false, 0, STANCE_EINVAL, "standard output"},
        {"openpose", "-", false, false, 0, STANCE_EINVAL, "a folder"},
        {"trc", "x.trc", true, false, 0, STANCE_EINVAL, "times"},
        {"bvh", "x.bvh", false, true, 0, STANCE_EINVAL, "boxes only"},
        {"bvh", "x.bvh", false, false, 2, STANCE_EINVAL, "found 2 without"},
        {"trc", "no/such/x.trc", false, false, 0, STANCE_EOUTPUT, "x.trc"},
        {"screenshots", "shots", true, false, 0, STANCE_EINVAL, "moving pictures"},
    };
    (void)state;
    static const stance_skeleton box = {.name = "box"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        kit_sink s;
        stance_poses poses;
        stance_stream stream = kit_stream(320, 240, STANCE_PIX_GRAY8);
        bool standard = rows[i].target[0] == '-';
        stream.stills = rows[i].stills;
        if (rows[i].boxes)
            stream.skeleton = &box;
        make_poses(&poses, "coco17", rows[i].people, 0);
        int rc = kit_open(&s, stance_sink_find(rows[i].sink),
                          standard ? "-" : in_dir(rows[i].target), NULL);
        if (rc == 0)
            rc = kit_begin(&s, &stream);
        if (rc == 0)
            rc = kit_give(&s, kit_frame(&stream, 0, 0, 1), &poses);
        kit_expect(&s, rc, rows[i].rc);
        kit_expect_part(rows[i].sink, s.err.message, rows[i].part);
        kit_close(&s);
        stance_poses_clear(&poses);
    }
}

/* The first frame, and the first one of each step of time; or every N-th. */
static void screenshots_by_time(void **state)
{
    static const struct {
        const char *options[3];
        const char *taken; /* of the frames below */
    } rows[] = {
        {{"every-s", "1", NULL}, "x..x.xx"},
        {{"every-s", "0.001", NULL}, "xxxxxxx"},
        {{"every-frames", "3", NULL}, "x..x..x"},
        {{NULL}, "x.....x"}, /* ten seconds */
    };
    static const int64_t times_ms[] = {0, 400, 999, 1000, 1999, 2500, 61001};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        kit_sink s;
        stance_stream stream = kit_stream(32, 24, STANCE_PIX_YUV420P);
        stance_poses none = {0};
        char folder[32], taken[8] = "";
        snprintf(folder, sizeof(folder), "shots%zu", i);
        stream.source = "rtsp://host:1/a?b";
        kit_expect(
            &s, kit_open(&s, &st_sink_screenshots, in_dir(folder), rows[i].options), 0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        for (int f = 0; f < 7; f++) {
            stance_frame *frame = kit_frame(&stream, f, times_ms[f] * 1000, 1);
            taken[f] = s.class->wants(s.self, frame) ? 'x' : '.';
            kit_expect(&s, kit_give(&s, frame, &none), 0);
        }
        kit_expect(&s, kit_end(&s, &done), 0);
        kit_close(&s);
        assert_string_equal(taken, rows[i].taken);
        char name[64];
        snprintf(name, sizeof(name), "%s/a-b_000h01m01.001s.png", folder);
        assert_int_equal(st_file_kind_of(in_dir(name)), ST_FILE_REGULAR);
    }
    /* A camera's by the clock, a file's never. */
    for (int live = 0; live < 2; live++) {
        kit_sink s;
        stance_stream stream = kit_stream(32, 24, STANCE_PIX_YUV420P);
        stance_poses none = {0};
        stream.source = "camera:0";
        stream.live = live;
        stream.clock_us = 1709207998900000; /* 2024-02-29 11:59:58.9 UTC */
        kit_expect(&s, kit_open(&s, &st_sink_screenshots, in_dir("live"), NULL), 0);
        kit_expect(&s, kit_begin(&s, &stream), 0);
        stance_frame *frame = kit_frame(&stream, 0, 61001000, 1);
        assert_true(s.class->wants(s.self, frame));
        kit_expect(&s, kit_give(&s, frame, &none), 0);
        kit_expect(&s, kit_end(&s, &done), 0);
        kit_close(&s);
        assert_int_equal(
            st_file_kind_of(in_dir(live ? "live/camera-0_20240229T120059.901Z.png"
                                        : "live/camera-0_000h01m01.001s.png")),
            ST_FILE_REGULAR);
    }
    kit_sink s;
    kit_expect(&s,
               kit_open(&s, &st_sink_screenshots, in_dir("no"),
                        (const char *[]){"every-s", "1", "every-frames", "2", NULL}),
               STANCE_EINVAL);
    kit_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(boxes),
        cmocka_unit_test(a_point_at_zero),
        cmocka_unit_test(large_numbers),
        cmocka_unit_test(a_file_for_each_of_many),
        cmocka_unit_test(a_folder_for_one_video),
        cmocka_unit_test(people_who_are_gone),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(screenshots_by_time),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
