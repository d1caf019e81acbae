/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_CALM_H
#define ST_SOURCE_CALM_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What who looks at a clip tells who decodes it: from when to when so little happens that
 * frames may be left out undecoded.
 *
 * The answer to a question depends on what was asked and seen alone, never on which
 * thread was faster: who decodes asks about a time that is far enough back for it to be
 * looked at without more being decoded, and waits for that. Should it not come to it
 * (frames were lost on the way), nobody waits for ever: who looks has taken all there
 * was.
 */
typedef struct st_calm st_calm;

/** @return NULL: out of memory */
st_calm *st_calm_new(void);
void st_calm_free(st_calm **calm);

/* Of a NULL calm all do nothing, and nothing is calm. */

/** Who decodes: a frame is on its way to who looks. */
void st_calm_gave(st_calm *calm);
/** Who decodes: whether it was calm at that time. Waits until it is known. Times asked
 * for may not fall. */
bool st_calm_at(st_calm *calm, int64_t pts_us);

/** Who looks: frames up to that time were looked at. Before st_calm_took() of the frame
 * that it was known with. */
void st_calm_tell(st_calm *calm, int64_t until_us, bool is_calm);
/** Who looks: that came of a frame what comes of it until there is another. */
void st_calm_took(st_calm *calm);

/** Nobody looks, or not any more: nothing is calm, and nobody waits. */
void st_calm_close(st_calm *calm);

#endif
