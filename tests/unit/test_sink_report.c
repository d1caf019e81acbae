/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report and the plot as a whole, of made-up measures: what is in them, what is not,
 * and that the same run gives the same bytes.
 */
#include "sink_kit.h"

#include <string.h>

static const char *const states[] = {"up", "down", NULL};
static const char *const activities[] = {"standing", "walking", "sitting", NULL};
static const stance_measure measures[] = {
    {.analysis = "angles", .name = "left_knee", .unit = "deg", .decimals = 1},
    {.analysis = "angles", .name = "right_knee", .unit = "deg", .decimals = 1},
    {.analysis = "angles", .name = "left_hip", .unit = "deg", .decimals = 1},
    {.analysis = "angles", .name = "right_hip", .unit = "deg", .decimals = 1},
    {.analysis = "angles", .name = "trunk", .unit = "deg", .decimals = 1},
    {.analysis = "angles", .name = "left_knee_speed", .unit = "deg/s"},
    {.analysis = "angles", .name = "right_knee_speed", .unit = "deg/s"},
    {.analysis = "reps", .name = "squat", .unit = ""},
    {.analysis = "reps", .name = "push-up", .unit = ""},
    {.analysis = "reps", .name = "state", .unit = "", .words = states},
    {.analysis = "activity", .name = "activity", .unit = "", .words = activities},
    {.analysis = "gait", .name = "cadence", .unit = "1/min", .decimals = 1},
};
enum { N = COUNT(measures), FRAMES = 240 };

static const stance_summary done = {.frames_in = 242,
                                    .frames_out = 240,
                                    .lost = 2,
                                    .duration_us = 9600000,
                                    .complete = true};

static void fill(float *v, int i, int person)
{
    double turn = i / 40.0 * 6.283 + person, deep = cos(turn);
    bool hidden = i > 150 && i < 170;
    v[0] = (float)(115 + 55 * deep);
    v[1] = hidden ? NAN : (float)(118 + 52 * cos(turn + 0.1));
    v[2] = (float)(130 + 40 * deep);
    v[3] = (float)(128 + 41 * deep);
    v[4] = (float)(10 - 8 * deep);
    v[5] = (float)(-345 * sin(turn));
    v[6] = hidden ? NAN : (float)(-330 * sin(turn));
    int squats = i / 40;
    v[7] = (float)squats;
    v[8] = 0;
    v[9] = deep < 0;
    v[10] = i < 100 ? 0 : i < 130 ? NAN : i < 200 ? 1 : 2;
    v[11] = NAN;
}

static stance_event rep(int64_t id, int n)
{
    stance_event e = stance_event_at(STANCE_EVENT_REP, id, n * 1600000);
    e.label = "<b>squat</b>";
    e.turn_us = e.start_us + 800000;
    e.end_us = e.start_us + 1600000;
    e.depth = 61.5f;
    return e;
}

/* @return its bytes; free() */
static char *make(const stance_sink_class *class, const char *path,
                  const char *const *options, const stance_summary *end, bool single)
{
    kit_sink s;
    stance_stream stream = kit_stream(320, 240, STANCE_PIX_YUV420P);
    stance_poses poses;
    float values[2 * N];
    stream.source = "<script>alert('x')</script>&\xff.mp4";
    stream.measures = measures;
    stream.n_measures = N;
    stream.single = single;
    stream.followed = !single;
    stance_poses_init(&poses);
    kit_expect(&s, kit_open(&s, class, path, options), 0);
    kit_expect(&s, kit_begin(&s, &stream), 0);
    for (int i = 0; i < FRAMES; i++) {
        size_t n = single || i < 60 ? 1 : 2;
        assert_int_equal(stance_poses_reset(&poses, stream.skeleton, n), 0);
        for (size_t p = 0; p < n; p++) {
            poses.people[p].id = single ? 0 : (int64_t)p + 1;
            poses.people[p].score = 0.9f;
            for (size_t k = 0; k < 17; k++)
                poses.people[p].keypoints[k] = (stance_keypoint){
                    .x = 40.f + 150.f * (float)p + 10.f * (float)(k % 4),
                    .y = 30.f + 10.f * (float)k,
                    .score = 0.9f};
            fill(values + p * N, i, (int)p);
        }
        stance_frame *frame = kit_frame(&stream, i, i * 40000, 40000);
        stance_result result = {.frame = frame, .poses = &poses, .analysis = values};
        for (int e = 0; class->event && i % 40 == 39 && e < 1; e++) {
            stance_event event = rep(single ? 0 : 1, i / 40);
            kit_expect(&s, class->event(s.self, &event, &s.err), 0);
        }
        kit_expect(&s, class->frame(s.self, &result, &s.err), 0);
        stance_frame_unref(&frame);
    }
    if (class->event && end) {
        stance_event event = stance_event_at(STANCE_EVENT_FALL, single ? 0 : 2, 5000000);
        event.label = "suspected";
        event.end_us = 7000000;
        kit_expect(&s, class->event(s.self, &event, &s.err), 0);
    }
    if (end)
        kit_expect(&s, kit_end(&s, end), 0);
    kit_close(&s);
    stance_poses_clear(&poses);
    size_t size;
    return end ? kit_read(path, &size) : NULL;
}

static const char *const with_angles[] = {"analyse", "angles,reps", NULL};
static const char *const black[] = {"analyse", "angles", "background", "black", NULL};

#define HAS(text, part)                                \
    do {                                               \
        if (!strstr(text, part))                       \
            fail_msg("expected %s, found none", part); \
    } while (0)

static void report(void **state)
{
    (void)state;
    const char *path = in_dir("r.html");
    assert_null(make(&st_sink_report, path, with_angles, NULL, false));
    assert_int_equal(st_file_kind_of(path), ST_FILE_ABSENT);
    char *a = make(&st_sink_report, path, with_angles, &done, false);
    char *b = make(&st_sink_report, path, with_angles, &done, false);
    assert_string_equal(a, b);
    free(b);
    HAS(a, "<h2>Person 1</h2>");
    HAS(a, "<h2>Person 2</h2>");
    HAS(a, "There from 0:02.4 to 0:09.5, in 180 frames");
    HAS(a, "src=\"data:image/jpeg;base64,/9j/");
    HAS(a, "<strong>6 \xc3\x97 &lt;b&gt;squat&lt;/b&gt;</strong>: 1.6 s each");
    HAS(a, "<td class=\"n\">61.5</td>");
    HAS(a, "<tr class=\"fall\"><th scope=\"row\">suspected</th>");
    HAS(a, "<dt>Lost (damaged)</dt><dd>2</dd>");
    HAS(a, "<dt>Analyses</dt><dd>angles, reps, activity, gait</dd>");
    HAS(a, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\xef\xbf\xbd.mp4</h1>");
    assert_null(strstr(a, "<script"));
    assert_null(strstr(a, "<b>"));
    assert_null(strstr(a, "http"));
    assert_null(strstr(a, "Not all of it"));
    free(a);
    stance_summary broken = done;
    broken.complete = false;
    a = make(&st_sink_report, path, black, &broken, true);
    assert_null(strstr(a, "image/jpeg"));
    HAS(a, "<h2>Person</h2>");
    HAS(a, "This is not all of it");
    free(a);
}

static void plot(void **state)
{
    (void)state;
    const char *path = in_dir("p.svg");
    char *a = make(&st_sink_plot, path, with_angles, &done, false);
    char *b = make(&st_sink_plot, path, with_angles, &done, false);
    assert_string_equal(a, b);
    free(b);
    assert_memory_equal(a, "<svg xmlns=", 11);
    HAS(a, "Person 1");
    HAS(a, ">Knee</text>");
    HAS(a, ">Trunk</text>");
    HAS(a, ">Squat</text>");
    HAS(a, ">Knee speed<tspan");
    assert_null(strstr(a, "Push-up")); /* none */
    assert_null(strstr(a, "Cadence")); /* never known */
    assert_null(strstr(a, "<script"));
    free(a);
}

static void refused(void **state)
{
    (void)state;
    static const stance_sink_class *const sinks[] = {&st_sink_report, &st_sink_plot};
    static const char *const options[] = {"--report", "--plot"};
    for (int i = 0; i < 2; i++) {
        kit_sink s;
        kit_expect(&s, kit_open(&s, sinks[i], in_dir("x"), NULL), STANCE_EINVAL);
        HAS(s.err.message, options[i]);
        HAS(s.err.message, "--analyse");
        kit_close(&s);
        stance_stream stream = kit_stream(32, 24, STANCE_PIX_GRAY8);
        stream.stills = true;
        kit_expect(&s, kit_open(&s, sinks[i], in_dir("x"), with_angles), 0);
        kit_expect(&s, kit_begin(&s, &stream), STANCE_EINVAL);
        HAS(s.err.message, "moving pictures");
        kit_close(&s);
        assert_int_equal(st_file_kind_of(in_dir("x")), ST_FILE_ABSENT);
        assert_ptr_equal(stance_sink_find(options[i] + 2), sinks[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report),
        cmocka_unit_test(plot),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
