#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--fast with the network that is built in: every frame has a row, what was filled in is
marked, and what cannot be is refused."""

import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "bench"))
from fast import likeness  # noqa: E402
from kit import *  # noqa: E402,F403

LITE = "stance-lite"


def run(address, *options, name="a", words=False, **keywords):
    js = TMP / f"{name}.json"
    done = stance("run", address, "--model", LITE, "--json", js, *options, **keywords)
    return done.stderr if words else read_json(js)


def marked(frame):
    return frame.get("interpolated", False)


calm = "mannequin:stand?seconds=4&fps=30&seed=2"
every, fast = run(calm), run(calm, "--fast", name="fast")
invariants(fast, "fast")
equal([f["timestamp_ms"] for f in fast["frames"]], [f["timestamp_ms"] for f in every["frames"]],
      "a row for each frame")
filled = [i for i, f in enumerate(fast["frames"]) if marked(f)]
check(len(filled) > 30, f"{len(filled)} of 120 frames are filled in")
equal(fast["summary"]["interpolated"], len(filled), "counted")
equal(sum(map(marked, every["frames"])), 0, "none is without --fast")
equal([i for i in (0, len(fast["frames"]) - 1) if marked(fast["frames"][i])], [],
      "the first and the last are looked at")
for i in filled:
    check(len(fast["frames"][i]["keypoints"]) == 17 and fast["frames"][i]["id"] == 1,
          f"frame {i}: somebody with an identity")
for options in (["--threads", 1], ["--infer-threads", 3], ["--infer-streams", 1],
                ["--infer-streams", 4], ["--queue", 1]):
    run(calm, "--fast", *options, name="other")
    check((TMP / "other.json").read_bytes() == (TMP / "fast.json").read_bytes(),
          f"{options}: other bytes")

# Clips shorter than a span, and an end within one
for n in (1, 2, 3, 17, 30):
    js = run(calm, "--fast", "--max-frames", n)
    equal((len(js["frames"]), marked(js["frames"][-1])), (n, False), f"{n} frames")

# Somebody comes and goes; nobody is filled in beside frames in which somebody was seen to be.
inout = run("mannequin:enter-leave?seconds=6&fps=15&seed=2", "--fast")
invariants(inout, "enter-leave")
equal(len(inout["frames"]), 90, "enter-leave: frames")

# A cut: what is on its two sides is not mixed.
parts = []
for scene, camera in (("stand", "front"), ("sit", "side")):
    parts.append(TMP / f"{scene}.mp4")
    stance("mannequin", scene, "--seconds", "2", "--fps", "30", "--seed", "1", "--camera", camera,
           "-o", parts[-1])
both = TMP / "both.mp4"
ffmpeg("-i", parts[0], "-i", parts[1], "-filter_complex", "concat=n=2:v=1", both)
cut = run(both, "--fast")
equal(len(cut["frames"]), 120, "a cut: frames")
equal([marked(cut["frames"][i]) for i in (59, 60)], [False, False], "on both sides of a cut")

# A pause: nothing is filled in across it. And seconds count, not frames, where frames are left out.
paused = TMP / "paused.mp4"
ffmpeg("-i", TMP / "stand.mp4", "-vf", r"setpts=PTS+3/TB*gte(N\,37)", "-vsync", "vfr", paused)
pause = run(paused, "--fast")
check(pause["frames"][37]["timestamp_ms"] - pause["frames"][36]["timestamp_ms"] > 3000, "a pause: there is one")
equal([marked(pause["frames"][i]) for i in (36, 37)], [False, False], "on both sides of a pause")
check(sum(map(marked, pause["frames"])) > 5, "a pause: some are filled in elsewhere")
equal(sum(map(marked, run(TMP / "stand.mp4", "--fast", "--every", 20)["frames"])), 0, "--every: too far apart")

# With video every frame is decoded; sound and all travel in order.
stance("run", both, "--model", LITE, "--fast", "-o", TMP / "o.mp4", "--json", TMP / "o.json")
equal([f["timestamp_ms"] for f in read_json(TMP / "o.json")["frames"]],
      [f["timestamp_ms"] for f in cut["frames"]], "with a video beside it")
equal(video_facts(TMP / "o.mp4")["frames"], 120, "its frames")

# Frames that no other needs are not decoded while nothing happens, and then have rows as all
# others. The same ones for any number of threads; and all of them where a video is wanted.
parts = []
for scene, seconds in (("stand", 6), ("jacks", 4), ("stand", 5)):
    parts += ["-i", TMP / f"{scene}{seconds}.mp4"]
    stance("mannequin", scene, "--seconds", seconds, "--fps", "30", "--seed", "1", "-o", parts[-1])
clip = TMP / "calm.mkv"
CODECS = [["libx264", "-bf", "3"]] + (not SANITIZED) * [
    ["libx264", "-x264-params", "bframes=3:b-adapt=0:b-pyramid=none:keyint=37"],
    ["libx265", "-x265-params", "log-level=error"]]
for codec in CODECS:
    ffmpeg(*parts, "-filter_complex", "concat=n=3:v=1", "-c:v", *codec, clip)
    every, fast = run(clip), run(clip, "--fast", name="fast")
    invariants(fast, "left out")
    equal([f["timestamp_ms"] for f in fast["frames"]], [f["timestamp_ms"] for f in every["frames"]],
          "left out: a row for each frame")
    equal([f["frame_index"] for f in fast["frames"]], list(range(450)), "left out: numbers")
    equal(fast["summary"]["frames_in"], 450, "left out: none is lost")
    for options in (["--threads", 1], ["--threads", 8], ["--queue", 1], ["-v"]):
        done = run(clip, "--fast", *options, name="other", words=True)
        check((TMP / "other.json").read_bytes() == (TMP / "fast.json").read_bytes(),
              f"left out, {options}: other bytes")
    n = re.search(r"(\d+) frames were not decoded", done)
    check(n and 40 < int(n[1]) < 300, f"left out: {n and n[0]}")
    mean, _ = likeness(every, fast)
    print(f"{codec[0]}: {n and n[1]} of 450 frames not decoded, mean OKS {mean:.3f}")
    check(mean > 0.95, f"left out: mean OKS {mean:.3f}")
    for options in (["--fast", "-o", TMP / "o.mp4"], ["--fast", "--every", 2], []):
        done = run(clip, *options, "-v", name="other", words=True)
        check("not decoded" not in done, f"{options}: every frame is decoded")
    for options in (["--start", 3], ["--start", 3, "--end", 9], ["--max-frames", 100]):
        a, b = run(clip, *options), run(clip, *options, "--fast", name="other")
        equal([f["timestamp_ms"] for f in b["frames"]], [f["timestamp_ms"] for f in a["frames"]],
              f"left out, {options}")

# What begins as progressive video and goes on as interlaced; and times that go back.
parts = []
for i, (scene, how) in enumerate((("stand", []), ("stand", ["-flags", "+ildct+ilme", "-top", "1"]))):
    parts.append(TMP / f"part{i}.ts")
    ffmpeg("-stream_loop", "1", "-i", TMP / "stand6.mp4", "-c:v", "libx264", "-bf", "3", *how,
           "-output_ts_offset", 12.0 * i, parts[-1])
back = TMP / "jacks.ts"
ffmpeg("-stream_loop", "2", "-i", TMP / "jacks4.mp4", "-c:v", "libx264", "-bf", "3", back)
for name, files in (("mixed", parts), ("back", [parts[0], back])):
    clip = TMP / f"{name}.ts"
    clip.write_bytes(b"".join(p.read_bytes() for p in files))
    every = run(clip, status=None)
    fast = [run(clip, "--fast", "--threads", n, name="other", status=None) for n in (1, 3, 8)]
    for js in fast:
        invariants(js, name)
        equal(js["summary"]["frames_in"], every["summary"]["frames_in"], f"{name}: frames")
        equal(js["frames"], fast[0]["frames"], f"{name}: the same for any number of threads")

# Cut off, and with bytes that are wrong: as many rows as without --fast.
whole = clip.read_bytes()
for name, data in (("cut", whole[:len(whole) * 2 // 3]),
                   ("broken", whole[:len(whole) // 2] + os.urandom(2000) + whole[len(whole) // 2 + 2000:])):
    (TMP / f"{name}.mkv").write_bytes(data)
    done = [subprocess.run([STANCE, "run", TMP / f"{name}.mkv", "--quiet", "--model", LITE, "--json",
                            TMP / f"{name}{i}.json", *o], stderr=subprocess.PIPE, text=True)
            for i, o in enumerate(([], ["--fast"]))]
    check(all(d.returncode in (0, 2, 3, 4, 5) for d in done), f"{name}: {done}")
    counts = [len(read_json(TMP / f"{name}{i}.json")["frames"]) for i in (0, 1)]
    check(abs(counts[0] - counts[1]) <= 3, f"{name}: {counts} frames")

# What cannot be
for options, words in ((["--people", "all"], "one person"), (["--live", "yes"], "live")):
    done = stance("run", calm if "all" in options else both, "--model", LITE, "--fast", *options,
                  "--json", TMP / "no.json", status=1)
    check(words in done.stderr and "--fast" in done.stderr, f"{options}: {done.stderr}")
    check(not (TMP / "no.json").exists(), f"{options}: nothing is written")
photo = TMP / "photo.png"
ffmpeg("-i", both, "-frames:v", 1, photo)
equal(marked(run(photo, "--fast")["frames"][0]), False, "a picture is looked at")
finish()
