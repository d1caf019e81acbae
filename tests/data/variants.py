#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Videos as they come from the world, made with ffmpeg from one clip of a person.

Rotations, codecs, pixel formats, interlacing, odd and extreme sizes, variable frame rate,
missing and shifted times, damage, missing sound, containers in and out. For each: the
exit status, the numbers of frames, the times, the size, and where the person is found.
"""

import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

N = 24  # frames of the clip all others are made from
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16"]


def make(name, *args, source=None):
    path = TMP / name
    ffmpeg("-i", source or BASE, *args, path)
    return path


def run(path, *options, status=0, name=None):
    js = TMP / "out.json"
    js.unlink(missing_ok=True)
    stance("run", path, "--json", js, *options, status=status, what=name or path.name)
    if not js.exists():
        check(status not in (0, 5, 130), f"{path.name}: no JSON")
        return None
    result = read_json(js)
    invariants(result, path.name)
    return result


def whole(path, frames=N, **keywords):
    """Run, and compare frames and times with what ffprobe finds."""
    result = run(path, **keywords)
    if result is None:
        return None
    equal(len(result["frames"]), frames, f"{path.name}: frames")
    times = frame_times(path)
    equal(len(times), frames, f"{path.name}: frames that ffprobe finds")
    if None not in times:
        worst = max(
            abs(f["timestamp_ms"] - 1000 * (t - times[0]))
            for f, t in zip(result["frames"], times)
        )
        check(worst <= 1, f"{path.name}: a timestamp is {worst} ms off")
    return result


def points(result, frame=-1):
    return [
        (k["x"], k["y"]) if k["score"] >= 0.3 and k["x"] is not None else None
        for k in result["frames"][frame]["keypoints"]
    ]


def same_person(result, reference, what, tolerance=0.06, scale=(1, 1)):
    """The same joints: how far they are apart, as a share of the picture's height."""
    h = reference["meta"]["height"]
    off = []
    for a, b in zip(points(result), points(reference)):
        if a is None or b is None:
            continue
        x, y = b
        off.append(math.hypot(a[0] / scale[0] - x, a[1] / scale[1] - y) / h)
    check(len(off) >= 8, f"{what}: only {len(off)} joints to compare")
    off.sort()
    check(off and off[len(off) // 2] < tolerance, f"{what}: joints off by {off}")


def rotations():
    w, h = REFERENCE["meta"]["width"], REFERENCE["meta"]["height"]
    for degrees in (0, 90, 180, 270):
        path = TMP / f"turned{degrees}.mp4"
        set_matrix(BASE, degrees, path)
        found = whole(path)
        equal(found["meta"]["rotation_applied"], degrees, f"{path.name}: rotation")
        side = degrees % 180 == 90
        equal(
            (found["meta"]["width"], found["meta"]["height"]),
            (h, w) if side else (w, h),
            f"{path.name}: size",
        )
    # A picture stored lying, and the matrix that puts it right: the person is where it was.
    for degrees, filters in ((90, "transpose=2"), (180, "hflip,vflip"), (270, "transpose=1")):
        stored = make(f"stored{degrees}.mp4", "-vf", filters, *X264)
        turned = TMP / f"upright{degrees}.mp4"
        set_matrix(stored, degrees, turned)
        found = whole(turned)
        equal(found["meta"]["rotation_applied"], degrees, f"{turned.name}: rotation")
        same_person(found, REFERENCE, turned.name)
        out = TMP / "turned.mp4"
        stance("run", turned, "-o", out)
        made = video_facts(out)
        equal((made["width"], made["height"]), (w, h), f"{turned.name}: size of the video")
        same_person(run(out), REFERENCE, f"{turned.name}: the video", tolerance=0.08)
        # --rotate counts more than the file
        same_person(run(stored, "--rotate", degrees), REFERENCE, f"--rotate {degrees}")
        same_person(run(turned, "--rotate", degrees), REFERENCE, f"--rotate {degrees}, twice")


def formats():
    for name, args in {
        "hevc.mp4": ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"],
        "hevc10.mp4": ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le",
                       "-x265-params", "log-level=none"],
        "h264-444.mp4": [*X264, "-pix_fmt", "yuv444p"],
        "h264-422-10.mkv": [*X264, "-pix_fmt", "yuv422p10le"],
        "full-range.mp4": [*X264, "-vf", "scale=out_range=full", "-color_range", "pc"],
        "grey.mkv": ["-c:v", "ffv1", "-pix_fmt", "gray"],
        "rgb.mkv": ["-c:v", "ffv1", "-pix_fmt", "bgr0"],
        "nv12.mkv": ["-c:v", "rawvideo", "-pix_fmt", "nv12"],
        "mpeg2.ts": ["-c:v", "mpeg2video", "-q:v", "2"],
        "mpeg4.avi": ["-c:v", "mpeg4", "-q:v", "2", "-bf", "2"],
        "mjpeg.avi": ["-c:v", "mjpeg", "-q:v", "2"],
        "vp8.webm": ["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "4M", "-auto-alt-ref", "0"],
        "vp9.webm": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-b:v", "4M"],
        "av1.mp4": ["-c:v", "libsvtav1", "-preset", "12"],
        "gop.mov": [*X264, "-bf", "3", "-g", "12"],
        "interlaced.mp4": [*X264, "-flags", "+ilme+ildct", "-x264opts", "tff=1"],
        "pyramid.mkv": ["-c:v", "libx264", "-bf", "8", "-x264opts", "b-pyramid=normal"],
    }.items():
        path = make(name, *args, "-an")
        found = whole(path)
        if found:
            same_person(found, REFERENCE, name)


def full_range_is_seen():
    """Black and white of the same picture in both ranges give the same joints, closely."""
    full = make("range.mp4", *X264, "-vf", "scale=out_range=full", "-color_range", "pc")
    same_person(run(full), REFERENCE, "full range", tolerance=0.02)


def sizes():
    w, h = REFERENCE["meta"]["width"], REFERENCE["meta"]["height"]
    odd = make("odd.mkv", "-vf", "scale=319:241", "-c:v", "ffv1", "-pix_fmt", "yuv420p")
    found = whole(odd)
    same_person(found, REFERENCE, "odd", scale=(319 / w, 241 / h))
    for ending in ("mp4", "webm", "mkv"):
        out = TMP / f"odd-out.{ending}"
        stance("run", odd, "-o", out)
        made = video_facts(out)
        equal((made["width"], made["height"]), (319, 241), f"odd sides in {ending}")
    tiny = make("tiny.mp4", "-vf", "scale=16:16", *X264)
    whole(tiny)
    out = TMP / "tiny-out.mp4"
    stance("run", tiny, "-o", out)
    equal(video_facts(out)["frames"], N, "16x16: frames in the video")
    if not SANITIZED:
        large = make("large.mp4", "-vf", "scale=4096:2160", "-frames:v", "6", *X264)
        found = whole(large, frames=6)
        out = TMP / "large-out.mp4"
        stance("run", large, "-o", out, "--preset", "ultrafast")
        made = video_facts(out)
        equal((made["width"], made["height"], made["frames"]), (4096, 2160, 6), "4096x2160")
    wide = make("sar.mp4", "-vf", "scale=iw/2:ih,setsar=2/1", *X264)
    out = TMP / "sar-out.mp4"
    stance("run", wide, "-o", out)
    equal(video_facts(out)["sar"], "2:1", "sample aspect ratio in the video")


def times():
    # Variable frame rate: every third frame left out, half of it slower
    vfr = make(
        "vfr.mp4", "-vf", r"select='mod(n\,3)',setpts='if(gt(N,8),PTS*1.37,PTS)'",
        "-vsync", "vfr", "-video_track_timescale", "90000", *X264, "-an",
    )
    n = len(frame_times(vfr))
    whole(vfr, frames=n)
    for ending in ("mp4", "mkv", "mov", "webm"):
        out = TMP / f"vfr-out.{ending}"
        stance("run", vfr, "-o", out)
        a, b = video_facts(vfr), video_facts(out)
        equal(b["frames"], n, f"variable rate into {ending}: frames")
        worst = max(abs(x - y) for x, y in zip(a["times"], b["times"]))
        check(worst <= 0.0011, f"variable rate into {ending}: a frame is {worst} s off")
    late = make("late.ts", "-c", "copy", "-output_ts_offset", "1234.5")
    found = whole(late)
    equal(found["frames"][0]["timestamp_ms"], 0, "late.ts: first timestamp")
    close(found["meta"]["start_ms"], 1000 * frame_times(late)[0], 1, "late.ts: start_ms")
    raw = make("raw.h264", "-c:v", "copy", "-an", "-bsf:v", "h264_mp4toannexb")
    found = run(raw)  # a stream without any times
    equal(len(found["frames"]), N, "raw.h264: frames")


def sound():
    silent = make("silent.mp4", "-c:v", "copy", "-an")
    whole(silent)
    out = TMP / "silent-out.mp4"
    stance("run", silent, "-o", out)
    equal(video_facts(out)["sound"], 0, "no sound in, no sound out")
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=0.8", "-map", "0:v", "-map", "1:a"]
    for name, codec in (("flac.mkv", "flac"), ("pcm.mov", "pcm_s16le"), ("opus.mkv", "libopus"),
                        ("mp3.avi", "libmp3lame"), ("aac.ts", "aac"), ("vorbis.webm", "libvorbis")):
        video = ["-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime"] if "webm" in name else ["-c:v", "copy"]
        path = TMP / name
        ffmpeg("-i", BASE, *tone, *video, "-c:a", codec, path)
        for ending in ("mp4", "mkv", "webm", "avi", "mov"):
            out = TMP / f"sound.{ending}"
            stance("run", path, "-o", out, "--preset" if ending != "webm" else "--crf",
                   "ultrafast" if ending != "webm" else "40", what=f"{name} to {ending}")
            heard = streams(out, "a")
            if check(len(heard) == 1, f"{name} to {ending}: sound"):
                duration = float(probe(out, "-show_entries", "format=duration")["format"]["duration"])
                close(duration, 0.96, 0.15, f"{name} to {ending}: length")
    path = TMP / "flac.mkv"
    done = stance("run", path, "-o", TMP / "gif.gif")
    check("sound is left out" in done.stderr, f"gif: no word about the sound: {done.stderr}")


def damage():
    data = BASE.read_bytes()
    # Cut in the middle of a packet: the index in front still names all frames.
    fast = make("fast.mp4", "-c", "copy", "-movflags", "+faststart")
    data = fast.read_bytes()
    cut = TMP / "cut.mp4"
    cut.write_bytes(data[: len(data) * 2 // 3])
    found = run(cut, status=5)
    s = found["summary"]
    check(s["lost"] > 0 and s["decode_errors"] > 0, f"cut.mp4: {s}")
    equal(s["frames_in"], N, "cut.mp4: frames_in")
    out = TMP / "cut-out.mp4"
    stance("run", cut, "-o", out, status=5)
    equal(video_facts(out)["frames"], s["frames_out"], "cut.mp4: frames in the video")
    ts = make("whole.ts", "-c", "copy")
    data = ts.read_bytes()
    cut = TMP / "cut.ts"
    cut.write_bytes(data[: len(data) * 2 // 3 + 77])
    found = run(cut, status=None)
    check(found and found["frames"], "cut.ts: no frames")
    # Noise in the middle of a stream
    noisy = bytearray(fast.read_bytes())
    middle = len(noisy) // 2
    for i in range(middle, middle + 3000, 7):
        noisy[i] ^= 0xA5
    path = TMP / "noisy.mp4"
    path.write_bytes(noisy)
    found = run(path, status=5)
    check(found["summary"]["decode_errors"] > 0, f"noisy.mp4: {found['summary']}")
    # No index at all
    path = TMP / "headless.mp4"
    path.write_bytes(BASE.read_bytes()[:3000])
    run(path, status=2)
    # Begins without a key frame: frames that the decoder leaves out are counted.
    long = make("keys.ts", *X264, "-g", "8", "-bf", "0", "-an")
    packets = probe(long, "-select_streams", "v", "-show_entries", "packet=pos,flags")["packets"]
    path = TMP / "middle.ts"
    path.write_bytes(long.read_bytes()[int(packets[3]["pos"]) :])
    found = run(path, status=None)
    check(found and len(found["frames"]) >= N - 8, "middle.ts: frames")


def nearly_nothing():
    one = make("one.mp4", "-frames:v", "1", *X264, "-an")
    whole(one, frames=1)
    out = TMP / "one-out.mp4"
    stance("run", one, "-o", out)
    equal(video_facts(out)["frames"], 1, "one frame in the video")
    tone = TMP / "tone.mp4"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", tone)
    done = stance("run", tone, "--json", TMP / "no.json", status=2)
    check("sound only" in done.stderr, f"audio only: {done.stderr}")
    check(not (TMP / "no.json").exists(), "audio only: a JSON was written")
    empty = TMP / "empty.avi"
    ffmpeg("-f", "lavfi", "-i", "color=size=64x64:duration=1", "-frames:v", "0",
           "-c:v", "mjpeg", empty)
    stance("run", empty, "--json", TMP / "no.json", status=2)
    check(not (TMP / "no.json").exists(), "zero frames: a JSON was written")


def containers():
    for ending in ("mp4", "mkv", "avi", "mov", "ts", "webm", "gif"):
        out = TMP / f"container.{ending}"
        stance("run", BASE, "-o", out)
        made = video_facts(out)
        equal(made["frames"], N, f"into {ending}: frames")
        back = run(out)
        if back:
            equal(len(back["frames"]), N, f"from {ending}: frames")
            if ending != "gif":
                same_person(back, REFERENCE, f"into {ending} and back", tolerance=0.08)
    data = (TMP / "container.mp4").read_bytes()
    check(data.find(b"moov") < data.find(b"mdat"), "mp4: the index is not in front")
    for encoder, codec in (("libx265", "hevc"), ("mpeg4", "mpeg4")):
        out = TMP / "encoder.mp4"
        stance("run", BASE, "-o", out, "--encoder", encoder)
        equal(streams(out, "v")[0]["codec_name"], codec, f"--encoder {encoder}")
    sizes_of = {}
    for crf in (18, 38):
        out = TMP / "crf.mp4"
        stance("run", BASE, "-o", out, "--crf", crf, "--preset", "ultrafast")
        sizes_of[crf] = out.stat().st_size
    check(sizes_of[18] > 1.5 * sizes_of[38], f"--crf changes nothing: {sizes_of}")
    stance("run", BASE, "-o", TMP / "rate.mp4", "--bitrate", "300k")


need_shared()
BASE = TMP / "base.mp4"
# A person that is easy to see, a third of a second between frames of a squat
ffmpeg(
    "-i", SHARED / "data/videos/squats_portrait_5fps.mp4", "-f", "lavfi", "-i",
    "sine=frequency=440:duration=0.96", "-map", "0:v", "-map", "1:a", "-vf",
    "scale=360:640,setpts=N/25/TB", "-r", "25", "-frames:v", str(N), *X264, "-c:a", "aac",
    "-shortest", BASE,
)
REFERENCE = run(BASE)
check(len([p for p in points(REFERENCE) if p]) >= 12, "the person of the clip is seen")
for part in (rotations, formats, full_range_is_seen, sizes, times, sound, damage,
             nearly_nothing, containers):
    part()
    print(f"{part.__name__}: done", flush=True)
finish()
