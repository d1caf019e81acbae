/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames: reference counting, pools, foreign memory, copying.
 *
 * Memory of a frame comes from one of three owners: itself (stance_frame_new), a pool
 * that uses it again, or somebody else's buffer (st_frame_wrap). The private part says
 * which; the planes of own frames are one block. After dav1d's src/ref.h and
 * src/picture.c in spirit.
 */
#include "frame/frame.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

struct stance_frame_private {
    atomic_int holders;
    int shrunk;                /* planes are halved as often */
    uint8_t *block;            /* own planes; NULL when wrapped */
    st_frame_pool *pool;       /* where the frame goes back to, or NULL */
    struct stance_frame *next; /* in the pool's list of free frames */
    void *owner;               /* wrapped: handed to release */
    void (*release)(void *owner);
};

struct st_frame_pool {
    /* Guards the members below; nothing else is locked while it is held. */
    pthread_mutex_t lock;
    stance_frame *idle; /* free frames */
    size_t out;         /* frames in use; the pool lives until they are back */
    bool closed;        /* st_frame_pool_free() was called */
    int width, height;
    stance_pix format;
};

enum { STRIDE_ALIGN = 64 };

static const struct {
    const char *name;
    int planes, shift_x, shift_y; /* shifts of planes 1 and 2 */
} pix_table[STANCE_PIX_COUNT] = {
    [STANCE_PIX_GRAY8] = {"gray8", 1, 0, 0},
    [STANCE_PIX_YUV420P] = {"yuv420p", 3, 1, 1},
    [STANCE_PIX_YUV422P] = {"yuv422p", 3, 1, 0},
    [STANCE_PIX_YUV444P] = {"yuv444p", 3, 0, 0},
    [STANCE_PIX_GBRP] = {"gbrp", 3, 0, 0},
};

static bool pix_known(stance_pix format)
{
    return (unsigned)format < STANCE_PIX_COUNT;
}

int stance_pix_planes(stance_pix format)
{
    return pix_known(format) ? pix_table[format].planes : 0;
}

const char *stance_pix_name(stance_pix format)
{
    return pix_known(format) ? pix_table[format].name : NULL;
}

void stance_pix_plane_size(stance_pix format, int plane, int width, int height,
                           int *plane_width, int *plane_height)
{
    if (plane < 0 || plane >= stance_pix_planes(format)) {
        *plane_width = *plane_height = 0;
        return;
    }
    int shift_x = plane ? pix_table[format].shift_x : 0;
    int shift_y = plane ? pix_table[format].shift_y : 0;
    *plane_width = (width + (1 << shift_x) - 1) >> shift_x;
    *plane_height = (height + (1 << shift_y) - 1) >> shift_y;
}

void st_frame_shrunk(stance_frame *frame, int width, int height, int shrunk)
{
    frame->width = width;
    frame->height = height;
    frame->priv->shrunk = shrunk;
}

int st_frame_halvings(const stance_frame *frame)
{
    return frame->priv->shrunk;
}

void st_frame_plane_size(const stance_frame *frame, int plane, int *width, int *height)
{
    int n = frame->priv->shrunk, up = (1 << n) - 1;
    stance_pix_plane_size(frame->format, plane, (frame->width + up) >> n,
                          (frame->height + up) >> n, width, height);
}

static bool size_ok(int width, int height)
{
    return width > 0 && height > 0 && width <= ST_MAX_FRAME_SIDE &&
           height <= ST_MAX_FRAME_SIDE &&
           (int64_t)width * height <= (int64_t)ST_MAX_FRAME_PIXELS;
}

stance_frame *st_frame_wrap(int width, int height, stance_pix format, void *owner,
                            void (*release)(void *owner))
{
    if (!size_ok(width, height) || !pix_known(format))
        return NULL;
    /* One block for both structs: a frame is one allocation. */
    struct {
        stance_frame frame;
        struct stance_frame_private priv;
    } *both = st_alloc(sizeof(*both));
    if (!both)
        return NULL;
    both->frame.priv = &both->priv;
    both->frame.width = width;
    both->frame.height = height;
    both->frame.format = format;
    both->frame.colour = (stance_colour){.primaries = 2, .transfer = 2, .matrix = 2};
    atomic_init(&both->priv.holders, 1);
    both->priv.owner = owner;
    both->priv.release = release;
    return &both->frame;
}

stance_frame *stance_frame_new(int width, int height, stance_pix format)
{
    stance_frame *frame = st_frame_wrap(width, height, format, NULL, NULL);
    if (!frame)
        return NULL;
    size_t offset[3] = {0}, total = 0;
    for (int p = 0; p < stance_pix_planes(format); p++) {
        int w, h;
        stance_pix_plane_size(format, p, width, height, &w, &h);
        frame->stride[p] = (w + STRIDE_ALIGN - 1) / STRIDE_ALIGN * STRIDE_ALIGN;
        offset[p] = total;
        total += (size_t)frame->stride[p] * (size_t)h;
    }
    frame->priv->block = st_alloc_aligned(total);
    if (!frame->priv->block) {
        stance_frame_unref(&frame);
        return NULL;
    }
    for (int p = 0; p < stance_pix_planes(format); p++)
        frame->data[p] = frame->priv->block + offset[p];
    return frame;
}

stance_frame *stance_frame_ref(stance_frame *frame)
{
    atomic_fetch_add_explicit(&frame->priv->holders, 1, memory_order_relaxed);
    return frame;
}

static void frame_free(stance_frame *frame)
{
    if (frame->priv->release)
        frame->priv->release(frame->priv->owner);
    st_free_aligned(frame->priv->block);
    st_free(frame); /* the private part is in the same block */
}

static void pool_free(st_frame_pool *pool)
{
    pthread_mutex_destroy(&pool->lock);
    st_free(pool);
}

static void pool_put(st_frame_pool *pool, stance_frame *frame)
{
    pthread_mutex_lock(&pool->lock);
    bool closed = pool->closed;
    bool last = --pool->out == 0 && closed;
    if (!closed) {
        frame->priv->next = pool->idle;
        pool->idle = frame;
    }
    pthread_mutex_unlock(&pool->lock);
    if (closed)
        frame_free(frame);
    if (last)
        pool_free(pool);
}

void stance_frame_unref(stance_frame **frame)
{
    stance_frame *f = *frame;
    *frame = NULL;
    if (!f || atomic_fetch_sub_explicit(&f->priv->holders, 1, memory_order_acq_rel) != 1)
        return;
    if (f->priv->pool)
        pool_put(f->priv->pool, f);
    else
        frame_free(f);
}

st_frame_pool *st_frame_pool_new(int width, int height, stance_pix format)
{
    st_frame_pool *pool = st_alloc(sizeof(*pool));
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pool->width = width;
    pool->height = height;
    pool->format = format;
    return pool;
}

stance_frame *st_frame_pool_get(st_frame_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    stance_frame *frame = pool->idle;
    if (frame)
        pool->idle = frame->priv->next;
    pool->out++;
    pthread_mutex_unlock(&pool->lock);
    if (frame) {
        atomic_store(&frame->priv->holders, 1);
        frame->priv->next = NULL;
        st_frame_shrunk(frame, pool->width, pool->height, 0);
        frame->colour = (stance_colour){.primaries = 2, .transfer = 2, .matrix = 2};
        frame->index = frame->pts_us = frame->duration_us = 0;
        frame->file = NULL;
        return frame;
    }
    frame = stance_frame_new(pool->width, pool->height, pool->format);
    if (frame) {
        frame->priv->pool = pool;
        return frame;
    }
    pthread_mutex_lock(&pool->lock);
    pool->out--;
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

void st_frame_pool_free(st_frame_pool **pool)
{
    st_frame_pool *p = *pool;
    *pool = NULL;
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    stance_frame *idle = p->idle;
    bool last = p->out == 0;
    pthread_mutex_unlock(&p->lock);
    while (idle) {
        stance_frame *next = idle->priv->next;
        frame_free(idle);
        idle = next;
    }
    if (last)
        pool_free(p);
}

void st_frame_copy_pixels(stance_frame *to, const stance_frame *from)
{
    for (int p = 0; p < stance_pix_planes(from->format); p++) {
        int w, h;
        stance_pix_plane_size(from->format, p, from->width, from->height, &w, &h);
        for (int y = 0; y < h; y++)
            memcpy(to->data[p] + y * to->stride[p], from->data[p] + y * from->stride[p],
                   (size_t)w);
    }
}

void st_frame_copy_props(stance_frame *to, const stance_frame *from)
{
    to->colour = from->colour;
    to->index = from->index;
    to->pts_us = from->pts_us;
    to->duration_us = from->duration_us;
    to->file = from->file;
}
