/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an input is, from its name and, where the name says nothing, its first bytes.
 *
 * Only a guess is needed: it decides which source opens it and how the program groups
 * inputs. Whether it can be read, the source finds out.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "stance/run.h"

static const char *const picture_endings[] = {".jpg", ".jpeg", ".jpe",  ".png", ".webp",
                                              ".bmp", ".tif",  ".tiff", ".ppm", ".pgm",
                                              ".jp2", ".avif", ".heic", NULL};
static const char *const video_endings[] = {
    ".mp4",  ".m4v",  ".mov",   ".mkv",  ".avi", ".webm", ".gif",  ".ts",
    ".mts",  ".m2ts", ".mpg",   ".mpeg", ".wmv", ".flv",  ".3gp",  ".3g2",
    ".ogv",  ".mxf",  ".y4m",   ".vob",  ".asf", ".dv",   ".h264", ".264",
    ".hevc", ".265",  ".mjpeg", ".mjpg", ".ivf", ".nut",  ".m3u8", NULL};

static bool has_ending(const char *path, const char *const *endings)
{
    const char *ending = st_path_ending(path);
    for (size_t i = 0; endings[i]; i++)
        if (strcasecmp(ending, endings[i]) == 0)
            return true;
    return false;
}

bool stance_input_is_picture_name(const char *path)
{
    return has_ending(path, picture_endings);
}

bool stance_input_is_video_name(const char *path)
{
    return has_ending(path, video_endings);
}

static bool begins(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

/* Pictures by their first bytes. */
static bool holds_picture(const char *path)
{
    static const struct {
        size_t at, n;
        const char *magic;
    } magics[] = {{0, 3, "\xff\xd8\xff"}, {0, 8, "\x89PNG\r\n\x1a\n"},
                  {8, 4, "WEBP"},         {0, 2, "BM"},
                  {0, 4, "II*\0"},        {0, 4, "MM\0*"}};
    unsigned char head[16] = {0};
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(head, 1, sizeof(head), file) : 0;
    if (file)
        fclose(file);
    for (size_t i = 0; n == sizeof(head) && i < sizeof(magics) / sizeof(magics[0]); i++)
        if (memcmp(head + magics[i].at, magics[i].magic, magics[i].n) == 0)
            return true;
    return false;
}

static bool is_live_address(const char *input)
{
    static const char *const starts[] = {"rtsp://", "rtsps://", "rtp://",  "udp://",
                                         "srt://",  "rtmp://",  "rtmps://"};
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (begins(input, starts[i]))
            return true;
    return begins(input, "camera:") || begins(input, "/dev/video");
}

bool stance_input_is_drawn(const char *input)
{
    return begins(input, "mannequin:");
}

stance_input_kind stance_input_guess(const char *input)
{
    if (stance_input_is_drawn(input))
        return STANCE_INPUT_VIDEO;
    if (is_live_address(input))
        return STANCE_INPUT_LIVE;
    if (strstr(input, "://") || strcmp(input, "-") == 0)
        return STANCE_INPUT_VIDEO;
    switch (st_file_kind_of(input)) {
    case ST_FILE_FOLDER:
        return STANCE_INPUT_FOLDER;
    case ST_FILE_REGULAR:
        if (stance_input_is_picture_name(input))
            return STANCE_INPUT_PICTURE;
        if (!stance_input_is_video_name(input) && holds_picture(input))
            return STANCE_INPUT_PICTURE;
        return STANCE_INPUT_VIDEO;
    case ST_FILE_OTHER: /* a FIFO, a device */
        return STANCE_INPUT_VIDEO;
    case ST_FILE_ABSENT:
        break;
    }
    if (strpbrk(input, "*?["))
        return STANCE_INPUT_GLOB;
    return stance_input_is_picture_name(input) ? STANCE_INPUT_PICTURE
                                               : STANCE_INPUT_VIDEO;
}
