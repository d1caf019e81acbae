/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_WATCH_H
#define ST_ANALYSE_WATCH_H

#include "analyse/place.h"
#include "pose/event_list.h"
#include "stance/event.h"
#include "stance/run.h"

/*
 * Who comes and goes, stays, and crosses borders: followed people become events.
 */

/** The option rows of stance_watch_settings, ended by a NULL name. */
extern const stance_option st_watch_options[];

typedef struct st_watch st_watch;

/** Check settings before an input is there. @return 0 or STANCE_EINVAL */
int st_watch_check(const stance_watch_settings *settings, stance_error *err);

/**
 * @param watch       returned, st_watch_close()
 * @param settings    borrowed
 * @param max_lost_us somebody unseen for longer has left
 * @return 0, STANCE_EINVAL or STANCE_ENOMEM
 */
int st_watch_open(st_watch **watch, const stance_watch_settings *settings, int width,
                  int height, int64_t max_lost_us, stance_error *err);
void st_watch_close(st_watch **watch);

/** The next picture has another size: what stands in percent moves with it. Otherwise as
 * above. */
int st_watch_resize(st_watch *watch, const stance_watch_settings *settings, int width,
                    int height, stance_error *err);

/**
 * Look at the people of the next frame. With STANCE_OUTSIDE_DROP those in no zone are
 * taken out of the list.
 *
 * @param events what is noticed is added, oldest first. Names of places live until close
 * @return 0 or STANCE_ENOMEM
 */
int st_watch_run(st_watch *watch, stance_poses *poses, const st_moment *moment,
                 st_event_list *events);

/** The same of a picture by itself, in which nothing happens: with STANCE_OUTSIDE_DROP
 * those in no zone are taken out. */
void st_watch_still(const st_watch *watch, stance_poses *poses);

/** The input has ended: those who were gone by then have left. Otherwise as above. */
int st_watch_end(st_watch *watch, st_event_list *events);

const st_places *st_watch_zones(const st_watch *watch);
const st_places *st_watch_lines(const st_watch *watch);

#endif
