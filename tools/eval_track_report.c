/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures of `stance eval track`: a line for each sequence, or one JSON document.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd_eval_track.h"

enum { DECIMALS = 9, LEAST_NAME = 8 };

static const char *name_of(const stance_track_figures *f)
{
    return f->name ? f->name : "COMBINED";
}

void eval_track_counts(text *t, const stance_track_figures *f)
{
    text_addf(t,
              "%lld frame%s, %lld labelled box%s of %lld, %lld found box%s of %lld; "
              "rules: %s",
              (long long)f->n_frames, f->n_frames == 1 ? "" : "s",
              (long long)f->n_gt_boxes, f->n_gt_boxes == 1 ? "" : "es",
              (long long)f->n_gt_ids, (long long)f->n_boxes, f->n_boxes == 1 ? "" : "es",
              (long long)f->n_ids, stance_track_benchmark_name(f->benchmark));
    if (f->n_gt_left_out || f->n_left_out)
        text_addf(t, "; not counted: %lld labelled, %lld found",
                  (long long)f->n_gt_left_out, (long long)f->n_left_out);
}

/* ---- for people ---- */

static void add_share(text *t, double share)
{
    text_addf(t, " %6.3f", share);
}

static void add_count(text *t, int width, int64_t count)
{
    text_addf(t, " %*lld", width, (long long)count);
}

static void add_row(text *t, int name_width, const stance_track_figures *f)
{
    text_addf(t, "%-*s", name_width, name_of(f));
    add_share(t, stance_track_mean(f->hota.hota));
    add_share(t, stance_track_mean(f->hota.det_a));
    add_share(t, stance_track_mean(f->hota.ass_a));
    add_share(t, stance_track_mean(f->hota.loc_a));
    add_share(t, f->clear.mota);
    add_share(t, f->clear.motp);
    add_share(t, f->identity.idf1);
    add_share(t, f->identity.idp);
    add_share(t, f->identity.idr);
    add_count(t, 5, f->clear.switches);
    add_count(t, 5, f->clear.fragments);
    add_count(t, 6, f->clear.fp);
    add_count(t, 6, f->clear.fn);
    add_count(t, 4, f->clear.mt);
    add_count(t, 4, f->clear.pt);
    add_count(t, 4, f->clear.ml);
    add_count(t, 6, f->n_gt_ids);
    add_count(t, 5, f->n_ids);
    text_add(t, "\n");
}

void eval_track_text(text *t, const stance_eval_track *eval)
{
    size_t n = stance_eval_track_count(eval), width = LEAST_NAME;
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(name_of(stance_eval_track_at(eval, i)));
        width = length > width ? length : width;
    }
    text_addf(t,
              "%-*s %6s %6s %6s %6s %6s %6s %6s %6s %6s %5s %5s %6s %6s %4s %4s %4s %6s "
              "%5s\n",
              (int)width, "", "HOTA", "DetA", "AssA", "LocA", "MOTA", "MOTP", "IDF1",
              "IDP", "IDR", "IDSW", "Frag", "FP", "FN", "MT", "PT", "ML", "GT ids",
              "ids");
    for (size_t i = 0; i < n + (n > 1); i++)
        add_row(t, (int)width, stance_eval_track_at(eval, i));
}

/* ---- for programs ---- */

static void add_mean(json_text *j, const char *key, const double *row)
{
    json_number(j, key, stance_track_mean(row), DECIMALS);
}

static void add_shares(json_text *j, const char *key, const double *row)
{
    json_open(j, key, '[');
    for (size_t a = 0; a < STANCE_TRACK_ALPHAS; a++)
        json_number(j, NULL, row[a], DECIMALS);
    json_close(j, '[');
}

static void add_counts(json_text *j, const char *key, const int64_t *row)
{
    json_open(j, key, '[');
    for (size_t a = 0; a < STANCE_TRACK_ALPHAS; a++)
        json_int(j, NULL, row[a]);
    json_close(j, '[');
}

static void add_hota(json_text *j, const stance_track_hota *h)
{
    const struct {
        const char *name;
        const double *row;
    } rows[] = {{"HOTA", h->hota},    {"DetA", h->det_a},   {"AssA", h->ass_a},
                {"DetRe", h->det_re}, {"DetPr", h->det_pr}, {"AssRe", h->ass_re},
                {"AssPr", h->ass_pr}, {"LocA", h->loc_a},   {"OWTA", h->owta}};
    enum { N = sizeof(rows) / sizeof(rows[0]) };
    json_open(j, "hota", '{');
    for (size_t i = 0; i < N; i++)
        add_mean(j, rows[i].name, rows[i].row);
    json_open(j, "at", '{');
    json_open(j, "alpha", '[');
    for (int a = 1; a <= STANCE_TRACK_ALPHAS; a++)
        json_number(j, NULL, 0.05 * a, 2);
    json_close(j, '[');
    for (size_t i = 0; i < N; i++)
        add_shares(j, rows[i].name, rows[i].row);
    add_counts(j, "TP", h->tp);
    add_counts(j, "FN", h->fn);
    add_counts(j, "FP", h->fp);
    json_close(j, '{');
    json_close(j, '{');
}

static void add_clear(json_text *j, const stance_track_clear *c)
{
    json_open(j, "clear", '{');
    json_number(j, "MOTA", c->mota, DECIMALS);
    json_number(j, "MOTP", c->motp, DECIMALS);
    json_number(j, "MODA", c->moda, DECIMALS);
    json_number(j, "sMOTA", c->smota, DECIMALS);
    json_number(j, "MOTAL", c->motal, DECIMALS);
    json_number(j, "recall", c->recall, DECIMALS);
    json_number(j, "precision", c->precision, DECIMALS);
    json_number(j, "F1", c->f1, DECIMALS);
    json_number(j, "FP_per_frame", c->fp_per_frame, DECIMALS);
    json_int(j, "TP", c->tp);
    json_int(j, "FN", c->fn);
    json_int(j, "FP", c->fp);
    json_int(j, "IDSW", c->switches);
    json_int(j, "Frag", c->fragments);
    json_int(j, "MT", c->mt);
    json_int(j, "PT", c->pt);
    json_int(j, "ML", c->ml);
    json_close(j, '{');
}

static void add_identity(json_text *j, const stance_track_identity *id)
{
    json_open(j, "identity", '{');
    json_number(j, "IDF1", id->idf1, DECIMALS);
    json_number(j, "IDP", id->idp, DECIMALS);
    json_number(j, "IDR", id->idr, DECIMALS);
    json_int(j, "IDTP", id->idtp);
    json_int(j, "IDFP", id->idfp);
    json_int(j, "IDFN", id->idfn);
    json_close(j, '{');
}

/* By the names that motmetrics gives them. */
static void add_motmetrics(json_text *j, const stance_track_motmetrics *m)
{
    json_open(j, "motmetrics", '{');
    json_number(j, "mota", m->mota, DECIMALS);
    json_number(j, "motp", m->motp, DECIMALS);
    json_int(j, "num_matches", m->matches);
    json_int(j, "num_switches", m->switches);
    json_int(j, "num_misses", m->misses);
    json_int(j, "num_false_positives", m->fp);
    json_int(j, "num_fragmentations", m->fragments);
    json_int(j, "mostly_tracked", m->mt);
    json_int(j, "partially_tracked", m->pt);
    json_int(j, "mostly_lost", m->ml);
    json_int(j, "num_transfer", m->transfers);
    json_int(j, "num_ascend", m->ascends);
    json_int(j, "num_migrate", m->migrates);
    json_close(j, '{');
}

static void add_figures(json_text *j, const char *key, const stance_track_figures *f)
{
    json_open(j, key, '{');
    if (f->name)
        json_string(j, "name", f->name);
    json_string(j, "benchmark", stance_track_benchmark_name(f->benchmark));
    json_int(j, "frames", f->n_frames);
    json_int(j, "gt_ids", f->n_gt_ids);
    json_int(j, "gt_boxes", f->n_gt_boxes);
    json_int(j, "gt_boxes_left_out", f->n_gt_left_out);
    json_int(j, "ids", f->n_ids);
    json_int(j, "boxes", f->n_boxes);
    json_int(j, "boxes_left_out", f->n_left_out);
    add_hota(j, &f->hota);
    add_clear(j, &f->clear);
    add_identity(j, &f->identity);
    add_motmetrics(j, &f->motmetrics);
    json_close(j, '{');
}

void eval_track_json(text *t, const stance_eval_track *eval,
                     const eval_track_settings *settings)
{
    json_text j = {.pretty = true};
    size_t n = stance_eval_track_count(eval);
    json_open(&j, NULL, '{');
    json_string(&j, "gt", settings->labels);
    json_string(&j, "results", settings->results);
    json_number(&j, "iou", settings->library.iou, DECIMALS);
    json_open(&j, "sequences", '[');
    for (size_t i = 0; i < n; i++)
        add_figures(&j, NULL, stance_eval_track_at(eval, i));
    json_close(&j, '[');
    add_figures(&j, "combined", stance_eval_track_at(eval, n));
    json_close(&j, '{');
    text_addf(t, "%s\n", j.text.data);
    free(j.text.data);
}
