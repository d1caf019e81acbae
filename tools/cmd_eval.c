/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance eval`: which of its sub-commands is meant, and what help and manual say of
 * them.
 *
 * A new measure is a cmd_eval_*.c with one function, and a row here.
 */
#include "cmd_eval.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *const pose_examples[] = {
    "stance eval pose --gt person_keypoints_val2017.json --results found.json",
    "COCO's figures of results in a file",
    "stance eval pose --gt labels.json --model pp-tinypose --images photos/",
    "of a network, which sees the people that a detector finds",
    "stance eval pose --gt labels.json --model pp-tinypose --images photos/ --crops gt",
    "of the same network where people are labelled, so without a detector's mistakes",
    "stance run photos/*.jpg -m pp-tinypose -p all --format coco --json found.json",
    "results for this and other evaluation tools",
    "stance eval pose --gt mpii.json --model efficientpose-rt-lite --images mpii/ "
    "--crops gt",
    "PCKh, joint by joint",
    NULL,
};

static const char *const track_examples[] = {
    "stance eval track --gt MOT17-09/gt/gt.txt --results MOT17-09.txt",
    "HOTA, MOTA, IDF1 and switches of one sequence",
    "stance eval track --gt MOT17/train/ --results mine/ --json",
    "of each sequence SEQ/gt/gt.txt with mine/SEQ.txt, and of all together",
    "stance run 'mannequin:crowd?people=8' -m several --json found.json --truth "
    "truth.json",
    "people who are drawn, found and followed, and who is who",
    "stance eval track --gt truth.json --results found.json",
    "how well they were followed",
    NULL,
};

const command eval_words[] = {
    {
        .name = "eval pose",
        .line = "how good poses are, beside labelled points",
        .run = cmd_eval_pose,
        .usage = "--gt LABELS (--results FILE | --model NAME --images FOLDER)",
        .text =
            "Compares poses with labels and prints a line for each figure: COCO's "
            "average "
            "precision and recall as pycocotools computes them (AP, AP50, ..., from 0 to "
            "1; -1 where nobody of that size is labelled), or the share of points that "
            "were found near enough (PCK, PCKh), joint by joint.\n\n"
            "Poses come from a file of COCO's results, or from a network that is run on "
            "the pictures that the labels name. A network for one person is shown those "
            "whom a detector finds (--detector) or those who are labelled (--crops gt). "
            "Points are compared by their names; what a network does not give counts as "
            "not found in AP, and is left out of PCK.",
        .no_words = true,
        .groups = eval_pose_groups,
        .examples = pose_examples,
    },
    {
        .name = "eval track",
        .line = "how well people are followed, beside labelled identities",
        .run = cmd_eval_track,
        .usage = "--gt LABELS --results FILE",
        .text =
            "Compares boxes with identities, frame by frame, with labelled ones and "
            "prints a line for each sequence: HOTA, DetA, AssA, LocA (means over 19 "
            "thresholds), MOTA, MOTP, IDF1, IDP, IDR (from 0 to 1), switches of identity "
            "(IDSW), fragmentations, boxes found wrongly (FP) and missed (FN), people "
            "mostly, partly and mostly not tracked (MT, PT, ML), and numbers of "
            "identities. They are TrackEval's; --json also has those that motmetrics "
            "computes.\n\n"
            "Files are MOTChallenge's text (frame, id, x, y, width, height, confidence, "
            "class, visibility) or stance's JSON: results with ids, or the truth of "
            "drawn people. With several sequences, --gt names a folder of SEQ/gt/gt.txt "
            "and --results one of SEQ.txt.",
        .no_words = true,
        .groups = eval_track_groups,
        .examples = track_examples,
    },
    {0},
};

static const command *find_word(const char *word)
{
    for (const command *c = eval_words; c->name; c++)
        if (strcmp(strchr(c->name, ' ') + 1, word) == 0)
            return c;
    return NULL;
}

int cmd_eval(int argc, char **argv)
{
    const command *c = argc > 1 ? find_word(argv[1]) : NULL;
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return command_print_help("eval");
    if (!c)
        return say_misuse("expected 'stance eval pose [options]' or 'stance eval track "
                          "[options]'%s%s%s; see 'stance eval --help'",
                          argc > 1 ? ", found '" : "", argc > 1 ? argv[1] : "",
                          argc > 1 ? "'" : "");
    char name[32];
    snprintf(name, sizeof(name), "%s", c->name);
    argv[1] = name;
    return c->run(argc - 1, argv + 1);
}
