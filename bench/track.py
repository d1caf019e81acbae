#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Identities: stance's tracker beside supervision's ByteTrack at its defaults, from the same
boxes.

    bench/track.py [--stance PROGRAM] [--tool track_file] [--shared FOLDER] [--seeds N]
                   [--first-seed N]

TUD-Campus, where it is at hand, and drawn scenes: what is true of them with seeded noise,
misses and false boxes on top. Prints a table in Markdown: IDF1 (of TUD-Campus by motmetrics),
HOTA (trackeval), switches, and the frames a second of the association alone.
tests/data/tracking.py holds stance to a short version of it.
"""

import argparse
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Scene, how it differs, frames a second of what the trackers see.
# - hide: nobody finds a person for a second, again and again
# - vfr: frames are left out at random, a third of them
SCENES = [
    ("cross", "people=4&seconds=20", {}),
    ("cross", "people=6&seconds=20&camera=oblique", {"hide": True}),
    ("enter-leave", "people=6&seconds=20", {}),
    ("crowd", "people=10&seconds=15", {}),
    ("crowd", "people=20&seconds=10", {}),
    ("cross", "people=4&seconds=20", {"every": 3}),
    ("enter-leave", "people=6&seconds=20", {"vfr": True}),
]
SIZE = "320x240"


# ---- boxes: what is true, and what a detector might say ----


class Clip:
    """Frames of what is true and of what is found: arrays of boxes x, y, w, h."""

    def __init__(self, name, times_us):
        self.name = name
        self.times_us = times_us
        self.truth = []  # (ids, boxes)
        self.found = []  # (boxes, scores, keypoints n x 17 x 3 or None)


@functools.lru_cache(maxsize=None)
def draw(stance, scene, more, seed):
    """The truth of a drawn scene; not to be changed."""
    with tempfile.TemporaryDirectory(prefix="stance-track-") as folder:
        truth = pathlib.Path(folder) / "truth.json"
        subprocess.run([stance, "run", f"mannequin:{scene}?{more}&seed={seed}&size={SIZE}", "--model",
                        "truth", "--json", f"{folder}/a.json", "--truth", truth, "--quiet"],
                       check=True)
        return json.loads(truth.read_text())


def seen_part(person):
    """How much of a person nobody stands in front of."""
    points = [k["visibility"] for k in person["keypoints"]]
    inside = [p for p in points if p != "outside"]
    return sum(p in ("visible", "hidden-by-self") for p in inside) / max(len(points), 1)


def look(person, seen, random):
    """A person as a detector might find them: box, score, points."""
    x, y, w, h = person["box"]
    size = (w + h) / 2
    rough = 0.02 + 0.04 * (1 - seen)
    cx, cy = np.array([x + w / 2, y + h / 2]) + random.normal(0, rough, 2) * size
    w, h = np.array([w, h]) * np.exp(random.normal(0, 1.5 * rough, 2))
    points = np.full((17, 3), np.nan)
    for k, point in enumerate(person["keypoints"]):
        if point["visibility"] in ("visible", "hidden-by-self"):
            points[k] = [*np.array([point["x"], point["y"]]) + random.normal(0, 0.02, 2) * size,
                         random.uniform(0.3, 0.9)]
    score = random.normal(0.8, 0.1) * (0.4 + 0.6 * seen)
    return [cx - w / 2, cy - h / 2, w, h], float(np.clip(score, 0.1, 0.99)), points


def false_box(people, random, width, height):
    """What is found where nobody is: anywhere, or a part of somebody."""
    if people and random.random() < 0.5:
        x, y, w, h = people[random.integers(len(people))]["box"]
        part = random.uniform(0.3, 0.8, 2)
        w, h, x, y = w * part[0], h * part[1], x + random.uniform(0, 0.5) * w, y + random.uniform(0, 0.5) * h
    else:
        h = random.uniform(0.2, 0.6) * height
        w = h * random.uniform(0.3, 0.6)
        x, y = random.uniform(0, width - w), random.uniform(0, height - h)
    return [x, y, w, h], float(random.uniform(0.1, 0.6)), np.full((17, 3), np.nan)


def spoil(truth, name, seed, hide=False, vfr=False, every=1):
    """A clip of boxes with noise, misses in runs, and false ones."""
    random = np.random.default_rng(seed)
    meta = truth["meta"]
    frames = [f for i, f in enumerate(truth["frames"]) if i % every == 0]
    if vfr:
        frames = [f for i, f in enumerate(frames) if i == 0 or random.random() < 0.67]
    clip = Clip(name, [round(f["timestamp_ms"] * 1000) for f in frames])
    missing = {}  # id: frames still to be missed
    hidden_until = {}
    for now, frame in zip(clip.times_us, frames):
        people = frame["people"]
        found = []
        for person in people:
            seen, who = seen_part(person), person["id"]
            if hide and random.random() < 0.006 and now > hidden_until.get(who, -1) + 2_000_000:
                hidden_until[who] = now + 1_000_000
            if missing.get(who, 0) > 0:
                missing[who] -= 1
                continue
            if now <= hidden_until.get(who, -1) or random.random() > min(1, 2.5 * seen):
                continue
            if random.random() < 0.03:
                missing[who] = random.integers(0, 5)
                continue
            found.append(look(person, seen, random))
        for _ in range(random.poisson(0.3)):
            found.append(false_box(people, random, meta["width"], meta["height"]))
        random.shuffle(found)
        clip.truth.append((np.array([p["id"] for p in people], int),
                           np.array([p["box"] for p in people], float).reshape(-1, 4)))
        clip.found.append((np.array([f[0] for f in found], float).reshape(-1, 4),
                           np.array([f[1] for f in found], float),
                           np.array([f[2] for f in found], float).reshape(-1, 17, 3)))
    return clip


def read_mot(path, score):
    frames = {}
    for line in pathlib.Path(path).read_text().split():
        v = [float(x) for x in line.split(",")]
        frames.setdefault(int(v[0]), []).append((int(v[1]), v[2:6], v[6] if score else 1))
    return frames


def tud_campus(shared):
    folder = pathlib.Path(shared) / "data/mot/boxes_only/TUD-Campus"
    found, truth = read_mot(folder / "det.txt", True), read_mot(folder / "gt.txt", False)
    n = max(max(found), max(truth))
    clip = Clip("TUD-Campus", [round(i * 1e6 / 25) for i in range(n)])
    for i in range(1, n + 1):
        t, f = truth.get(i, []), found.get(i, [])
        clip.truth.append((np.array([p[0] for p in t], int), np.array([p[1] for p in t], float).reshape(-1, 4)))
        clip.found.append((np.array([p[1] for p in f], float).reshape(-1, 4),
                           np.array([p[2] for p in f], float), None))
    return clip


# ---- trackers: a list of (ids, boxes), one a frame ----


def by_stance(tool, clip, *options, points=False, repeat=1):
    """@return ids and boxes of each frame, and frames a second"""
    with tempfile.TemporaryDirectory(prefix="stance-track-") as folder:
        boxes, times = pathlib.Path(folder) / "det.txt", pathlib.Path(folder) / "times"
        with boxes.open("w", encoding="ascii") as file:
            for i, (found, scores, keypoints) in enumerate(clip.found):
                for k, (box, score) in enumerate(zip(found, scores)):
                    line = [i + 1, -1, *(f"{v:.4f}" for v in box), f"{score:.5f}", -1, -1, -1]
                    if points and keypoints is not None:
                        for x, y, s in keypoints[k]:
                            line += ["", "", ""] if np.isnan(x) else [f"{x:.3f}", f"{y:.3f}", f"{s:.3f}"]
                    file.write(",".join(map(str, line)) + "\n")
        times.write_text("\n".join(map(str, clip.times_us)) + "\n")
        done = subprocess.run([tool, "--times", times, "--repeat", str(repeat), "--frames",
                               str(len(clip.found)), *options, boxes],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
    result = [([], []) for _ in clip.found]
    for line in done.stdout.split():
        v = line.split(",")
        result[int(v[0]) - 1][0].append(int(v[1]))
        result[int(v[0]) - 1][1].append([float(x) for x in v[2:6]])
    return [(np.array(i, int), np.array(b, float).reshape(-1, 4)) for i, b in result], float(done.stderr.split()[-1])


def by_supervision(clip):
    warnings.filterwarnings("ignore")
    import supervision as sv
    tracker = sv.ByteTrack()
    result = []
    for boxes, scores, _ in clip.found:
        corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
        d = tracker.update_with_detections(sv.Detections(
            xyxy=corners, confidence=scores, class_id=np.zeros(len(scores), int)))
        ids = np.array(d.tracker_id if d.tracker_id is not None else [], int)
        known = ids >= 0
        b = np.array(d.xyxy, float).reshape(-1, 4)
        result.append((ids[known], np.hstack([b[:, :2], b[:, 2:] - b[:, :2]])[known]))
    return result


# ---- figures ----


def overlaps(a, b):
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)))
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=2)
    return common / (np.prod(a[:, 2:], axis=1)[:, None] + np.prod(b[:, 2:], axis=1)[None] - common)


def figures(clip, result):
    """IDF1, HOTA and switches by trackeval, in percent and times."""
    from trackeval.metrics import CLEAR, HOTA, Identity

    def numbered(frames):
        known = {}
        return [np.array([known.setdefault(i, len(known)) for i in ids], int) for ids, _ in frames], len(known)

    truth, n_truth = numbered(clip.truth)
    ids, n_ids = numbered(result)
    data = {"gt_ids": truth, "tracker_ids": ids, "num_gt_ids": n_truth, "num_tracker_ids": n_ids,
            "num_gt_dets": sum(map(len, truth)), "num_tracker_dets": sum(map(len, ids)),
            "num_timesteps": len(truth),
            "similarity_scores": [overlaps(t[1], r[1]) for t, r in zip(clip.truth, result)]}
    quiet = {"PRINT_CONFIG": False}
    idf1 = Identity(quiet).eval_sequence(data)["IDF1"]
    hota = float(np.mean(HOTA(quiet).eval_sequence(data)["HOTA"])) if n_ids else 0
    return {"IDF1": 100 * idf1, "HOTA": 100 * hota,
            "switches": int(CLEAR(quiet).eval_sequence(data)["IDSW"])}


def idf1_by_motmetrics(clip, result):
    import motmetrics as mm
    events = mm.MOTAccumulator(auto_id=True)
    for (truth, boxes), (ids, places) in zip(clip.truth, result):
        away = 1 - overlaps(boxes, places)
        away[away > 0.5] = np.nan
        events.update(truth, ids, away)
    return 100 * float(mm.metrics.create().compute(events, metrics=["idf1"])["idf1"].iloc[0])


def compare(tool, clip, short=False):
    """Figures of every tracker on a clip."""
    results = {"supervision ByteTrack": by_supervision(clip), "stance byte": by_stance(tool, clip)[0]}
    if not short:
        results["stance sort"] = by_stance(tool, clip, "--tracker", "sort")[0]
    if clip.found[0][2] is not None:
        results["stance byte with points"] = by_stance(tool, clip, points=True)[0]
    found = {name: figures(clip, result) for name, result in results.items()}
    if clip.name == "TUD-Campus":
        for name, result in results.items():
            found[name]["IDF1"] = idf1_by_motmetrics(clip, result)
    return found


def title(scene, more, change):
    words = {"hide": "hidden for 1 s", "vfr": "VFR", "every": "10 fps"}
    return ", ".join([scene, more.split("&")[0].replace("people=", "") + " people",
                      *(words[k] for k in change)])


def drawn(stance, seed, scenes=None):
    for scene, more, change in scenes or SCENES:
        yield spoil(draw(stance, scene, more, seed), title(scene, more, change), seed, **change)


def table(rows):
    """@param rows (name of the clip, frames, figures by tracker)"""
    trackers = list(dict.fromkeys(t for _, _, found in rows for t in found))
    yield "| scene | frames | " + " | ".join(trackers) + " |"
    yield "|---|---:|" + "---:|" * len(trackers)
    for name, n, found in rows:
        cells = [f"{f['IDF1']:.1f} / {f['HOTA']:.1f} / {f['switches']:g}" if f else "-"
                 for f in (found.get(t) for t in trackers)]
        yield f"| {name} | {n} | " + " | ".join(cells) + " |"


def mean_of(rows):
    trackers = list(dict.fromkeys(t for _, _, found in rows for t in found))
    n = sum(r[1] for r in rows)
    return {t: {k: sum(r[2][t][k] * (1 if k == "switches" else r[1] / n) for r in rows)
                for k in ("IDF1", "HOTA", "switches")}
            for t in trackers if all(t in r[2] for r in rows)}


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("--stance", default=os.environ.get("STANCE", str(ROOT / "build/release/stance")))
    a.add_argument("--tool", default=str(ROOT / "build/release/tests/track_file"))
    a.add_argument("--shared", default=os.environ.get("STANCE_SHARED", str(ROOT / "../shared")))
    a.add_argument("--seeds", type=int, default=4, help="each draws all scenes once")
    a.add_argument("--first-seed", type=int, default=1)
    a = a.parse_args()
    rows, fastest = [], None
    for seed in range(a.first_seed, a.first_seed + a.seeds):
        for i, clip in enumerate(drawn(a.stance, seed)):
            found = compare(a.tool, clip)
            if clip.name == "crowd, 20 people":
                speed = [by_stance(a.tool, clip, points=p, repeat=20)[1] for p in (False, True)]
                fastest = [max(x) for x in zip(speed, fastest or speed)]
            if seed == a.first_seed:
                rows.append([clip.name, len(clip.found), [found]])
            else:
                rows[i][1] += len(clip.found)
                rows[i][2].append(found)
            print(f"  {seed}: {clip.name}", file=sys.stderr, flush=True)
    rows = [(name, n, {t: {k: sum(f[t][k] for f in found) / (1 if k == "switches" else len(found))
                           for k in found[0][t]} for t in found[0]}) for name, n, found in rows]
    rows.append(("**all drawn**", sum(r[1] for r in rows), mean_of(rows)))
    if (pathlib.Path(a.shared) / "data/mot/boxes_only").is_dir():
        clip = tud_campus(a.shared)
        rows.insert(0, (clip.name, len(clip.found), compare(a.tool, clip)))
    print("\n".join(table(rows)))
    print(f"\nThe association alone, 20 people: {fastest[0]:,.0f} frames/s by boxes, "
          f"{fastest[1]:,.0f} with points.")


if __name__ == "__main__":
    main()
