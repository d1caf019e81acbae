/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_EVAL_H
#define STANCE_EVAL_H

#include "stance/common.h"
#include "stance/pose.h"

/*
 * How good are poses? What was found, beside what people labelled.
 *
 * Labels are read in COCO's form (an object with images, annotations, categories) or in
 * MPII's as it is commonly passed on (a list with image, joints, joints_vis, center,
 * scale). Results are read in COCO's form, or added pose by pose. Then the measures are
 * asked for:
 *
 *   AP, AR  average precision and recall by OKS, as pycocotools computes them for
 *           keypoints: the figures of COCO's tables
 *   PCK     share of the labelled points that were found within a part of a person's size
 *   PCKh    the same with the size of the head: the figure of MPII's tables
 *
 * Threads: an evaluation is used by one thread at a time.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stance_eval stance_eval;

typedef struct stance_eval_settings {
    /** "MEMBER=PATTERN", n_only of them: only those images of the labels are looked at
     * whose member of that name fits the pattern (with * ? [ ] as in a shell); borrowed
     */
    const char *const *only;
    size_t n_only;
    /** The skeleton of labels that do not name their points; NULL: such are refused */
    const char *skeleton;
    void *reserved[4];
} stance_eval_settings;

typedef enum stance_eval_form {
    STANCE_EVAL_COCO,
    STANCE_EVAL_MPII,
} stance_eval_form;

/** What is known of the labels, and of the results so far. */
typedef struct stance_eval_info {
    stance_eval_form form;
    const stance_skeleton *skeleton; /**< the labels' points in their order: a known one,
                                        or one of their own called "own", whose sigmas
                                        are 0 where nobody knows them */
    size_t n_images;                 /**< that are looked at */
    size_t n_images_left_out;        /**< by `only` */
    size_t n_people;                 /**< with labelled points */
    size_t n_crowds;                 /**< ignored: regions with many people */
    size_t n_unlabelled;             /**< ignored: people without labelled points */
    size_t n_found;                  /**< poses read or added */
    size_t n_found_left_out;         /**< poses in images that are not looked at, or of
                                        other categories */
    size_t n_found_beyond; /**< poses beyond the best 20 of an image: AP does not
                              look at them */
    bool has_areas;        /**< everybody's area is labelled: AP needs it */
    bool has_zero_id;      /**< somebody's id is 0: pycocotools, and so AP, takes
                              that person for never found */
} stance_eval_info;

/** One image of the labels. Strings live until close. */
typedef struct stance_eval_image {
    int64_t id;
    const char *file;  /**< as the labels name it; NULL: they do not */
    int width, height; /**< pixels; 0 where the labels do not say */
    size_t n_people;   /**< with labelled points */
} stance_eval_image;

/**
 * Read labels.
 *
 * @param eval     returned, stance_eval_close()
 * @param labels   path of a JSON file
 * @param settings borrowed; NULL: the usual
 * @return 0; STANCE_EINPUT (not there, not JSON, a member missing or wrong: `err` says
 * where in the file, what was expected and what was found); STANCE_EINVAL (`only` fits no
 * image, or there is no such skeleton); STANCE_ENOMEM
 */
STANCE_API int stance_eval_open(stance_eval **eval, const char *labels,
                                const stance_eval_settings *settings, stance_error *err);

/** Sets *eval to NULL; a NULL evaluation is fine. */
STANCE_API void stance_eval_close(stance_eval **eval);

/** The state now; the pointers in it live until close. */
STANCE_API stance_eval_info stance_eval_get_info(const stance_eval *eval);

/** The n-th image that is looked at, in order of id. @return false past the end */
STANCE_API bool stance_eval_image_at(const stance_eval *eval, size_t n,
                                     stance_eval_image *image);

/**
 * Where the labelled people of an image are, for networks that look at given boxes.
 *
 * @param n     image, as for stance_eval_image_at()
 * @param boxes room for `most`; filled with x, y, width, height in pixels
 * @param count set to how many were filled in
 * @return 0; STANCE_EINPUT: somebody has no box, or there are more than `most`;
 * STANCE_EINVAL: no such image
 *
 * Source: MPII's form has a centre and a scale: a square of 200 x scale, 15 x scale below
 * the centre, as in the HRNet code.
 */
STANCE_API int stance_eval_boxes(const stance_eval *eval, size_t n, float (*boxes)[4],
                                 size_t most, size_t *count, stance_error *err);

/**
 * Read results in COCO's form: a list of objects with image_id, category_id, keypoints
 * (x, y, score for each point of the labels), score, and maybe bbox. As in pycocotools,
 * the size of a person is that of its bbox where the first result has one, and that of
 * the span of its points otherwise.
 *
 * @return 0, STANCE_EINPUT (also: an image that the labels do not have) or STANCE_ENOMEM;
 * on error nothing was added
 */
STANCE_API int stance_eval_read_results(stance_eval *eval, const char *path,
                                        stance_error *err);

/**
 * Add what was found in an image. Poses of another skeleton are converted, see
 * stance_poses_convert(). Numbers are rounded as in the file that stance_eval_save()
 * writes. Poses without any point are left out.
 *
 * @param n     image, as for stance_eval_image_at()
 * @param poses borrowed
 * @return 0, STANCE_EINVAL (no such image) or STANCE_ENOMEM
 */
STANCE_API int stance_eval_add(stance_eval *eval, size_t n, const stance_poses *poses,
                               stance_error *err);

/** Write the poses as COCO's results. The file has its name only when it is complete.
 * @return 0, STANCE_EOUTPUT or STANCE_ENOMEM */
STANCE_API int stance_eval_save(const stance_eval *eval, const char *path,
                                stance_error *err);

/* ---- average precision ---------------------------------------------------------------
 */

enum { STANCE_EVAL_AP_COUNT = 10 };

/** "AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl". */
STANCE_API const char *stance_eval_ap_name(size_t n);

/**
 * Average precision and recall over OKS thresholds 0.50 to 0.95.
 *
 * @param figures STANCE_EVAL_AP_COUNT numbers, 0 to 1, in the order of their names; -1
 * where there is nobody to be found (in that range of sizes: m 32^2 to 96^2 pixels, l
 * above)
 * @return 0; STANCE_EINPUT: the labels have no areas, or points whose sigma nobody knows;
 * STANCE_ENOMEM
 *
 * Source: COCO keypoint evaluation as pycocotools 2.0 does it (COCOeval, iouType
 * "keypoints", 20 poses an image at most), compared with it to 1e-6 by tests/e2e/eval.py.
 */
STANCE_API int stance_eval_ap(const stance_eval *eval, double *figures,
                              stance_error *err);

/* ---- share of right points -----------------------------------------------------------
 */

/** What a distance is measured with. */
typedef enum stance_eval_size {
    STANCE_EVAL_BOX,   /**< the larger side of the labelled box; usual threshold 0.2 */
    STANCE_EVAL_TORSO, /**< left shoulder to right hip; 0.2 */
    STANCE_EVAL_HEAD,  /**< PCKh: 0.6 of the head box's diagonal, or, where no head box is
                          labelled, neck to head top; 0.5 */
} stance_eval_size;

typedef struct stance_eval_pck_settings {
    int size;         /**< stance_eval_size */
    double threshold; /**< part of the size that is still right; NAN: the usual */
    void *reserved[4];
} stance_eval_pck_settings;

typedef struct stance_eval_pck {
    double threshold;
    double share;       /**< right points of all that count; -1: there are none */
    double joint_mean;  /**< mean of the shares of the joints that count; -1 likewise */
    size_t n_people;    /**< scored */
    size_t n_matched;   /**< of them: those to whom a pose was matched */
    size_t n_sizeless;  /**< people with labelled points who are not scored: their size is
                           not labelled */
    size_t n_keypoints; /**< of the labels' skeleton; what follows has so many */
    size_t labelled[STANCE_KEYPOINTS_MAX]; /**< points */
    size_t right[STANCE_KEYPOINTS_MAX];
    bool counted[STANCE_KEYPOINTS_MAX]; /**< in `share`: not those that no pose gives at
                                           all, and for the head's size not pelvis and
                                           thorax, as is usual for MPII */
} stance_eval_pck;

/**
 * Share of the labelled points whose found place is within threshold x size, at most.
 *
 * Each pose is matched to one person at most: pairs of one image are taken in the order
 * of their mean distance over the labelled points, each distance in sizes and at most 1;
 * a pair of which no point is nearer than 1 is none. Poses of unlabelled people thus do
 * not count, and a labelled person to whom none is matched has no right points.
 *
 * @return 0; STANCE_EINPUT: nobody's size is labelled; STANCE_EINVAL or STANCE_ENOMEM
 *
 * Source: Yang and Ramanan, "Articulated human detection with flexible mixtures of
 * parts" (PCK); Andriluka et al., "2D human pose estimation" (PCKh).
 */
STANCE_API int stance_eval_pck_of(const stance_eval *eval,
                                  const stance_eval_pck_settings *settings,
                                  stance_eval_pck *pck, stance_error *err);

#ifdef __cplusplus
}
#endif
#endif
