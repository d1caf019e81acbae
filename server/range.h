/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_RANGE_H
#define SERVER_RANGE_H

#include <stdint.h>

/** What a Range header asks for of a file. */
typedef enum range_kind {
    RANGE_WHOLE,   /**< there is none, or none that is understood */
    RANGE_PART,    /**< from first to last byte, both inside the file */
    RANGE_OUTSIDE, /**< behind its end */
} range_kind;

/**
 * Read a Range header (RFC 9110): "bytes=FIRST-LAST", "bytes=FIRST-" or "bytes=-COUNT".
 * Several parts are answered with the whole, as the standard allows.
 *
 * @param header "" where there is none
 * @param first  set: of what is to be sent; last is first - 1 where nothing is
 */
range_kind range_read(const char *header, int64_t size, int64_t *first, int64_t *last);

#endif
