/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures of `stance eval pose`: a line each for people, or one JSON document.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd_eval_pose.h"

static const char *plural(size_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void add_ignored(text *t, bool *any, size_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    text_addf(t, "%s%zu %s", *any ? ", " : "; not counted: ", n, plural(n, one, many));
    *any = true;
}

void eval_report_counts(text *t, const stance_eval_info *info)
{
    bool any = false;
    text_addf(t, "%zu %s, %zu %s, %zu %s found", info->n_images,
              plural(info->n_images, "picture", "pictures"), info->n_people,
              plural(info->n_people, "labelled person", "labelled people"), info->n_found,
              plural(info->n_found, "pose", "poses"));
    add_ignored(t, &any, info->n_images_left_out, "picture that --only leaves out",
                "pictures that --only leaves out");
    add_ignored(t, &any, info->n_crowds, "crowd", "crowds");
    add_ignored(t, &any, info->n_unlabelled, "person without labelled points",
                "people without labelled points");
    add_ignored(t, &any, info->n_found_beyond, "pose beyond 20 in a picture",
                "poses beyond 20 in a picture");
    add_ignored(t, &any, info->n_found_left_out, "pose in other pictures or categories",
                "poses in other pictures or categories");
}

/* ---- for people ---- */

static const char *size_words(int size)
{
    return size == STANCE_EVAL_BOX     ? "the larger side of the labelled box"
           : size == STANCE_EVAL_TORSO ? "left shoulder to right hip"
                                       : "the size of the head";
}

static void add_pck(text *t, const char *name, const stance_eval_pck *pck, int size,
                    const stance_skeleton *skeleton)
{
    size_t uncounted = 0, labelled = 0, right = 0;
    text_addf(t, "%s@%g of %s; %zu %s, %zu found", name, pck->threshold, size_words(size),
              pck->n_people, plural(pck->n_people, "person", "people"), pck->n_matched);
    if (pck->n_sizeless)
        text_addf(t, "; %zu of unknown size not counted", pck->n_sizeless);
    text_addf(t, "\n%-16s %8s %8s %7s\n", "joint", "labelled", "right", "share");
    for (size_t k = 0; k < pck->n_keypoints; k++) {
        if (pck->labelled[k] == 0)
            continue;
        text_addf(t, "%-16s %8zu %8zu %7.3f%s\n", skeleton->names[k], pck->labelled[k],
                  pck->right[k], (double)pck->right[k] / (double)pck->labelled[k],
                  pck->counted[k] ? "" : " *");
        uncounted += !pck->counted[k];
        labelled += pck->counted[k] ? pck->labelled[k] : 0;
        right += pck->counted[k] ? pck->right[k] : 0;
    }
    text_addf(t, "%-16s %8zu %8zu %7.3f\n", name, labelled, right, pck->share);
    text_addf(t, "%-34s %7.3f\n", "mean of the joints", pck->joint_mean);
    if (uncounted)
        text_addf(t, "* not in the last two lines: %s\n",
                  size == STANCE_EVAL_HEAD ? "no pose has it, or by MPII's custom"
                                           : "no pose has it");
}

void eval_report_text(text *t, const eval_report *report)
{
    const stance_skeleton *skeleton = report->info.skeleton;
    if (report->has_ap)
        for (size_t i = 0; i < STANCE_EVAL_AP_COUNT; i++)
            text_addf(t, "%-5s %.3f\n", stance_eval_ap_name(i), report->ap[i]);
    if (report->has_pck)
        add_pck(t, "PCK", &report->pck, report->settings->size, skeleton);
    if (report->has_pckh)
        add_pck(t, "PCKh", &report->pckh, STANCE_EVAL_HEAD, skeleton);
}

/* ---- for programs ---- */

static void add_pck_json(json_text *j, const char *key, const stance_eval_pck *pck,
                         int size, const stance_skeleton *skeleton)
{
    static const char *const sizes[] = {"box", "torso", "head"};
    json_open(j, key, '{');
    json_number(j, "threshold", pck->threshold, 9);
    json_string(j, "of", sizes[size]);
    json_number(j, "share", pck->share, 9);
    json_number(j, "joint_mean", pck->joint_mean, 9);
    json_int(j, "people", (int64_t)pck->n_people);
    json_int(j, "people_found", (int64_t)pck->n_matched);
    json_int(j, "people_of_unknown_size", (int64_t)pck->n_sizeless);
    json_open(j, "joints", '[');
    for (size_t k = 0; k < pck->n_keypoints; k++) {
        json_open(j, NULL, '{');
        json_string(j, "name", skeleton->names[k]);
        json_int(j, "labelled", (int64_t)pck->labelled[k]);
        json_int(j, "right", (int64_t)pck->right[k]);
        json_bool(j, "counted", pck->counted[k]);
        json_close(j, '{');
    }
    json_close(j, ']');
    json_close(j, '{');
}

void eval_report_json(text *t, const eval_report *report)
{
    const eval_settings *s = report->settings;
    const stance_eval_info *info = &report->info;
    json_text j = {.pretty = true};
    json_open(&j, NULL, '{');
    json_string(&j, "gt", s->labels);
    json_string(&j, "results", s->results);
    json_string(&j, "model", report->model);
    json_string(&j, "detector", report->detector);
    json_string(&j, "crops",
                !report->model             ? NULL
                : s->crops == CROPS_LABELS ? "gt"
                : report->detector         ? "detector"
                                           : NULL);
    json_string(&j, "form", info->form == STANCE_EVAL_COCO ? "coco" : "mpii");
    json_string(&j, "skeleton", info->skeleton->name);
    json_int(&j, "images", (int64_t)info->n_images);
    json_int(&j, "people", (int64_t)info->n_people);
    json_int(&j, "detections", (int64_t)info->n_found);
    json_open(&j, "ignored", '{');
    json_int(&j, "images", (int64_t)info->n_images_left_out);
    json_int(&j, "crowds", (int64_t)info->n_crowds);
    json_int(&j, "people_without_keypoints", (int64_t)info->n_unlabelled);
    json_int(&j, "detections_beyond_20", (int64_t)info->n_found_beyond);
    json_int(&j, "detections_elsewhere", (int64_t)info->n_found_left_out);
    json_close(&j, '{');
    if (report->has_ap) {
        json_open(&j, "ap", '{');
        for (size_t i = 0; i < STANCE_EVAL_AP_COUNT; i++)
            json_number(&j, stance_eval_ap_name(i), report->ap[i], 9);
        json_close(&j, '{');
    }
    if (report->has_pck)
        add_pck_json(&j, "pck", &report->pck, s->size, info->skeleton);
    if (report->has_pckh)
        add_pck_json(&j, "pckh", &report->pckh, STANCE_EVAL_HEAD, info->skeleton);
    json_close(&j, '{');
    text_addf(t, "%s\n", j.text.data);
    free(j.text.data);
}
