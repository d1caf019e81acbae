#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several people by a detector and a network that looks at each of them."""

import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
STREET = SHARED / "data/videos/street_walk_multi_720p50.avi"
JACKS = SHARED / "data/videos/jumping_jacks.mp4"


def run(*args, clip=STREET, name="a"):
    js = TMP / f"{name}.json"
    stance("run", clip, "--model", "pp-tinypose", "--max-frames", 12, "--json", js, *args)
    result = read_json(js)
    invariants(result, f"{args}")
    return result


def counts(result):
    return [len(f["people"]) for f in result["frames"]]


found = run("--people", "all")
equal(found["meta"]["mode"], "multi", "mode")
check(statistics.median(counts(found)) >= 4, f"a street: {counts(found)} people")
for frame in found["frames"]:
    for person in frame["people"]:
        x, y, w, h = person["box"]
        sure = [k for k in person["keypoints"] if k["score"] >= 0.2]
        check(all(x - 1 <= k["x"] <= x + w + 1 and y - 1 <= k["y"] <= y + h + 1 for k in sure),
              "points outside of their box")

# The same bytes, whatever the threads; and at every frame anew the same kind of answer.
run("--people", "all", "--threads", 1, name="b")
equal((TMP / "a.json").read_bytes(), (TMP / "b.json").read_bytes(), "--threads 1")
every = run("--people", "all", "--detect-every", 1, name="c")
check(abs(statistics.mean(counts(every)) - statistics.mean(counts(found))) < 3,
      f"every frame {counts(every)}, every fifth {counts(found)}")

# As many as were asked for.
check(max(counts(run("--people", 2, name="d"))) <= 2, "--people 2")
one = run("--people", "one", "--detector", "yolox-nano", "--start", 10, clip=JACKS, name="e")
equal(one["meta"]["mode"], "single", "--people one")
several = run("--detector", "picodet-s-192-pedestrian", "--start", 10, clip=JACKS, name="f")
equal(several["meta"]["mode"], "multi", "--detector alone")
equal(statistics.median(counts(several)), 1, "one person")

# A single-person network asked for several takes a detector by itself.
js = TMP / "g.json"
stance("run", JACKS, "--people", "all", "--start", 10, "--max-frames", 3, "--json", js)
equal([len(f["people"]) for f in read_json(js)["frames"]], [1, 1, 1], "MoveNet and a detector")

# Good choices by short names; one person followed where there are more is told.
for alias, model, mode in [("single", "movenet-lightning-int8", "single"),
                           ("fast", "movenet-lightning-int8", "multi"),
                           ("balanced", "pp-tinypose", "multi"),
                           ("accurate", "pp-tinypose", "multi"),
                           ("3d", "blazepose-lite", "single")]:
    result = run("--model", alias, name="h")
    equal((result["meta"]["model"], result["meta"]["mode"]), (model, mode), alias)
done = stance("run", STREET, "--model", "posenet-mobilenet-075-quant", "--people", "one",
              "--max-frames", 2, "--json", js)
seen = read_json(js)["summary"]["people_seen"]
check(seen > 1 and f"followed 1 of up to {seen} people" in done.stderr, f"told: {done.stderr!r}")

# More pixels find smaller people.
few, many = (run("--model", "human-pose-estimation-0001-int8", *size, name="i")
             for size in ([], ["--input-size", "1136x640"]))
check(statistics.mean(counts(many)) > statistics.mean(counts(few)),
      f"1136x640: {counts(many)}, 456x256: {counts(few)}")

for args, part in [
    (["--model", "pp-tinypose", "--detector", "nosuch"], "no network is called 'nosuch'"),
    (["--model", "pp-tinypose", "--detector", "movenet-lightning-int8"], "boxes of people"),
    (["--model", "posenet-mobilenet-075-quant", "--detector", "yolox-nano"], "by itself"),
    (["--model", "yolox-nano", "--people", "one"], "boxes"),
    (["--model", "movenet-lightning-int8", "--input-size", "256x256"], "192x192"),
    (["--model", "human-pose-estimation-0001-int8", "--input-size", "450x256"], "multiples of 8"),
    (["--model", "human-pose-estimation-0001-int8", "--input-size", "456"], "WIDTHxHEIGHT"),
    (["--model", "human-pose-estimation-0001-int8", "--input-size", "9000x8"], "WIDTHxHEIGHT"),
]:
    done = subprocess.run([STANCE, "run", JACKS, *args, "--json", TMP / "x.json"],
                          stderr=subprocess.PIPE, text=True)
    check(done.returncode in (1, 3), f"{args}: exit {done.returncode}")
    check(part in done.stderr, f"{args}: {done.stderr!r}")
    check(not (TMP / "x.json").exists(), f"{args}: an output was left")
finish()
