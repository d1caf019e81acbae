/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_REPORT_STILL_H
#define ST_SINK_REPORT_STILL_H

#include "sink/av_picture_file.h"
#include "sink/draw.h"

/* One annotated picture that stands for a whole video. */
typedef struct st_report_still {
    const stance_settings *settings;
    bool none; /**< nobody may be seen, or it is written to what has no pictures */
    stance_draw_settings draw_settings;
    st_draw *draw;
    st_av_convert convert;
    st_page_picture picture;
    int64_t pts_us; /**< of its frame */
    double worth;
    int64_t next_us, wait_us; /**< when the next frame is looked at */
    bool somebody;
} st_report_still;

void st_report_still_open(st_report_still *still, const stance_settings *settings);
/** Look at a frame: whether it becomes the picture. @return 0 or an error */
int st_report_still_frame(st_report_still *still, const stance_stream *stream,
                          const stance_result *result, stance_error *err);
void st_report_still_close(st_report_still *still);

#endif
