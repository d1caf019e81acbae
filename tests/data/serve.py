#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance serve` with real files: what a job finds in a clip, and /api/pose in a picture, is to
the last digit what `stance run` finds with the same options: turned clips and pictures, variable
frame rates and all kinds of files; with one person and with several, who have identities."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

need_shared()
try:
    from PIL import Image
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

MODELS = {**ENV, "STANCE_MODEL_PATH": str(SHARED / "models")}
SEVERAL = {"people": "all", "model": "human-pose-estimation-0001-int8"}
MOST = 20 if SANITIZED else 100  # frames of a clip


def alike(found, expected, what):
    """All of it but what the file is called, and what took time."""
    for result in (found, expected):
        result["meta"].pop("source", None)
        for frame in result["frames"]:
            frame.pop("file", None)
            frame.pop("inference_ms", None)
            for person in frame.get("people", []):
                person.pop("inference_ms", None)
    check(expected["frames"], f"{what}: nothing to compare")
    for theirs, mine in zip(found["frames"], expected["frames"]):
        equal(theirs, mine, f"{what}: frame {mine.get('frame_index')}")
    equal(found, expected, what)


def mine(source, options):
    """What the command line finds."""
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    stance("run", source, *words, "--json", TMP / "mine.json", what=source.name, env=MODELS)
    return read_json(TMP / "mine.json")


def clip(at, source, **options):
    options = {"max-frames": MOST, **options}
    job = at.json("POST", f"/api/jobs?{urlencode(options)}", source.read_bytes(), status=202)["id"]
    done = at.wait(job, "done", "failed")
    equal((done["state"], done["error"]), ("done", None), source.name)
    here = mine(source, options)
    equal(done["frames"], len(here["frames"]), f"{source.name}: frames")
    alike(at.json("GET", done["results"]["json"]), here, source.name)
    equal(at.ask("DELETE", f"/api/jobs/{job}")[0], 204, "a job is removed")
    return here


def picture(at, source, **options):
    found = at.json("POST", f"/api/pose?{urlencode(options)}", source.read_bytes())
    here = mine(source, options)
    alike(found, here, source.name)
    return here


def turn(source):
    """As phones do it: the pixels lie on their side, and the file says so."""
    lying, turned = TMP / "lying.mp4", TMP / "turned.mp4"
    ffmpeg("-i", source, "-vf", "transpose=2", "-frames:v", 60, "-an", lying)
    set_matrix(lying, 90, turned)
    return turned


def uneven(source):
    """A variable frame rate, as phones have it in the dark: frames are missing here and there."""
    out = TMP / "uneven.mov"
    ffmpeg("-i", source, "-vf", "select='not(eq(mod(n,7),3)+eq(mod(n,5),1))'", "-vsync", "vfr", "-frames:v", 60, "-an",
           out)
    return out


at = Server(env=MODELS)

# ---- clips ----
videos = SHARED / "data/videos"
for name in sorted(p.name for p in videos.iterdir() if p.suffix != ".md"):
    people = clip(at, videos / name, people="one")
    print(f"{name}: {len(people['frames'])} frames", flush=True)
shot = videos / "presenter.mp4"
facts, meta = video_facts(shot), clip(at, turn(shot), people="one")["meta"]
equal((meta["width"], meta["height"]), (facts["width"], facts["height"]), "a turned clip is shown upright")
times = [f["timestamp_ms"] for f in clip(at, uneven(shot), people="one")["frames"]]
check(len({round(b - a) for a, b in zip(times, times[1:])}) > 1, f"its times are uneven: {times[:9]}")
seen = clip(at, videos / "street_walk_multi_720p50.avi", **{**SEVERAL, "max-frames": 12 if SANITIZED else 50})
check(any(p["id"] > 0 for f in seen["frames"] for p in f["people"]), "people have identities")

# ---- pictures ----
pictures = sorted((SHARED / "data/yoga5/tree").glob("*.jpg"))[:4] + \
    sorted((SHARED / "data/people17/images").glob("*.jpg"))[:6]
for source in pictures:
    picture(at, source, people="one")
source = pictures[0]
upright = picture(at, source, **SEVERAL)
check(upright["frames"][0]["people"], "somebody is seen")
for suffix, how in (("jpg", {"quality": 95}), ("webp", {"lossless": True}), ("png", {})):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to the right
    lying = TMP / f"lying.{suffix}"
    Image.open(source).convert("RGB").transpose(Image.Transpose.ROTATE_90).save(lying, exif=exif, **how)
    picture(at, lying, people="one")
at.end()
finish()
