/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_LIMITS_H
#define ST_BASE_LIMITS_H

/* Every number that comes from outside is checked against one of these. */

#define ST_MAX_FRAME_SIDE 16384          /* pixels; also STANCE_FRAME_SIDE_MAX */
#define ST_MAX_FRAME_PIXELS (1 << 27)    /* width x height: 134 M pixels */
#define ST_MAX_PICTURE_BYTES (512 << 20) /* a picture file */
#define ST_MAX_CARD_BYTES (1 << 20)      /* a model card */
#define ST_MAX_CARDS 1000                /* cards in all folders together */
#define ST_MAX_CARD_FILES 8              /* files of one network */
#define ST_MAX_MODEL_BYTES (2LL << 30)   /* one file of a network */
#define ST_MAX_INPUT_SIDE 4096           /* pixels a network looks at */
#define ST_MAX_LABEL_BYTES (1 << 29)     /* labels or results of an evaluation */
#define ST_MAX_LABELS 20000000           /* images, people, poses in it */
#define ST_MAX_FRAME_BOXES 4096          /* labelled, or found, in a frame of tracks */
#define ST_MAX_TRACK_PAIRS (1 << 23)     /* identities that overlap at some time */
#define ST_MAX_TRACK_TABLE (1 << 26)     /* labelled x found identities in one knot */
#define ST_MAX_EVENT_TEXT 255            /* bytes of an event's label or place */
#define ST_MAX_EVENT_TIME_US 1000000000000000000LL /* 30,000 years */
#define ST_MAX_PLACE 1e9                           /* pixels from the origin */
#define ST_MAX_TENSOR_RANK 6
#define ST_MAX_TENSOR_BYTES (256LL << 20)
#define ST_MAX_TENSORS 16 /* inputs or outputs of a network */
#define ST_MAX_JSON_DEPTH 64
#define ST_MAX_JSON_VALUE (64 << 20) /* bytes: a frame of poses, say */
#define ST_MAX_LINE (16 << 20)       /* bytes of a line of text */
#define ST_MAX_INDEX (1LL << 53)     /* frames, ids: what a double holds exactly */
#define ST_MAX_TIME_US (1LL << 52)   /* 142 years */
#define ST_MAX_PERSON_FILES 10000    /* files, one a person */
#define ST_MAX_PATH 4096
#define ST_MAX_SKIPPED_ERRORS \
    100000 /* corrupt packets in a row before an input is given up */

#endif
