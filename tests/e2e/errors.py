#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong is said in one clear line, with the documented exit status, and leaves no
output that looks complete.

Needs no networks: recorded tensors stand in for one, where the run gets that far.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403
from replay import REPLAY, write_clip, write_replay  # noqa: E402


def fails(status, words, *args, keep=(), **keywords):
    """Run in an empty folder: one line that has all the words, nothing left behind."""
    folder = TMP / "out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    done = stance(*args, status=status, cwd=folder, **keywords)
    name = "stance " + " ".join(map(str, args))
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    equal(len(lines), 1, f"{name}: lines on standard error ({done.stderr!r})")
    for word in words:
        check(word in done.stderr, f"{name}: expected {word!r} in {done.stderr!r}")
    check("(null)" not in done.stderr, f"{name}: {done.stderr!r}")
    left = sorted(p.name for p in folder.rglob("*") if p.is_file())
    equal(left, sorted(keep), f"{name}: files left behind")
    return done


write_clip(TMP / "clip.y4m", 10)
write_replay(TMP, 10)
R = REPLAY(TMP)

# ---- inputs: exit 2 ----
fails(2, ["none.mp4", "no such file"], "run", TMP / "none.mp4", *R)
(TMP / "empty").mkdir()
fails(2, ["empty", "folder"], "run", TMP / "empty", *R)
fails(2, ["*.mp4", "nothing"], "run", TMP / "empty" / "*.mp4", *R)
(TMP / "text.mp4").write_text("This is no video at all.\n" * 40)
fails(2, ["text.mp4", "expected a video"], "run", TMP / "text.mp4", *R)
(TMP / "text.jpg").write_text("This is no picture at all.\n" * 40)
fails(2, ["text.jpg", "expected a picture"], "run", TMP / "text.jpg", *R)
(TMP / "nothing.mp4").write_bytes(b"")
fails(2, ["nothing.mp4"], "run", TMP / "nothing.mp4", *R)
fails(2, ["camera:77", "camera"], "run", "camera:77", "--json", "x.json", *R)
fails(2, ["127.0.0.1"], "run", "http://127.0.0.1:9/clip.mp4", *R)
locked = TMP / "locked.y4m"
shutil.copy(TMP / "clip.y4m", locked)
locked.chmod(0)
if os.geteuid() != 0:
    fails(2, ["Permission denied"], "run", locked, *R)
elif shutil.which("setpriv"):  # root may read everything, unless it gives that right away
    done = subprocess.run(
        ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", STANCE, "run",
         str(locked), "--json", str(TMP / "locked.json"), *map(str, R)],
        stderr=subprocess.PIPE,
    )
    equal(done.returncode, 2, f"unreadable: exit ({done.stderr})")
    check(b"Permission denied" in done.stderr, f"unreadable: {done.stderr}")
    check(not (TMP / "locked.json").exists(), "unreadable: an output")

# ---- outputs: exit 4 ----
clip = TMP / "clip.y4m"
fails(4, ["nowhere"], "run", clip, "--json", "/proc/nowhere/x.json", *R)
fails(4, ["/proc"], "run", clip, "-o", "/proc/x.mp4", *R)
fails(4, ["full"], "run", clip, "--json", "/dev/full", *R)
disk = TMP / "disk"
disk.mkdir()
mounted = (
    os.geteuid() == 0
    and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)],
        stderr=subprocess.DEVNULL,
    ).returncode
    == 0
)
if mounted:
    try:
        write_clip(TMP / "long.y4m", 600)
        write_replay(TMP, 600, name="long")
        L = REPLAY(TMP, "long")
        for target in ("--json", "-o"):
            name = disk / ("full.json" if target == "--json" else "full.mp4")
            more = [] if target == "--json" else ["--crf", "0"]
            done = stance("run", TMP / "long.y4m", target, name, *more, *L, status=4)
            check("full" in done.stderr and "space" in done.stderr, f"full disk: {done.stderr}")
            equal(len(done.stderr.splitlines()), 1, f"full disk: lines ({done.stderr!r})")
            equal(sorted(p.name for p in disk.iterdir()), [], f"full disk, {target}: left")
    finally:
        subprocess.run(["umount", str(disk)], check=False)
else:
    print("a full disk cannot be tried without the right to mount one")

# ---- models and devices: exit 3 ----
fails(3, ["no-such-net", "stance models list"], "run", clip, "--model", "no-such-net")
fails(3, ["movenet-lightnin", "did you mean"], "run", clip, "--model", "movenet-lightnin-int8")
fails(3, ["none.tflite"], "run", clip, "--model", TMP / "none.tflite")
nothing = {**os.environ, "STANCE_MODEL_PATH": "", "XDG_DATA_HOME": str(TMP / "no-data")}
fails(3, ["movenet-lightning-int8", "--offline", "stance models fetch"], "run", clip,
      "--model", "movenet-lightning-int8", "--offline", env=nothing)
fails(3, ["movenet-thunder-int8", "import"], "run", clip, "--model", "movenet-thunder-int8",
      env=nothing)
fails(3, ["short.tensors"], "run", clip, "--engine", "replay", "--card",
      TMP / "walker.json", "--replay", TMP / "short.tensors")

# ---- wrong use: exit 1 ----
fails(1, ["--thresold", "--threshold"], "run", clip, "--thresold", "0.3")
fails(1, ["--threshold", "0 to 1", "7"], "run", clip, "--threshold", "7")
fails(1, ["libx265x", "libx265"], "run", clip, "-o", "x.mp4", "--encoder", "libx265x", *R)
fails(1, ["x.mp3"], "run", clip, "-o", "x.mp3", *R)
fails(1, ["no input"], "run")
fails(1, ["rnu", "run"], "rnu", clip)
fails(1, ["clip.y4m"], "run", clip, "-o", clip, *R)
fails(1, ["--people"], "run", clip, "--people", "7", *R)
fails(1, ["--region"], "run", clip, "--region", "5000,5000,10,10", *R)
fails(1, ["--end"], "run", clip, "--start", "2", "--end", "1", *R)
fails(1, ["--hwaccel", "warp"], "run", clip, "--hwaccel", "warp", *R)
fails(1, ["--format"], "run", clip, "--format", "warp", *R)
fails(1, ["--input-format", "warp"], "run", clip, "--input-format", "warp", *R)
for words, without in (
        (["--every-s", "3", "-o", "x.mp4"], "--screenshots"), (["--format", "csv", "-o", "x.mp4"], "--json"),
        (["--threshold", "0.3", "--json", "-"], "--output or --show or --screenshots"),
        (["--crf", "3", "--json", "-"], "--output"), (["--cutoff", "3"], "--smooth zero-phase"),
        (["--outside", "keep"], "--zone"), (["--margin", "3"], "--zone or --line"),
        (["--line", "1,2 3,4", "--json", "-"], "--events or --events-json or --output"),
        (["--dwell", "3"], "--events or --events-json")):
    fails(1, [f"{words[0]}: does nothing without {without}"], "run", clip, *words, *R)
for words, off in ((["--raw"], "--smooth"), (["--events", "x.db", "--tracker", "off"], "--tracker"),
                   (["--track-pose", "0.1", "--tracker", "off"], "--tracker")):
    fails(1, [f"{words[0]}: does nothing with {off} off"], "run", clip, *words, *R)
fails(1, ["--replay: does nothing without --engine replay"], "run", clip, "--replay", "x")
(TMP / "all.conf").write_text("crf = 20\noverlay = text\n")
stance("run", clip, "--config", TMP / "all.conf", "--json", TMP / "all.json", *R)
for words, without in ((["--track-pose", "0.1"], "--tracker"), (["--raw"], "--smooth"),
                       (["--min-life", "3"], "--events"), (["--line", "1,2 3,4"], "--zone")):
    fails(1, [words[0], without], "convert", TMP / "all.json", "-o", TMP / "x.csv", *words)
fails(1, ["--no-cuts"], "convert", TMP / "all.json", "-o", TMP / "x.csv", "--no-cuts")
fails(1, ["--joints"], "mannequin", "walk", "--truth", TMP / "x.json", "--joints")
(TMP / "bad.conf").write_text("threshold = 0.3\nthreshhold = 2\n")
fails(1, ["bad.conf:2", "threshhold"], "run", clip, "--config", TMP / "bad.conf")

# ---- no option stands twice in a command's table: the second could never be named ----
for command in ("run", "convert", "mannequin", "models", "eval pose", "eval track", "events",
                "devices", "options"):
    shown = stance(*command.split(), "--help").stdout
    names = re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", shown, re.M)
    letters = re.findall(r"^ +(-\w), --", shown, re.M)
    equal(len(names), len(set(names)), f"{command}: names of options ({sorted(names)})")
    equal(len(letters), len(set(letters)), f"{command}: letters of options ({sorted(letters)})")

# ---- one that fails does not stop the others ----
folder = TMP / "batch"
folder.mkdir()
for name in ("a.y4m", "c.y4m"):
    shutil.copy(clip, folder / name)
(folder / "b.mp4").write_text("no video")
write_replay(TMP, 20, name="twenty")
done = stance("run", folder / "a.y4m", folder / "b.mp4", folder / "c.y4m", "--json",
              folder / "out", *REPLAY(TMP, "twenty"), status=2)
equal(sorted(p.name for p in (folder / "out").iterdir()), ["a.json", "c.json"], "a batch")
check("b.mp4" in done.stderr and "2 of 3" in done.stderr, f"a batch: {done.stderr}")
finish()
