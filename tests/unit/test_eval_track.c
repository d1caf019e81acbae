/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracks beside labels: figures that can be worked out by hand, where the two rules of
 * counting differ, folders, and memory that runs out. What TrackEval and motmetrics say
 * of random sequences is compared in tests/e2e/eval_track.py.
 */
#include "dir_kit.h"

#include <math.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "stance/eval_track.h"

/* Rows "frame,id,x,..." of somebody who stands still. */
static void add_rows(char *text, int id, int from, int to, int x, const char *rest)
{
    for (int frame = from; frame <= to; frame++)
        sprintf(text + strlen(text), "%d,%d,%d,0,40,100%s\n", frame, id, x, rest);
}

static void write_text(const char *name, const char *text)
{
    kit_write(in_dir(name), text, strlen(text));
}

static stance_eval_track *measure(const char *gt, const char *found, int benchmark)
{
    stance_eval_track *eval = NULL;
    stance_error err = {0};
    write_text("gt.txt", gt);
    write_text("found.txt", found);
    if (stance_eval_track_open(&eval, in_dir("gt.txt"), in_dir("found.txt"),
                               &(stance_eval_track_settings){.benchmark = benchmark},
                               &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(stance_eval_track_count(eval), 1);
    assert_null(stance_eval_track_at(eval, 2));
    return eval;
}

static void everything_right(void **state)
{
    (void)state;
    char gt[4000] = "", found[4000] = "";
    add_rows(gt, 1, 1, 10, 0, "");
    add_rows(gt, 2, 4, 9, 500, "");
    add_rows(found, 70, 1, 10, 0, "");
    add_rows(found, 30, 4, 9, 500, "");
    stance_eval_track *eval = measure(gt, found, STANCE_TRACK_AUTO);
    for (size_t i = 0; i < 2; i++) { /* the sequence, and all together */
        const stance_track_figures *f = stance_eval_track_at(eval, i);
        assert_int_equal(f->benchmark, STANCE_TRACK_PLAIN);
        assert_int_equal(f->n_frames, 10);
        assert_int_equal(f->n_gt_boxes, 16);
        for (size_t a = 0; a < STANCE_TRACK_ALPHAS; a++) {
            assert_near(f->hota.hota[a], 1, 1e-12);
            assert_int_equal(f->hota.tp[a], 16);
        }
        assert_near(f->clear.mota, 1, 1e-12);
        assert_near(f->clear.motp, 1, 1e-12);
        assert_near(f->identity.idf1, 1, 1e-12);
        assert_near(f->motmetrics.mota, 1, 1e-12);
        assert_near(f->motmetrics.motp, 0, 1e-12);
        assert_int_equal(f->clear.mt, 2);
    }
    assert_string_equal(stance_eval_track_at(eval, 0)->name, "gt");
    assert_null(stance_eval_track_at(eval, 1)->name);
    stance_eval_track_close(&eval);
    assert_null(eval);
    stance_eval_track_close(&eval);
}

/* Ten frames; half of them one identity, then another. */
static void a_switch_in_the_middle(void **state)
{
    (void)state;
    char gt[4000] = "", found[4000] = "";
    add_rows(gt, 1, 1, 10, 0, "");
    add_rows(found, 1, 1, 5, 0, "");
    add_rows(found, 2, 6, 10, 0, "");
    stance_eval_track *eval = measure(gt, found, STANCE_TRACK_PLAIN);
    const stance_track_figures *f = stance_eval_track_at(eval, 0);
    assert_int_equal(f->clear.switches, 1);
    assert_int_equal(f->motmetrics.switches, 1);
    assert_int_equal(f->motmetrics.ascends, 1);
    assert_int_equal(f->clear.fragments, 0);
    assert_near(f->clear.mota, 0.9, 1e-12);
    assert_near(f->clear.motal, 1, 1e-12); /* the logarithm of one switch is 0 */
    assert_int_equal(f->identity.idtp, 5);
    assert_near(f->identity.idf1, 0.5, 1e-12);
    assert_near(stance_track_mean(f->hota.det_a), 1, 1e-12);
    assert_near(stance_track_mean(f->hota.ass_a), 0.5, 1e-12); /* 5 of 10 + 5 - 5 */
    assert_near(stance_track_mean(f->hota.ass_pr), 1, 1e-12);
    assert_near(stance_track_mean(f->hota.hota), sqrt(0.5), 1e-12);
    stance_eval_track_close(&eval);
}

/* A box half as wide overlaps by a half: right up to that threshold. */
static void overlap_and_thresholds(void **state)
{
    (void)state;
    stance_eval_track *eval = measure("1,1,0,0,40,100\n", "1,1,0,0,20,100\n", 0);
    const stance_track_figures *f = stance_eval_track_at(eval, 0);
    for (size_t a = 0; a < STANCE_TRACK_ALPHAS; a++)
        assert_int_equal(f->hota.tp[a], a < 10);
    assert_near(stance_track_mean(f->hota.hota), 10.0 / 19, 1e-12);
    assert_int_equal(f->clear.tp, 1);
    assert_near(f->clear.motp, 0.5, 1e-12);
    assert_near(f->motmetrics.motp, 0.5, 1e-12);
    assert_near(f->identity.idf1, 1, 1e-12);
    stance_eval_track_close(&eval);
    eval = measure("1,1,0,0,40,100\n", "1,1,0,0,19.9,100\n", 0);
    f = stance_eval_track_at(eval, 0);
    assert_int_equal(f->clear.tp, 0);
    assert_near(f->clear.mota, -1, 1e-12);
    assert_near(f->identity.idf1, 0, 1e-12);
    stance_eval_track_close(&eval);
}

/* Where TrackEval and motmetrics count differently. */
static void two_ways_of_counting(void **state)
{
    (void)state;
    char gt[4000] = "", found[4000] = "";
    add_rows(gt, 1, 1, 10, 0, "");
    add_rows(found, 1, 1, 4, 0, ""); /* frame 5 is empty, and so is 10 */
    add_rows(found, 1, 6, 9, 0, "");
    stance_eval_track *eval = measure(gt, found, STANCE_TRACK_PLAIN);
    const stance_track_figures *f = stance_eval_track_at(eval, 0);
    assert_int_equal(f->clear.fragments, 0);
    assert_int_equal(f->motmetrics.fragments, 1);
    assert_int_equal(f->clear.mt, 0); /* 0.8 is not above 0.8 */
    assert_int_equal(f->clear.pt, 1);
    assert_int_equal(f->motmetrics.mt, 1);
    stance_eval_track_close(&eval);
    add_rows(found, 9, 1, 10, 900, ""); /* now no frame is empty */
    eval = measure(gt, found, STANCE_TRACK_PLAIN);
    f = stance_eval_track_at(eval, 0);
    assert_int_equal(f->clear.fragments, 1);
    assert_int_equal(f->motmetrics.fragments, 1);
    assert_int_equal(f->clear.fp, 10);
    stance_eval_track_close(&eval);
}

static void nobody(void **state)
{
    (void)state;
    stance_eval_track *eval = measure("", "1,1,0,0,40,100\n", 0);
    const stance_track_figures *f = stance_eval_track_at(eval, 0);
    assert_near(f->clear.mota, 0, 0); /* as TrackEval has it */
    assert_true(isnan(f->motmetrics.mota));
    assert_int_equal(f->clear.fp, 1);
    assert_int_equal(f->identity.idfp, 1);
    assert_near(f->hota.loc_a[0], 1, 0);
    stance_eval_track_close(&eval);
    eval = measure("1,1,0,0,40,100\n", "", 0);
    f = stance_eval_track_at(eval, 0);
    assert_int_equal(f->clear.fn, 1);
    assert_int_equal(f->clear.ml, 1);
    assert_near(f->motmetrics.mota, 0, 0);
    stance_eval_track_close(&eval);
    eval = measure("", "", 0);
    assert_int_equal(stance_eval_track_at(eval, 0)->n_frames, 0);
    stance_eval_track_close(&eval);
}

/* A reflection at 500, and a car at 900, each with a result on it. */
static void rules_of_the_benchmarks(void **state)
{
    (void)state;
    static const struct {
        int benchmark;
        int gt_left_out, left_out, tp, fp;
    } cases[] = {
        {STANCE_TRACK_PLAIN, 1, 0, 15, 0},  {STANCE_TRACK_MOT15, 1, 0, 15, 0},
        {STANCE_TRACK_MOT16, 11, 5, 5, 5},  {STANCE_TRACK_AUTO, 11, 5, 5, 5},
        {STANCE_TRACK_MOT20, 11, 10, 5, 0},
    };
    char gt[4000] = "", found[4000] = "";
    add_rows(gt, 1, 1, 5, 0, ",1,1,1");
    add_rows(gt, 2, 1, 5, 500, ",1,12,1");
    add_rows(gt, 3, 1, 5, 900, ",1,6,1");
    add_rows(gt, 4, 1, 1, 1500, ",0,1,1");
    add_rows(found, 1, 1, 5, 0, "");
    add_rows(found, 2, 1, 5, 505, "");
    add_rows(found, 3, 1, 5, 900, "");
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_eval_track *eval = measure(gt, found, cases[i].benchmark);
        const stance_track_figures *f = stance_eval_track_at(eval, 0);
        if (f->n_gt_left_out != cases[i].gt_left_out ||
            f->n_left_out != cases[i].left_out || f->clear.tp != cases[i].tp ||
            f->clear.fp != cases[i].fp)
            fail_msg("case %zu: left out %d labelled, %d found; %d right, %d wrong", i,
                     (int)f->n_gt_left_out, (int)f->n_left_out, (int)f->clear.tp,
                     (int)f->clear.fp);
        stance_eval_track_close(&eval);
    }
}

static void folders(void **state)
{
    (void)state;
    static const char *const made[] = {"GT",      "GT/b",     "GT/b/gt", "GT/a",
                                       "GT/a/gt", "GT/other", "R"};
    for (size_t i = 0; i < COUNT(made); i++)
        assert_int_equal(mkdir(in_dir(made[i]), 0700), 0);
    write_text("GT/b/gt/gt.txt", "1,1,0,0,40,100\n2,1,0,0,40,100\n");
    write_text("GT/a/gt/gt.txt", "1,1,0,0,40,100\n");
    write_text("GT/a/seqinfo.ini", "[Sequence]\nname = a\nseqLength = 30\n");
    write_text("R/a.txt", "1,1,0,0,40,100\n");
    write_text("R/c.txt", "nobody asks for it\n");
    stance_eval_track *eval = NULL;
    stance_error err = {0};
    assert_int_equal(stance_eval_track_open(&eval, in_dir("GT"), in_dir("R"), NULL, &err),
                     STANCE_EINPUT);
    assert_non_null(strstr(err.message, "no b.txt and no b.json"));
    assert_null(eval);
    write_text("R/b.txt", "");
    assert_int_equal(stance_eval_track_open(&eval, in_dir("GT"), in_dir("R"), NULL, &err),
                     0);
    assert_int_equal(stance_eval_track_count(eval), 2);
    assert_string_equal(stance_eval_track_at(eval, 0)->name, "a");
    assert_int_equal(stance_eval_track_at(eval, 0)->n_frames, 30);
    assert_int_equal(stance_eval_track_at(eval, 1)->n_frames, 2);
    const stance_track_figures *all = stance_eval_track_at(eval, 2);
    assert_int_equal(all->clear.tp, 1);
    assert_int_equal(all->clear.fn, 2);
    assert_near(all->clear.mota, 1.0 / 3, 1e-12);
    assert_near(all->identity.idf1, 0.5, 1e-12);
    assert_near(all->hota.hota[0], sqrt(1.0 / 3), 1e-12);
    stance_eval_track_close(&eval);
}

static void wrong_settings(void **state)
{
    (void)state;
    static const stance_eval_track_settings cases[] = {
        {.benchmark = 99}, {.benchmark = -1}, {.iou = -0.5}, {.iou = 1.5}, {.iou = NAN}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_eval_track *eval = NULL;
        stance_error err = {0};
        assert_int_equal(
            stance_eval_track_open(&eval, "gt.txt", "found.txt", &cases[i], &err),
            STANCE_EINVAL);
        assert_null(eval);
        assert_true(err.message[0]);
    }
    assert_null(stance_track_benchmark_name(6));
    assert_string_equal(stance_track_benchmark_name(STANCE_TRACK_MOT20), "mot20");
}

static void memory_runs_out(void **state)
{
    (void)state;
    char gt[4000] = "", found[4000] = "";
    add_rows(gt, 1, 1, 3, 0, ",1,1,1");
    add_rows(gt, 2, 1, 3, 20, ",1,8,1");
    add_rows(gt, 3, 2, 3, 30, ",1,1,1");
    add_rows(found, 1, 1, 3, 0, "");
    add_rows(found, 2, 1, 3, 10, "");
    add_rows(found, 3, 1, 3, 30, "");
    stance_eval_track *eval = measure(gt, found, STANCE_TRACK_AUTO);
    stance_eval_track_close(&eval);
    int rc = STANCE_ENOMEM;
    long at = 0;
    while (rc == STANCE_ENOMEM) {
        stance_error err = {0};
        st_memory_fail_at(++at);
        rc = stance_eval_track_open(&eval, in_dir("gt.txt"), in_dir("found.txt"), NULL,
                                    &err);
        st_memory_fail_at(0);
        assert_true(rc == 0 || (rc == STANCE_ENOMEM && !eval && err.message[0]));
    }
    assert_int_equal(rc, 0);
    assert_true(at > 20);
    stance_eval_track_close(&eval);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_right),
        cmocka_unit_test(a_switch_in_the_middle),
        cmocka_unit_test(overlap_and_thresholds),
        cmocka_unit_test(two_ways_of_counting),
        cmocka_unit_test(nobody),
        cmocka_unit_test(rules_of_the_benchmarks),
        cmocka_unit_test(folders),
        cmocka_unit_test(wrong_settings),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
