/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_STANCE_H
#define STANCE_STANCE_H

/* All of libstance. */

#include "stance/analysis.h"
#include "stance/common.h"
#include "stance/eval.h"
#include "stance/eval_track.h"
#include "stance/event.h"
#include "stance/event_db.h"
#include "stance/frame.h"
#include "stance/mannequin.h"
#include "stance/model.h"
#include "stance/option.h"
#include "stance/pose.h"
#include "stance/posefile.h"
#include "stance/run.h"
#include "stance/store.h"
#include "stance/track.h"

#endif
