/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening what an input's name stands for: a file, standard input, an address, a camera.
 *
 * Addresses get a time-out, so that a server that says nothing does not hold the program
 * for ever, and every wait inside libav also ends when the run is stopped. A file name is
 * handed over as "file:NAME", because libav would read "a:b.mp4" as a protocol.
 */
#include "source/av_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"

#define TIMEOUT_US "15000000" /* a server may be silent for so long */

#if defined(__APPLE__)
static const char camera_format[] = "avfoundation";
static const char camera_path[] = "%s";
#elif defined(_WIN32)
static const char camera_format[] = "dshow";
static const char camera_path[] = "video=%s";
#else
static const char camera_format[] = "video4linux2";
static const char camera_path[] = "/dev/video%s";
#endif

static int asked_to_stop(void *user)
{
    const st_av_input *input = user;
    return atomic_load(input->stop);
}

static bool is_address(const char *name)
{
    return strstr(name, "://") != NULL;
}

static bool begins(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

static bool is_camera(const char *name)
{
    return begins(name, "camera:") || begins(name, "/dev/video");
}

/* The name that libav is given, st_free(). */
static char *libav_name(const char *name)
{
    struct stat st;
    if (begins(name, "camera:")) {
        const char *which = name + strlen("camera:");
        char *path = st_format(camera_path, *which ? which : "0");
        return which[0] == '/' ? (st_free(path), st_strdup(which)) : path;
    }
    if (begins(name, "/dev/video") || is_address(name))
        return st_strdup(name);
    if (strcmp(name, "-") != 0)
        return st_format("file:%s", name);
    /* A file given as standard input can be searched, which some containers need. */
    if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode))
        return st_strdup("file:/dev/stdin");
    return st_strdup("pipe:0");
}

static int choose_format(const char *name, const char *asked, const AVInputFormat **out,
                         stance_error *err)
{
    const char *wanted = asked && *asked ? asked : is_camera(name) ? camera_format : NULL;
    *out = wanted ? av_find_input_format(wanted) : NULL;
    if (wanted && !*out)
        return asked
                   ? st_fail(err, STANCE_EINVAL,
                             "--input-format: expected a container or device format that "
                             "libav knows, found '%s'",
                             asked)
                   : st_fail(err, STANCE_EINPUT,
                             "%s: this build of libav has no cameras (%s)", name,
                             camera_format);
    return 0;
}

/* Containers that hold all they need. Playlists, lists of files and descriptions of
 * streams are not among them. */
static const char self_contained[] =
    "mov,matroska,webm,avi,mpegts,mpeg,asf,flv,ogg,gif,h264,hevc,m4v,mpegvideo,mjpeg,ivf,"
    "nut,mxf,dv,yuv4mpegpipe,mpjpeg,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe";

/* Addresses that a stranger may have chosen: a protocol, the containers that come by it,
 * and what it is itself made of. */
static const struct {
    const char *start, *formats, *protocols;
} strange_addresses[] = {
    {"rtsp://", "rtsp", "rtsp,rtp,udp,tcp"},
    {"rtsps://", "rtsp", "rtsps,rtsp,rtp,udp,tcp,tls"},
    {"rtmp://", "flv", "rtmp,tcp"},
    {"srt://", "mpegts", "srt"},
    {"udp://", "mpegts", "udp"},
};

enum { N_STRANGE = sizeof(strange_addresses) / sizeof(strange_addresses[0]) };

static size_t strange_address(const char *name)
{
    size_t i = 0;
    while (i < N_STRANGE && !begins(name, strange_addresses[i].start))
        i++;
    return i;
}

static int check_untrusted(const char *name, stance_error *err)
{
    return st_file_kind_of(name) == ST_FILE_REGULAR || strcmp(name, "-") == 0 ||
                   strange_address(name) < N_STRANGE
               ? 0
               : st_fail(err, STANCE_EINVAL,
                         "--untrusted: expected a file, '-', or an address that begins "
                         "with rtsp, rtsps, rtmp, srt or udp, found %s",
                         name);
}

static void trust_nothing(AVDictionary **options, const char *name)
{
    size_t i = strange_address(name);
    bool address = i < N_STRANGE;
    av_dict_set(options, "format_whitelist",
                address ? strange_addresses[i].formats : self_contained, 0);
    av_dict_set(options, "protocol_whitelist",
                address ? strange_addresses[i].protocols : "file,pipe", 0);
}

/* A server may have sent on to another address, which nobody has asked for. */
static int check_sent_on(const st_av_input *input, const char *path, stance_error *err)
{
    const char *url = input->format->url;
    if (!is_address(path) || !url || strcmp(url, path) == 0)
        return 0;
    return st_fail(err, STANCE_EINPUT, "%s: --untrusted: it sends on to another address",
                   path);
}

static void set_options(AVDictionary **options, const char *name)
{
    if (!is_address(name))
        return;
    if (begins(name, "rtsp")) {
        av_dict_set(options, "rtsp_flags", "prefer_tcp", 0);
        av_dict_set(options, "timeout", TIMEOUT_US, 0);
    } else if (begins(name, "udp") || begins(name, "rtp")) {
        av_dict_set(options, "timeout", TIMEOUT_US, 0);
    } else {
        av_dict_set(options, "rw_timeout", TIMEOUT_US, 0);
    }
}

/* What a camera that is not there is best told with: the ones that are. */
static int fail_camera(const char *name, const char *path, int code, stance_error *err)
{
    char reason[128];
    char there[256] = "";
    size_t n = 0;
    for (int i = 0; i < 64 && n < sizeof(there) - 20; i++) {
        char device[32];
        snprintf(device, sizeof(device), "/dev/video%d", i);
        if (access(device, F_OK) == 0)
            n += (size_t)snprintf(there + n, sizeof(there) - n, "%scamera:%d",
                                  n ? ", " : "", i);
    }
    return st_fail(err, STANCE_EINPUT, "%s: the camera %s could not be opened (%s); %s%s",
                   name, path, st_av_reason(code, reason),
                   n ? "there are: " : "there is no camera on this machine", there);
}

static int fail_open(const char *name, const char *path, int code, stance_error *err)
{
    char reason[128];
    if (is_camera(name))
        return fail_camera(name, path, code, err);
    if (code == AVERROR_INVALIDDATA)
        return st_fail(err, STANCE_EINPUT,
                       "%s: expected a video or picture, found something else (or a file "
                       "that is damaged)",
                       name);
    return st_fail(err, STANCE_EINPUT, "%s: %s", name, st_av_reason(code, reason));
}

static int check_file(const char *name, stance_error *err)
{
    if (is_camera(name) || is_address(name) || strcmp(name, "-") == 0)
        return 0;
    switch (st_file_kind_of(name)) {
    case ST_FILE_FOLDER:
        return st_fail(err, STANCE_EINPUT, "%s: expected a file, found a folder", name);
    case ST_FILE_ABSENT:
        return st_fail(err, STANCE_EINPUT, "%s: there is no such file", name);
    default:
        return access(name, R_OK) == 0
                   ? 0
                   : st_fail(err, STANCE_EINPUT, "%s: %s", name, strerror(errno));
    }
}

/* ---- streams ---- */

static int choose_streams(st_av_input *input, const st_source_request *request,
                          stance_error *err)
{
    AVFormatContext *format = input->format;
    const char *name = request->inputs[0];
    int video = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    bool cover =
        video >= 0 && (format->streams[video]->disposition & AV_DISPOSITION_ATTACHED_PIC);
    if (video < 0 || cover) {
        bool sound =
            av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0) >= 0;
        return st_fail(err, STANCE_EINPUT, "%s: expected a video, found %s", name,
                       sound ? "sound only" : "no moving pictures in it");
    }
    int audio = request->wants_audio && !input->loop
                    ? av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, video, NULL, 0)
                    : -1;
    input->video = format->streams[video];
    input->audio = audio >= 0 ? format->streams[audio] : NULL;
    for (unsigned i = 0; i < format->nb_streams; i++)
        if ((int)i != video && (int)i != audio)
            format->streams[i]->discard = AVDISCARD_ALL;
    return 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

static bool is_live(const st_av_input *input, const st_source_request *request)
{
    const char *name = request->inputs[0];
    int asked = request->settings->live;
    if (asked != STANCE_LIVE_AUTO)
        return asked == STANCE_LIVE_YES;
    if (stance_input_guess(name) == STANCE_INPUT_LIVE)
        return true;
    return begins(name, "http") && is_address(name) && !input->stills &&
           input->format->duration == AV_NOPTS_VALUE;
}

/* What cannot be searched, or has no time, cannot begin again. */
static int check_loop(st_av_input *input, const st_source_request *request,
                      stance_error *err)
{
    const AVIOContext *file = input->format->pb;
    input->loop = request->settings->loop;
    if (!input->loop ||
        (!input->stills && file && (file->seekable & AVIO_SEEKABLE_NORMAL)))
        return 0;
    return st_fail(err, STANCE_EINVAL, "%s: --loop: expected a clip in a file",
                   request->inputs[0]);
}

int st_av_input_open(st_av_input *input, const st_source_request *request,
                     stance_error *err)
{
    const char *name = request->inputs[0];
    const AVInputFormat *wanted;
    AVDictionary *options = NULL;
    input->stop = request->stop;
    int rc = check_file(name, err);
    if (rc == 0 && request->settings->untrusted)
        rc = check_untrusted(name, err);
    if (rc == 0)
        rc = choose_format(name, request->settings->format, &wanted, err);
    if (rc < 0)
        return rc;
    char *path = libav_name(name);
    input->format = avformat_alloc_context();
    if (!path || !input->format) {
        rc = st_fail_memory(err);
        goto out;
    }
    input->format->interrupt_callback =
        (AVIOInterruptCB){.callback = asked_to_stop, .opaque = input};
    if (stance_input_guess(name) == STANCE_INPUT_LIVE)
        input->format->flags |= AVFMT_FLAG_NOBUFFER;
    set_options(&options, name);
    if (request->settings->untrusted)
        trust_nothing(&options, name);
    int code = avformat_open_input(&input->format, path, wanted, &options);
    if (code >= 0)
        code = avformat_find_stream_info(input->format, NULL);
    if (code < 0) {
        rc = fail_open(name, path, code, err);
        goto out;
    }
    if (request->settings->untrusted && (rc = check_sent_on(input, path, err)) < 0)
        goto out;
    /* "jpeg_pipe", "png_pipe", ...: single pictures by an address or standard input. */
    input->stills = ends_with(input->format->iformat->name, "_pipe");
    input->live = is_live(input, request);
    rc = check_loop(input, request, err);
    if (rc == 0)
        rc = choose_streams(input, request, err);
    if (rc == 0) /* before a decoder makes room for them */
        rc = st_source_check_size(request, input->video->codecpar->width,
                                  input->video->codecpar->height, err);
out:
    av_dict_free(&options);
    st_free(path);
    return rc;
}

void st_av_input_close(st_av_input *input)
{
    avformat_close_input(&input->format);
}
