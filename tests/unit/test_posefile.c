/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of pose files: what is right is read, what is wrong is refused with the place,
 * what was expected and what was found; rows that are not in order are sorted.
 */
#include "dir_kit.h"

#include <math.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "pose/skeleton_own.h"
#include "posefile/row_sorter.h"
#include "stance/posefile.h"

static const char head[] = "{\"schema\":\"stance/1\",\"meta\":{\"mode\":\"multi\","
                           "\"start_ms\":0},\"keypoint_format\":[\"a\",\"b\"]}\n";
#define HEAD                                                                 \
    "{\"schema\":\"stance/1\",\"meta\":{\"mode\":\"multi\",\"start_ms\":0}," \
    "\"keypoint_format\":[\"a\",\"b\"]"
#define FRAME "{\"frame_index\":0,\"timestamp_ms\":0,\"people\":["
#define PERSON "{\"id\":1,\"score\":0.5,\"box\":[1,2,3,4],\"keypoints\":["
#define POINTS                                                                 \
    "{\"name\":\"a\",\"x\":1,\"y\":2,\"score\":1},{\"name\":\"b\",\"x\":null," \
    "\"y\":null,\"score\":0}"

/* Read to the end; the first result other than 0. */
static int read_text(const char *name, const char *text, const char *format, double fps,
                     stance_error *err, int64_t *frames, int64_t *people)
{
    stance_posefile_settings settings = {.format = format, .fps = fps};
    stance_posefile *file = NULL;
    stance_result result;
    char path[256];
    snprintf(path, sizeof(path), "%s", in_dir(name));
    kit_write(path, text, strlen(text));
    *frames = *people = 0;
    int rc = stance_posefile_open(&file, path, &settings, err);
    while (rc == 0 && (rc = stance_posefile_next(file, &result, err)) == 0) {
        ++*frames;
        *people += (int64_t)result.poses->n;
    }
    stance_posefile_close(&file);
    return rc;
}

static void wrong_files(void **state)
{
    static const struct {
        const char *name, *text, *part;
    } rows[] = {
        {"a.json", "{\"frames\":[]}", "\"schema\""},
        {"a.json", "[]x", "expected the end of the file"},
        {"a.json", HEAD "}", "\"frames\""},
        {"a.json", HEAD ",\"frames\":[1]}", "frames[0]: expected an object"},
        {"a.json", HEAD ",\"frames\":[{}]}", "frames[0].frame_index: expected a whole"},
        {"a.json", HEAD ",\"frames\":[" FRAME "]},{\"frame_index\":-1}]}", "frames[1]"},
        {"a.json", HEAD ",\"frames\":[" FRAME "{}]}]}", "frames[0].people[0].score"},
        {"a.json", HEAD ",\"frames\":[" FRAME PERSON POINTS ",3]}]}]}",
         "people[0].keypoints: expected an array of 2"},
        {"a.json", HEAD ",\"frames\":[" FRAME PERSON POINTS "],\"interpolated\":1}]}]}",
         "interpolated: expected true or false"},
        {"a.json",
         HEAD ",\"frames\":[" FRAME PERSON
              "{\"name\":\"b\",\"x\":1,\"y\":2,\"score\":1},0]"
              "}]}]}",
         "keypoints[0]: name: expected \"a\""},
        {"a.json",
         HEAD ",\"frames\":[" FRAME PERSON
              "{\"name\":\"a\",\"x\":1,\"y\":null,\"score\":1},0]}]}]}",
         "expected x and y"},
        {"a.json",
         HEAD ",\"frames\":[" FRAME PERSON
              "{\"name\":\"a\",\"x\":1,\"y\":2,\"score\":2},0]}]}]}",
         "score: expected a number from 0 to 1, found 2"},
        {"a.json",
         HEAD ",\"frames\":[],\"summary\":{\"frames_out\":3,\"complete\":true}}",
         "frames_out: expected 0, the number of frames, found 3"},
        {"a.json", "{\"schema\":\"stance/1\",\"keypoint_format\":[\"a\",\"a\"]}",
         "all different"},
        {"a.json", "{\"schema\":\"stance/1\",\"meta\":{\"mode\":\"many\"}}", "\"multi\""},
        {"a.ndjson", "{\"schema\":\"stance/1\"}\n", "line 1.meta: expected an object"},
        {"a.ndjson", "", "empty"},
        {"a.ndjson", HEAD "}\n[]\n", "line 2: expected an object"},
        {"a.ndjson", HEAD "}\n\n{\"frame_index\":0}\n", "line 3.timestamp_ms"},
        {"a.ndjson", HEAD "}\nxx\n", ":2: line 2: expected JSON"},
        {"a.ndjson", HEAD "}\n{\"frame\n" FRAME "]}\n", ":2: line 2: expected JSON"},
        {"a.ndjson", HEAD "}\n[]", "line 2: expected an object"},
        {"a.ndjson", HEAD, "line 1: expected JSON"},
        {"a.csv", "x,y\n1,2\n", "column frame_index"},
        {"a.csv", "frame_index,keypoint\n", "columns x and y"},
        {"a.csv", "frame_index,timestamp_ms,id\n0,0,0.5\n", ":2: column 3"},
        {"a.csv", "frame_index,timestamp_ms,score\n0,0,1.5\n",
         "from 0 to 1, found '1.5'"},
        {"a.csv", "frame_index,timestamp_ms,score\n0,0,1\n1,,1\n", ":3: column 2"},
        {"a.csv", "frame_index,score\n1,1\n0,1\n", ":3: column 1: expected rows in"},
        {"a.csv", "frame_index,score\n0,\"1\n", "closing"},
        {"a.csv", "frame_index,keypoint,x,y,visibility\n0,a,1,2,maybe\n", "visible"},
        {"a.txt", "1,1,2,3,4\n", ":1: expected frame, id"},
        {"a.txt", "1,1,2,3,4,5\n1,1,2,x,4,5\n", ":2: top: expected a number, found 'x'"},
        {"a.txt", "1.5,1,2,3,4,5\n", "frame: expected a whole number from 1"},
        {"a.txt", "1,1.5,2,3,4,5\n", "id: expected a whole number"},
        {"a.coco", "[{}]", "[0].image_id: expected"},
        {"a.coco",
         "[{\"image_id\":1,\"category_id\":1,\"score\":1,\"bbox\":[1,2,3,4]},"
         "{\"image_id\":1,\"category_id\":1,\"score\":1}]",
         "[1].bbox: expected an array of 4"},
        {"a.coco", "[1]", "[0]: expected an object"},
        {"a.trc", "PathFileType\t4\n", "DataRate"},
        {"a.trc", "PathFileType\t4\nDataRate\tUnits\nfast\tm\n", "a rate, found 'fast'"},
        {"a.trc", "PathFileType\t4\nDataRate\n30\n", "expected Units"},
        {"a.trc", "PathFileType\t4\nDataRate\tUnits\n30\tm\nFrame#\tTime\ta\t\t\ta\nX1\n",
         "named differently"},
        {"a.trc",
         "PathFileType\t4\nDataRate\tUnits\n30\tm\nFrame#\tTime\ta\nX1\n1\t0\t1\tx\t3\n",
         ":6: a: expected a number, found 'x'"},
        {"a.bvh", "HIERARCHY\nJOINT a", ":2: expected ROOT, found 'JOINT'"},
        {"a.bvh", "HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 7 }", "channels up to 6"},
        {"a.bvh", "HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 1 Wposition }", "Wposition"},
        {"a.bvh", "HIERARCHY ROOT a { End Site { JOINT b", "found 'JOINT'"},
        {"a.bvh", "HIERARCHY ROOT a { } MOTION Frames: 1 Frame Time: 0", "above 0"},
        {"a.bvh", "HIERARCHY ROOT a { } MOTION Frames: 1 Frame Time: 1 2",
         "no more rows"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_error err = {0};
        int64_t frames, people;
        bool coco = strcmp(rows[i].name, "a.coco") == 0;
        int rc = read_text(rows[i].name, rows[i].text, coco ? "coco" : NULL, 0, &err,
                           &frames, &people);
        if (rc != STANCE_EINPUT)
            fail_msg("%s: %s: found %d (%s)", rows[i].name, rows[i].text, rc,
                     err.message);
        kit_expect_part(rows[i].text, err.message, rows[i].part);
        kit_expect_part(rows[i].text, err.message, rows[i].name);
    }
}

static void right_files(void **state)
{
    static const struct {
        const char *name, *text;
        int frames, people;
    } rows[] = {
        {"a.json", HEAD ",\"frames\":[]}", 0, 0},
        {"a.json",
         HEAD ",\"later\":{\"x\":[1]},\"frames\":[" FRAME PERSON POINTS "],\"more\":"
              "1}]}],\"events\":[{}]}",
         1, 1},
        {"a.json",
         "{\"frames\":[" FRAME PERSON POINTS "]}]}]," /* members behind */
         "\"schema\":\"stance/1\",\"meta\":{\"mode\":\"multi\",\"start_ms\":0},"
         "\"keypoint_format\":[\"a\",\"b\"]}",
         1, 1},
        {"a.ndjson", HEAD "}\n" FRAME "]}\n{\"frame_index\":1,\"timest", 1, 0}, /* cut */
        {"a.ndjson", HEAD "}\n" FRAME "]}\n" FRAME "]}", 2, 0},
        {"a.csv",
         "\xef\xbb\xbf"
         "frame_index\n0\n\n7\n",
         2, 0},
        {"a.csv", "frame_index;id;nose_x;nose_y\r\n0;1;2;3\r\n0;2;;\r\n1;;;\r\n", 2, 2},
        {"a.csv", "nose_y,nose_x,frame_index\n3,2,0\n", 1, 1},
        {"a.csv", "frame_index,keypoint,x,y\n0,a,1,2\n0,b,1,2\n0,a,3,4\n1,,,\n", 2, 2},
        {"a.txt", "1, 1, 2.5,3,4,5\r\n1,2,2,3,4,5\n\n3,-1,2,3,4,5,0.9,-1,-1,-1\n", 2, 3},
        {"a.txt", "9,1,2,3,4,5\n2,1,2,3,4,5\n9,3,2,3,4,5\n", 2, 3},
        {"gt.txt", "1,1,2,3,4,5,0,1,1\n1,2,2,3,4,5,1,7,1\n1,3,2,3,4,5,1,1,0.5\n", 1, 1},
        {"a.bvh",
         "HIERARCHY ROOT a { OFFSET 1 2 3 CHANNELS 3 Xposition Yposition Zposition "
         "End Site { OFFSET 0 0 0 } } MOTION Frames: 2 Frame Time: 0.5 1 2 3 4 5 6",
         2, 2},
        {"a.trc",
         "PathFileType\t4\nDataRate\tUnits\n30\tmm\nFrame#\tTime\ta\nX1\n\n"
         "1\t0\t1\t2\t3\n2\t0.1\t\t\t\n",
         2, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_error err = {0};
        int64_t frames, people;
        int rc = read_text(rows[i].name, rows[i].text, NULL, 0, &err, &frames, &people);
        if (rc != STANCE_END || frames != rows[i].frames || people != rows[i].people)
            fail_msg("%s: found %d (%s), %d frames, %d people", rows[i].text, rc,
                     err.message, (int)frames, (int)people);
    }
}

/* Files of a folder by the numbers in their names; "f_5.jpg" is a picture's, say. */
static void folders(void **state)
{
    static const struct {
        const char *names[4];
        const char *order; /* indexes of frames, and whose files they are */
        const char *part;  /* of the error */
    } rows[] = {
        {{"f_10", "f_9", "f_1"}, "1:1 9:9 10:10 ", NULL},
        {{"a_000000000007", "a_000000000003"}, "3:3 7:7 ", NULL},
        {{"b_000000000007", "a_000000000007", "a_000000000003"},
         NULL,
         "a_000000000007_keypoints.json and b_000000000007_keypoints.json"},
        {{"red_4", "blue_4", "blue_5"}, "0:4 1:5 2:4 ", NULL},
        {{"red", "blue_5"}, "0:5 1:0 ", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char folder[32], name[128], text[256], found[64] = "";
        stance_posefile *file = NULL;
        stance_result result;
        stance_error err = {0};
        snprintf(folder, sizeof(folder), "folder%zu", i);
        assert_int_equal(mkdir(in_dir(folder), 0777), 0);
        for (int k = 0; rows[i].names[k]; k++) { /* the id says which file it is */
            const char *digits = strrchr(rows[i].names[k], '_');
            snprintf(name, sizeof(name), "%s/%s_keypoints.json", folder,
                     rows[i].names[k]);
            snprintf(text, sizeof(text),
                     "{\"people\":[{\"person_id\":[%d],\"pose_keypoints_2d\":[%s1]}]}",
                     digits ? atoi(digits + 1) : 0,
                     "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                     "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,");
            kit_write(in_dir(name), text, strlen(text));
        }
        int rc = stance_posefile_open(&file, in_dir(folder), NULL, &err);
        while (rc == 0 && (rc = stance_posefile_next(file, &result, &err)) == 0) {
            size_t n = strlen(found);
            snprintf(found + n, sizeof(found) - n, "%d:%d ", (int)result.frame->index,
                     (int)result.poses->people[0].id);
        }
        stance_posefile_close(&file);
        if (rc != (rows[i].part ? STANCE_EINPUT : STANCE_END))
            fail_msg("%s: found %d (%s)", folder, rc, err.message);
        if (rows[i].part)
            kit_expect_part(folder, err.message, rows[i].part);
        else
            assert_string_equal(found, rows[i].order);
    }
}

/* Turns about z then x then y of a chain of two, by hand. */
static void joints_turn(void **state)
{
    static const char text[] =
        "HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 6 Xposition Yposition Zposition "
        "Zrotation "
        "Xrotation Yrotation JOINT b { OFFSET 1 0 0 CHANNELS 3 Zrotation Xrotation "
        "Yrotation "
        "JOINT c { OFFSET 0 1 0 CHANNELS 0 } } } MOTION Frames: 1 Frame Time: 0.04 "
        "10 20 30 90 0 0 0 90 0";
    stance_posefile *file = NULL;
    stance_result result;
    stance_error err = {0};
    char path[256];
    (void)state;
    snprintf(path, sizeof(path), "%s", in_dir("chain.bvh"));
    kit_write(path, text, strlen(text));
    assert_int_equal(stance_posefile_open(&file, path, NULL, &err), 0);
    const stance_stream *stream = stance_posefile_get_stream(file);
    assert_int_equal(stream->fps_num / stream->fps_den, 25);
    assert_true(stream->single && !stream->stills);
    assert_int_equal(stance_posefile_next(file, &result, &err), 0);
    /* b: x turned into y. c: y of b turned about b's x: its z, which stays z. The
     * camera's axes have y and z the other way round. */
    const float *b = result.poses->people[0].keypoints[1].world,
                *c = result.poses->people[0].keypoints[2].world;
    static const double expected_b[3] = {10, -21, -30}, expected_c[3] = {10, -21, -31};
    for (int i = 0; i < 3; i++) {
        assert_near((double)b[i], expected_b[i], 1e-5);
        assert_near((double)c[i], expected_c[i], 1e-5);
    }
    stance_posefile_close(&file);
}

static void rows_are_sorted(void **state)
{
    typedef struct row {
        int64_t frame;
        int number;
    } row;
    (void)state;
    static const size_t limits[] = {1, 3, 100, 100000};
    for (size_t l = 0; l < COUNT(limits); l++) {
        enum { N = 2000 };
        st_row_sorter *sorter = st_row_sorter_new(sizeof(row));
        assert_non_null(sorter);
        st_row_sorter_limit(sorter, limits[l]);
        unsigned seed = 3;
        for (int i = 0; i < N; i++) {
            seed = seed * 1664525U + 1013904223U;
            row r = {(seed >> 16) % 50, i};
            assert_int_equal(st_row_sorter_add(sorter, &r, NULL), 0);
        }
        row last = {-1, -1}, r;
        int n = 0;
        for (; st_row_sorter_next(sorter, &r, NULL) == 0; n++) {
            assert_true(r.frame > last.frame ||
                        (r.frame == last.frame && r.number > last.number));
            last = r;
        }
        assert_int_equal(n, N);
        st_row_sorter_free(&sorter);
    }
}

static void own_layouts(void **state)
{
    static const char *const names[] = {"left_paw", "right_paw", "tail", "nose"};
    static const char *const twice[] = {"a", "b", "a"};
    st_skeleton_own own = {0};
    const stance_skeleton *s;
    (void)state;
    assert_int_equal(st_skeleton_make(&own, "dog", names, 4, &s), 0);
    assert_string_equal(s->name, "dog");
    assert_int_equal(s->mirror[0], 1);
    assert_int_equal(s->mirror[1], 0);
    assert_int_equal(s->mirror[2], 2);
    assert_near((double)s->sigmas[3], 0.026, 1e-6); /* a nose is a nose */
    assert_int_equal(st_skeleton_make(&own, "x", twice, 3, &s), STANCE_EINVAL);
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    assert_int_equal(st_skeleton_make(&own, "x", coco->names, 17, &s), 0);
    assert_ptr_equal(s, coco);
    st_skeleton_own_clear(&own);
}

/* Each allocation fails in turn: an error, and nothing is lost. */
static void without_memory(void **state)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"m.json", HEAD ",\"frames\":[" FRAME PERSON POINTS "]}]}]}"},
        {"m.csv", "frame_index,keypoint,x,y\n0,a,1,2\n0,b,1,2\n"},
        {"w.csv", "frame_index,nose_x,nose_y\n0,1,2\n"},
        {"m.txt", "9,1,2,3,4,5\n2,1,2,3,4,5\n"},
        {"m.trc",
         "PathFileType\t4\nDataRate\tUnits\n30\tm\nFrame#\tTime\ta\nX1\n1\t0\t1\t2"
         "\t3\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (long n = 1;; n++) {
            stance_error err = {0};
            int64_t frames, people;
            st_memory_fail_at(n);
            int rc =
                read_text(rows[i].name, rows[i].text, NULL, 0, &err, &frames, &people);
            st_memory_fail_at(0);
            if (rc == STANCE_END)
                break;
            if (rc != STANCE_ENOMEM)
                fail_msg("%s, allocation %ld: found %d (%s)", rows[i].name, n, rc,
                         err.message);
            kit_expect_part(rows[i].name, err.message, "memory");
        }
}

/* How often a reader may still ask whether to stop. */
static bool stop_at(void *user)
{
    return --*(int *)user < 0;
}

/* Also a file is not read to its end where that is long, and the error says why. */
static void stopped(void **state)
{
    enum { LINES = 90000 }; /* more than is read at a time */
    static const struct {
        const char *name, *head, *row;
    } rows[] = {
        {"s.ndjson", HEAD "}\n", FRAME "]}\n"},
        {"s.json", HEAD ",\"frames\":[" FRAME "]}", "," FRAME "]}"},
        {"s.csv", "frame_index,timestamp_ms,nose_x,nose_y\n", "0,0,,\n"},
        {"long.csv", "frame_index,timestamp_ms,keypoint,x,y\n", "0,0,a,1,2\n"},
        {"quote.csv", "frame_index,timestamp_ms,keypoint,x,y\n0,0,\"a", "0,0,a,1,2\n"},
        {"s.txt", "9,1,2,3,4,5\n", "2,1,2,3,4,5\n"},
        {"s.trc", "PathFileType\t4\nDataRate\tUnits\n30\tm\nFrame#\tTime\ta\nX1\n",
         "1\t0\t1\t2\t3\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int most = 0; most < 2; most++) {
            int left = most;
            stance_posefile_settings settings = {.stop = stop_at, .user = &left};
            stance_posefile *file = NULL;
            stance_result result;
            stance_error err = {0};
            FILE *out = fopen(in_dir(rows[i].name), "w");
            assert_non_null(out);
            fputs(rows[i].head, out);
            for (int n = 0; n < LINES; n++)
                fputs(rows[i].row, out);
            fclose(out);
            int rc = stance_posefile_open(&file, in_dir(rows[i].name), &settings, &err);
            while (rc == 0)
                rc = stance_posefile_next(file, &result, &err);
            stance_posefile_close(&file);
            if (rc != STANCE_EINTERRUPTED)
                fail_msg("%s: found %d (%s)", rows[i].name, rc, err.message);
            kit_expect_part(rows[i].name, err.message, "interrupted");
        }
}

static void wrong_settings(void **state)
{
    static const struct {
        stance_posefile_settings settings;
        const char *part;
    } rows[] = {
        {{.format = "excel"}, "expected one of stance, ndjson"},
        {{.skeleton = "octopus"}, "octopus"},
        {{.width = 10}, "10x0"},
        {{.fps = -1}, "fps"},
    };
    (void)state;
    kit_write(in_dir("good.ndjson"), head, strlen(head));
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_posefile *file;
        stance_error err = {0};
        int rc =
            stance_posefile_open(&file, in_dir("good.ndjson"), &rows[i].settings, &err);
        assert_int_equal(rc, STANCE_EINVAL);
        assert_null(file);
        kit_expect_part("settings", err.message, rows[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files),     cmocka_unit_test(right_files),
        cmocka_unit_test(joints_turn),     cmocka_unit_test(folders),
        cmocka_unit_test(rows_are_sorted), cmocka_unit_test(own_layouts),
        cmocka_unit_test(without_memory),  cmocka_unit_test(wrong_settings),
        cmocka_unit_test(stopped),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
