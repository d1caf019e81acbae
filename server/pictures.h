/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_PICTURES_H
#define SERVER_PICTURES_H

#include "arguments.h"

/*
 * Single pictures, looked at by workers that stay: opening a network takes longer than
 * looking at a picture.
 *
 * A worker is a fenced child that does one picture after the other, all with the same
 * options. One that crashes or takes too long costs the picture that it had; it is
 * replaced after some hundred pictures, and ended when nobody has asked for a minute.
 * Threads: any.
 */

enum { PICTURES_BUSY = -2 };

typedef struct pictures pictures;

/** The command line of a worker; arguments_clear(). */
arguments pictures_arguments(const serve_settings *settings, const char *options);

/** @param settings kept */
pictures *pictures_new(const serve_settings *settings);
void pictures_free(pictures **p);

/**
 * Look at one.
 *
 * @param options "name=value" lines
 * @param drawn file for the annotated picture; NULL: it is not wanted
 * @param error what went wrong, free(); NULL: nothing
 * @return exit status of `stance run`; -1: the worker crashed, or took too long;
 * PICTURES_BUSY: all workers are at it
 */
int pictures_do(pictures *p, const char *input, const char *json, const char *drawn,
                const char *options, char **error);

/** Break off what is being looked at, from now on. */
void pictures_hurry(pictures *p);

/** End workers that nobody has asked for. To be called now and then. */
void pictures_sweep(pictures *p);

#endif
