#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""stance eval track beside TrackEval and motmetrics, on the sequences of ../shared/data/mot.

Results are the detections that lie beside the labels, given identities by the simplest tracker
there is: the box of the frame before that overlaps most.
"""

import configparser
import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
try:
    from reference import tracks
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

MOT = SHARED / "data/mot"


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0, width) * max(0, height)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def follow(labels, detections, results, least=0.3):
    """Write identities from 1, in the frames that have labels."""
    end = max(int(line.split(",")[0]) for line in labels.read_text().split())
    frames = {}
    for line in detections.read_text().split():
        frame, _, *rest = line.split(",")
        if int(frame) <= end:
            frames.setdefault(int(frame), []).append([float(v) for v in rest[:5]])
    before, last, n, rows = [], 0, 0, []
    for frame in sorted(frames):
        before = before if frame == last + 1 else []
        now = []
        for box in frames[frame]:
            best = max(before, key=lambda b: overlap(b[1], box), default=None)
            if best and overlap(best[1], box) >= least:
                before.remove(best)
                now.append((best[0], box))
            else:
                n += 1
                now.append((n, box))
        rows += [f"{frame},{who},{','.join(f'{v:g}' for v in box)},-1,-1,-1\n" for who, box in now]
        before, last = now, frame
    results.write_text("".join(rows))


def compare(name, gt, results, lengths, benchmark, from_files):
    reference = tracks.Trackeval(gt, results, lengths, benchmark.upper())
    done = stance("eval", "track", "--gt", gt, "--results", results, "--json", "--quiet")
    found = json.loads(done.stdout)
    for f in found["sequences"]:
        key = f["name"]
        expected = reference.figures(key)
        of_motmetrics = tracks.motmetrics_of_files(gt / key / "gt/gt.txt", results / f"{key}.txt") \
            if from_files else tracks.motmetrics_of_data(reference.data[key])
        same(f, expected, key)
        close(f["identity"]["IDF1"], of_motmetrics.pop("idf1"), 1e-6, f"{key}: IDF1 of motmetrics")
        same(f["motmetrics"], {k: v for k, v in of_motmetrics.items() if k[:2] != "id"}, key)
        print(f"{key}: HOTA {f['hota']['HOTA']:.4f}, MOTA {f['clear']['MOTA']:.4f}, IDF1 "
              f"{f['identity']['IDF1']:.4f}, {f['clear']['IDSW']} switches; rules "
              f"{f['benchmark']}, {f['boxes_left_out']} results left out")
    equal(len(found["sequences"]), len(lengths), f"{name}: sequences")
    same(found["combined"], reference.combined(), f"{name}: combined")
    return found


def same(found, expected, what):
    for key, value in expected.items():
        if isinstance(value, dict):
            same(found[key], value, f"{what}: {key}")
        elif isinstance(value, list):
            check(all(abs(a - b) <= 1e-6 for a, b in zip(found[key], value)),
                  f"{what}: {key}: expected {value}, found {found[key]}")
        else:
            close(found[key], value, 1e-6, f"{what}: {key}")


def campus():
    gt, results = TMP / "campus", TMP / "campus-found"
    (gt / "TUD-Campus/gt").mkdir(parents=True)
    results.mkdir()
    shutil.copy(MOT / "boxes_only/TUD-Campus/gt.txt", gt / "TUD-Campus/gt")
    boxes = MOT / "boxes_only/TUD-Campus"
    follow(boxes / "gt.txt", boxes / "det.txt", results / "TUD-Campus.txt")
    found = compare("TUD-Campus", gt, results, {"TUD-Campus": 71}, "mot15", True)
    equal(found["sequences"][0]["benchmark"], "plain", "rules of 2015's labels")
    check(0.3 < found["combined"]["hota"]["HOTA"] < 0.9, "TUD-Campus: HOTA")


def mini():
    gt, results, lengths = MOT / "mot17_mini", TMP / "mini-found", {}
    results.mkdir()
    for folder in sorted(gt.iterdir()):
        info = configparser.ConfigParser()
        info.read(folder / "seqinfo.ini")
        lengths[folder.name] = int(info["Sequence"]["seqLength"])
        follow(folder / "gt/gt.txt", folder / "det/det.txt", results / f"{folder.name}.txt", 0.5)
    found = compare("mot17_mini", gt, results, lengths, "mot17", False)
    equal([f["frames"] for f in found["sequences"]], [lengths[k] for k in sorted(lengths)],
          "frames as seqinfo.ini says")
    check(found["combined"]["boxes_left_out"] > 0, "somebody is hard to tell from a pedestrian")


campus()
mini()
finish()
