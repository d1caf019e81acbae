/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_EVAL_TRACK_H
#define STANCE_EVAL_TRACK_H

#include "stance/common.h"

/*
 * How well are people followed? Boxes with identities, beside those that people labelled.
 *
 * Both are files of MOTChallenge's text form, or stance's own JSON. What is in a file is
 * seen from its contents. The measures:
 *
 *   HOTA   higher order tracking accuracy, of detection (DetA), association (AssA) and
 *          places (LocA), over 19 thresholds
 *   CLEAR  MOTA, MOTP, switches, fragmentations, mostly tracked, ...
 *   IDF1   share of boxes whose identity is right
 *
 * Figures are those of the package TrackEval. The package motmetrics counts the CLEAR
 * measures by other rules: those figures are here too.
 *
 * Threads: an evaluation is used by one thread at a time.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stance_eval_track stance_eval_track;

/** Whose rules say what counts. */
typedef enum stance_track_benchmark {
    STANCE_TRACK_AUTO,  /**< mot17 where every labelled box has a class (and so 9 columns
                           or more), plain otherwise */
    STANCE_TRACK_PLAIN, /**< all labelled boxes count but those whose confidence is 0 */
    STANCE_TRACK_MOT15, /**< as plain; confidences are cut to whole numbers first */
    STANCE_TRACK_MOT16, /**< pedestrians count; results on people on vehicles, static
                           people, distractors and reflections are left out */
    STANCE_TRACK_MOT17, /**< as mot16 */
    STANCE_TRACK_MOT20, /**< as mot16, and results on vehicles without motor are left out
                           too */
} stance_track_benchmark;

typedef struct stance_eval_track_settings {
    int benchmark; /**< stance_track_benchmark */
    double iou;    /**< CLEAR, IDF1: boxes that overlap so much (intersection over union)
                      may be one person, from 0.01 to 1; 0: 0.5 */
    void *reserved[4];
} stance_eval_track_settings;

/** HOTA's thresholds: 0.05, 0.10, ... 0.95. */
#define STANCE_TRACK_ALPHAS 19

/** Each number at each threshold; the means over them are those that are usually given.
 */
typedef struct stance_track_hota {
    double hota[STANCE_TRACK_ALPHAS];
    double det_a[STANCE_TRACK_ALPHAS];  /**< detection accuracy */
    double ass_a[STANCE_TRACK_ALPHAS];  /**< association accuracy */
    double det_re[STANCE_TRACK_ALPHAS]; /**< recall and precision of both */
    double det_pr[STANCE_TRACK_ALPHAS];
    double ass_re[STANCE_TRACK_ALPHAS];
    double ass_pr[STANCE_TRACK_ALPHAS];
    double loc_a[STANCE_TRACK_ALPHAS]; /**< mean overlap of matched boxes */
    double owta[STANCE_TRACK_ALPHAS];  /**< HOTA with recall in place of accuracy */
    int64_t tp[STANCE_TRACK_ALPHAS], fn[STANCE_TRACK_ALPHAS], fp[STANCE_TRACK_ALPHAS];
} stance_track_hota;

typedef struct stance_track_clear {
    double mota, motp, moda, smota, motal;
    double recall, precision, f1;
    double fp_per_frame;
    double overlap_sum; /**< of matched boxes: what MOTP is the mean of */
    int64_t tp, fn, fp; /**< boxes */
    int64_t switches;   /**< IDSW */
    int64_t fragments;  /**< Frag: times that somebody was lost and found again */
    int64_t mt, pt, ml; /**< mostly (over 0.8), partly, mostly not (below 0.2) tracked */
    int64_t n_timed;    /**< frames that fp_per_frame counts */
} stance_track_clear;

typedef struct stance_track_identity {
    double idf1, idp, idr;
    int64_t idtp, idfp, idfn; /**< boxes */
} stance_track_identity;

/** The CLEAR measures by motmetrics' rules, see stance_eval_track_open(). */
typedef struct stance_track_motmetrics {
    double mota, motp;   /**< motp: mean distance, 1 - overlap; NAN where nothing is
                            matched, and mota where nobody is labelled */
    double distance_sum; /**< what motp is the mean of */
    int64_t matches, switches, misses, fp, fragments;
    int64_t mt, pt, ml; /**< mt: 0.8 or more */
    int64_t transfers, ascends, migrates;
} stance_track_motmetrics;

/** Figures of one sequence, or of all together. All shares are from 0 to 1. */
typedef struct stance_track_figures {
    const char *name;   /**< of the sequence; NULL: all together; lives until close */
    int benchmark;      /**< stance_track_benchmark that was used; AUTO: of all together,
                         where the sequences do not have the same */
    int64_t n_frames;   /**< as seqinfo.ini says, or up to the last box */
    int64_t n_gt_ids;   /**< labelled people that count */
    int64_t n_gt_boxes; /**< their boxes */
    int64_t n_gt_left_out;
    int64_t n_ids; /**< identities found, without boxes that are left out */
    int64_t n_boxes;
    int64_t n_left_out; /**< boxes found on what is no pedestrian */
    stance_track_hota hota;
    stance_track_clear clear;
    stance_track_identity identity;
    stance_track_motmetrics motmetrics;
} stance_track_figures;

/**
 * Compare boxes that were followed with labelled ones.
 *
 * @param eval     returned, stance_eval_track_close()
 * @param gt       labels: a file, a folder of a sequence (gt/gt.txt), or a folder of such
 *                 folders SEQ/gt/gt.txt, or one of files SEQ.txt or SEQ.json
 * @param results  a file; with several sequences a folder of SEQ.txt or SEQ.json, one for
 *                 each sequence of the labels
 * @param settings borrowed; NULL: the usual
 * @return 0; STANCE_EINPUT (a file is not there or wrong, an identity twice in one frame,
 * a box beyond the sequence's end: `err` says where, what was expected and what was
 * found); STANCE_EINVAL (wrong settings); STANCE_ENOMEM
 *
 * Text is a box a line: frame (from 1), id (from 0), x, y, width, height, confidence,
 * class, visibility; the first six have to be there. A seqinfo.ini in the folder above
 * the labels' says the number of frames. JSON is that of several people, with ids (also
 * the truth of drawn people); the frame is frame_index + 1.
 *
 * Source: Luiten et al., "HOTA: a higher order metric for evaluating multi-object
 * tracking" (2021); Bernardin and Stiefelhagen, "Evaluating multiple object tracking
 * performance: the CLEAR MOT metrics" (2008); Ristani et al., "Performance measures and a
 * data set for multi-target, multi-camera tracking" (2016); rules where these are silent
 * as in TrackEval 1.3 (MotChallenge2DBox) and motmetrics 1.4, compared with both to 1e-6
 * by tests/e2e/eval_track.py.
 */
STANCE_API int stance_eval_track_open(stance_eval_track **eval, const char *gt,
                                      const char *results,
                                      const stance_eval_track_settings *settings,
                                      stance_error *err);

/** Sets *eval to NULL; a NULL evaluation is fine. */
STANCE_API void stance_eval_track_close(stance_eval_track **eval);

/** Number of sequences. */
STANCE_API size_t stance_eval_track_count(const stance_eval_track *eval);

/** Figures of the n-th sequence, in order of names; of all together for n = count. NULL
 * past that. Live until close. */
STANCE_API const stance_track_figures *stance_eval_track_at(const stance_eval_track *eval,
                                                            size_t n);

/** "plain", "mot15", ...; NULL for another number. Any thread. */
STANCE_API const char *stance_track_benchmark_name(int benchmark);

/** Mean over the thresholds of one of HOTA's rows. Any thread. */
STANCE_API double stance_track_mean(const double row[STANCE_TRACK_ALPHAS]);

#ifdef __cplusplus
}
#endif
#endif
