/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A window with the annotated picture, by SDL2: the only file that knows it. Left out of
 * the build where SDL2 is absent.
 *
 * q, Esc or the window's close button end the run; the space bar holds it. A still
 * picture stays until a key is pressed. Frames that come faster than a screen shows them
 * are passed over, so that the window does not slow the run down. The window is as large
 * as the picture but never larger than the screen, may be resized, and keeps the
 * picture's proportions, those of its pixels included. SDL wants all calls from one
 * thread: the run calls sinks on one.
 */
#include <SDL2/SDL.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "frame/frame.h"
#include "sink/sink.h"

enum { PAUSE_STEP_MS = 20, SHOW_EVERY_MS = 15 };

static const double screen_share = 0.9; /* of the screen, at most */

typedef struct sink_show {
    const char *title;
    const stance_stream *stream;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    int width, height; /* of the texture */
    uint8_t *rgb;      /* for formats that SDL has no texture for */
    Uint32 shown_ms;   /* when something was shown last */
    bool started, paused, ended;
    bool holding; /* the same frame is given again */
    bool next;    /* a still was looked at */
} sink_show;

static int fail(const char *what, stance_error *err)
{
    return st_fail(err, STANCE_EOUTPUT, "--show: %s: %s", what, SDL_GetError());
}

/* Asked before SDL is, whose search for a display prints. */
#if defined(__APPLE__) || defined(_WIN32)
static bool has_display(void)
{
    return true;
}
#else
static bool has_display(void)
{
    static const char *const names[] = {"DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = SDL_getenv(names[i]);
        if (value && *value)
            return true;
    }
    return false;
}
#endif

static int fail_no_display(stance_error *err)
{
    return st_fail(err, STANCE_EOUTPUT,
                   "--show: no window can be opened here: there is no display");
}

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    sink_show *s = self;
    (void)settings;
    s->title = target;
    if (!has_display())
        return fail_no_display(err);
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* Ctrl-C is the program's */
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0)
        return fail("no window can be opened here", err);
    s->started = true;
    /* Without a screen SDL may draw into the void, which is good only when asked for. */
    const char *driver = SDL_GetCurrentVideoDriver();
    bool void_driver =
        driver && (strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0 ||
                   strcmp(driver, "evdev") == 0);
    if (void_driver && !SDL_getenv("SDL_VIDEODRIVER"))
        return fail_no_display(err);
    return 0;
}

/* How large the picture is on a screen with square pixels. */
static void shown_size(const stance_stream *stream, double *width, double *height)
{
    *width = stream->width;
    *height = stream->height;
    if (stream->sar_num > 0 && stream->sar_den > 0)
        *width *= (double)stream->sar_num / stream->sar_den;
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    sink_show *s = self;
    SDL_Rect screen = {.w = 1280, .h = 720};
    double width, height;
    s->stream = stream;
    shown_size(stream, &width, &height);
    SDL_GetDisplayUsableBounds(0, &screen);
    double fit =
        fmin(1, fmin(screen.w * screen_share / width, screen.h * screen_share / height));
    char *title = st_format("%s - stance", s->title);
    s->window = SDL_CreateWindow(
        title ? title : "stance", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
        (int)lround(fmax(width * fit, 64)), (int)lround(fmax(height * fit, 64)),
        SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    st_free(title);
    if (!s->window)
        return fail("the window could not be opened", err);
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
    s->renderer = SDL_CreateRenderer(s->window, -1, 0);
    return s->renderer ? 0 : fail("the window could not be drawn in", err);
}

/* ---- pictures ---- */

static bool is_planar_420(const stance_frame *frame)
{
    return frame->format == STANCE_PIX_YUV420P && !frame->colour.full_range;
}

static int make_texture(sink_show *s, const stance_frame *frame, stance_error *err)
{
    if (s->texture && s->width == frame->width && s->height == frame->height)
        return 0;
    if (s->texture)
        SDL_DestroyTexture(s->texture);
    st_free(s->rgb);
    s->rgb = NULL;
    s->width = frame->width;
    s->height = frame->height;
    bool planar = is_planar_420(frame);
    s->texture = SDL_CreateTexture(
        s->renderer, planar ? SDL_PIXELFORMAT_IYUV : SDL_PIXELFORMAT_RGB24,
        SDL_TEXTUREACCESS_STREAMING, frame->width, frame->height);
    if (!planar)
        s->rgb = st_alloc_array((size_t)frame->width * 3, (size_t)frame->height);
    if (!planar && !s->rgb)
        return st_fail_memory(err);
    return s->texture ? 0 : fail("the picture is too large to be shown", err);
}

static void fill_texture(sink_show *s, const stance_frame *frame)
{
    if (!s->rgb) {
        SDL_SetYUVConversionMode(frame->colour.matrix == 1 ? SDL_YUV_CONVERSION_BT709
                                                           : SDL_YUV_CONVERSION_BT601);
        SDL_UpdateYUVTexture(s->texture, NULL, frame->data[0], (int)frame->stride[0],
                             frame->data[1], (int)frame->stride[1], frame->data[2],
                             (int)frame->stride[2]);
        return;
    }
    stance_frame_to_rgb(frame, s->rgb, (ptrdiff_t)frame->width * 3);
    SDL_UpdateTexture(s->texture, NULL, s->rgb, frame->width * 3);
}

static void present(sink_show *s)
{
    int window_w, window_h;
    double width, height;
    shown_size(s->stream, &width, &height);
    SDL_GetRendererOutputSize(s->renderer, &window_w, &window_h);
    double fit = fmin(window_w / width, window_h / height);
    SDL_Rect to = {.w = (int)lround(width * fit), .h = (int)lround(height * fit)};
    to.x = (window_w - to.w) / 2;
    to.y = (window_h - to.h) / 2;
    SDL_SetRenderDrawColor(s->renderer, 0, 0, 0, 255);
    SDL_RenderClear(s->renderer);
    SDL_RenderCopy(s->renderer, s->texture, NULL, &to);
    SDL_RenderPresent(s->renderer);
}

static void handle_events(sink_show *s)
{
    SDL_Event event;
    while (SDL_PollEvent(&event)) {
        if (event.type == SDL_QUIT)
            s->ended = true;
        if (event.type == SDL_KEYDOWN) {
            SDL_Keycode key = event.key.keysym.sym;
            s->ended |= key == SDLK_q || key == SDLK_ESCAPE;
            s->paused ^= key == SDLK_SPACE && !s->stream->stills;
            s->next = true;
        }
    }
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    sink_show *s = self;
    bool due = SDL_TICKS_PASSED(SDL_GetTicks(), s->shown_ms + SHOW_EVERY_MS);
    if (s->holding)
        SDL_Delay(PAUSE_STEP_MS);
    if (due || s->holding || s->stream->stills) {
        int rc = make_texture(s, result->picture, err);
        if (rc < 0)
            return rc;
        fill_texture(s, result->picture);
        present(s);
        s->shown_ms = SDL_GetTicks();
    }
    s->next = false;
    handle_events(s);
    s->holding = !s->ended && (s->stream->stills ? !s->next : s->paused);
    return s->ended ? STANCE_END : s->holding ? STANCE_AGAIN : 0;
}

static void close_sink(void *self)
{
    sink_show *s = self;
    if (s->texture)
        SDL_DestroyTexture(s->texture);
    if (s->renderer)
        SDL_DestroyRenderer(s->renderer);
    if (s->window)
        SDL_DestroyWindow(s->window);
    if (s->started)
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
    st_free(s->rgb);
}

const stance_sink_class st_sink_show = {
    .name = "show",
    .help = "a window with the annotated picture",
    .size = sizeof(sink_show),
    .wants_picture = true,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .close = close_sink,
};
