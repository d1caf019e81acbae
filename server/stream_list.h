/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_STREAM_LIST_H
#define SERVER_STREAM_LIST_H

#include "stream.h"

/* The live sources that there are. Who has one from here holds it until they let it go:
 * it does not vanish under them. */

typedef struct stream_list stream_list;

stream_list *stream_list_new(int64_t most);
/** Nobody holds one any more; all are ended. */
void stream_list_free(stream_list **l);
/** Keep a place for one that is to be begun, so that nobody begins one in vain: a child
 * that looks at a camera is more than a request that is refused may cost.
 * @return 0 or STANCE_AGAIN: there are too many */
int stream_list_reserve(stream_list *l);
/** Put it in its place. @param s becomes the list's, and is held; NULL: it came to
 * nothing, the place is given back */
void stream_list_fill(stream_list *l, stream *s);
/** Both. @param s becomes the list's, and is held; on STANCE_AGAIN (too many) it is
 * closed */
int stream_list_add(stream_list *l, stream *s);
/** Hold the one of that id; NULL: there is none. */
stream *stream_list_get(stream_list *l, const char *id);
/** Hold them all, the oldest first; those that are pushed are nobody else's and left out.
 * @return how many, at most `most` */
size_t stream_list_all(stream_list *l, stream **all, size_t most);
void stream_list_let_go(stream_list *l, stream *s);
/** End it, and wait for that; it is freed when nobody holds it. */
void stream_list_remove(stream_list *l, stream *s);

#endif
