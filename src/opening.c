/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* stat */

#include "opening.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/status.h"

static void *open_it(void *arg)
{
    st_opening *o = arg;
    o->rc = st_source_open(&o->source, &o->request, &o->stream, &o->err);
    return NULL;
}

static st_opening *new_opening(const st_source_request *request)
{
    st_opening *o = st_alloc(sizeof(*o));
    if (!o)
        return NULL;
    o->request = *request;
    if (request->leaves_out)
        o->request.calm = o->calm = st_calm_new();
    return o;
}

int st_opening_do(st_opening **out, const st_source_request *request, stance_error *err)
{
    st_opening *o = *out = new_opening(request);
    if (!o)
        return st_fail_memory(err);
    open_it(o);
    int rc = o->rc;
    if (rc < 0 && err)
        *err = o->err;
    if (rc < 0)
        st_opening_close(out);
    return rc;
}

static bool is_plain_file(const st_source_request *request)
{
    struct stat st;
    return request->n_inputs == 1 && request->settings->live != STANCE_LIVE_YES &&
           stat(request->inputs[0], &st) == 0 && S_ISREG(st.st_mode);
}

st_opening *st_opening_begin(const st_source_request *request)
{
    st_opening *o = is_plain_file(request) ? new_opening(request) : NULL;
    if (o)
        o->runs = pthread_create(&o->thread, NULL, open_it, o) == 0;
    if (o && !o->runs)
        st_opening_close(&o);
    return o;
}

static void wait_for(st_opening *o)
{
    if (o->runs)
        pthread_join(o->thread, NULL);
    o->runs = false;
}

bool st_opening_is(st_opening *o, const st_source_request *request)
{
    const st_source_request *r = &o->request;
    wait_for(o);
    return o->rc == 0 && r->n_inputs == request->n_inputs &&
           strcmp(r->inputs[0], request->inputs[0]) == 0 &&
           r->settings == request->settings && r->stop == request->stop &&
           r->wants_audio == request->wants_audio && r->rough == request->rough &&
           r->leaves_out == request->leaves_out;
}

void st_opening_close(st_opening **out)
{
    st_opening *o = *out;
    *out = NULL;
    if (!o)
        return;
    wait_for(o);
    st_source_close(&o->source);
    st_calm_free(&o->calm);
    st_free(o);
}
