#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`--fence` and `--untrusted`: what a run needs works inside as outside, and what it does not need cannot be opened;
compiled networks are kept before, and never from inside."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403

CACHE = TMP / "cache"
ENV = {**os.environ, "STANCE_MODEL_PATH": "", "XDG_DATA_HOME": str(TMP / "data"), "XDG_CACHE_HOME": str(CACHE)}
CLIP, OTHER = TMP / "in" / "clip.mp4", TMP / "other.png"
INSIDE, OUTSIDE = TMP / "inside", TMP / "outside"
for folder in (CLIP.parent, INSIDE, OUTSIDE):
    folder.mkdir()
stance("mannequin", "enter-leave", "--seconds", 3, "--size", "320x240", "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, OTHER)


def run(into, *options, source=CLIP, status=0):
    return stance("run", source, "--json", into / "a.json", "--people", "all", *options, status=status,
                  env=ENV)


def compiled():
    return sorted(CACHE.glob("stance/compiled/*.blob"))


def people(folder):
    return [f["people"] for f in read_json(folder / "a.json")["frames"]]


# ---- the cache ----
said = run(INSIDE, "--untrusted", "--no-fill-cache").stderr
FILES = "may be opened is not limited" not in said
if not FILES:
    check("Landlock" in said, f"what lacks is said: {said}")
    print("which files may be opened is not limited by this system: that was not tried")
else:
    equal(compiled(), [], "from inside nothing is kept")
run(INSIDE, "--untrusted")
kept = compiled()
check(kept, "kept before")
times = [p.stat().st_mtime_ns for p in kept]
run(INSIDE, "--untrusted", "--no-fill-cache")
equal(([p.stat().st_mtime_ns for p in compiled()], compiled()), (times, kept), "and left alone")

# ---- what is needed works ----
def outputs(folder):
    return ("--events-json", folder / "e.json", "--events", folder / "e.db", "-o", folder / "a.mp4",
            "--screenshots", folder / "shots", "--every-s", 1, "--dwell", 1, "--smooth", "zero-phase", "--follow", "longest")


run(OUTSIDE, *outputs(OUTSIDE))
run(INSIDE, *outputs(INSIDE), "--untrusted")
equal(people(INSIDE), people(OUTSIDE), "the same people")
def events(folder):
    """What happened, by its file and by the database, without the time that it took to see it."""
    stored = json.loads(stance("events", folder / "e.db", "--format", "json", env=ENV).stdout)["events"]
    written = read_json(folder / "e.json")["events"]
    return [[(e["kind"], e["id"], e["start_ms"], e["x"], e["y"]) for e in found] for found in (written, stored)]


equal(events(INSIDE), events(OUTSIDE), "the same events")
check(len(events(INSIDE)[1]) > 1, "there are some")
equal(len(list((INSIDE / "shots").iterdir())), len(list((OUTSIDE / "shots").iterdir())), "screenshots")
run(INSIDE, "--untrusted", "--threads", 1, "--no-fill-cache")
for folder, more in ((OUTSIDE, ()), (INSIDE, ("--fence",))):
    stance("convert", OUTSIDE / "a.json", "-o", folder / "a.csv", *more, env=ENV)
equal((INSIDE / "a.csv").read_text(), (OUTSIDE / "a.csv").read_text(), "convert")

# ---- what is not needed cannot be opened ----
SCENE = f"mannequin:stand?seconds=1&size=320x240&background={OTHER}"
run(INSIDE, "--max-frames", 1, source=SCENE)
refused = run(INSIDE, "--fence", "--max-frames", 1, source=SCENE, status=None)
equal(refused.returncode != 0, FILES, f"a file that is no input: {refused.stderr}")
finish()
