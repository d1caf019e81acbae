/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_REPORT_PAGE_H
#define ST_SINK_REPORT_PAGE_H

#include <stdio.h>

#include "sink/report_data.h"
#include "sink/report_still.h"

/* The report as one HTML file. */

typedef struct st_report_page {
    FILE *file;
    const st_report_data *data;
    const st_report_still *still;
    const stance_summary *summary;
    st_text text; /**< not written yet */
    int n_charts; /**< so far: their names in the document */
} st_report_page;

/** Write all of it; what goes wrong with the file is seen by ferror().
 * @return 0 or STANCE_ENOMEM */
int st_report_page_write(st_report_page *page);

/* ---- report_tables.c: what is said of a person ---- */

/** How often, and for which share of the time. */
void st_report_words(st_report_page *page, const st_person_series *person);
/** What the other measures come to. @return 0 or STANCE_ENOMEM */
int st_report_numbers(st_report_page *page, const st_person_series *person);
/** Repetitions, falls and postures of whoever has that id. */
void st_report_events(st_report_page *page, int64_t id);
/** "0:07.5" */
void st_report_time(st_text *text, int64_t us);

#endif
