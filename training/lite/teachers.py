# SPDX-License-Identifier: Apache-2.0
"""What other networks say of each view, by the stance program (eval pose --save)."""

import concurrent.futures
import json

import numpy as np

from . import common, views

# Network -> (how it is shown people, its part in a vote). The parts follow docs/accuracy.md.
TEACHERS = {
    "pp-tinypose": (["--crops", "gt"], 1.0),
    "movenet-lightning-int8": (["--crops", "gt"], 0.6),
    "human-pose-estimation-0001-int8": ([], 0.6),
    "blazepose-lite": (["--crops", "gt"], 0.4),
}


def ask(args, folder, network):
    """Runs a network on a set of views, unless that was done before."""
    found = folder / f"{network}.json"
    if not found.exists():
        part = found.with_suffix(".part")
        common.stance(args, "eval", "pose", "--gt", folder / "labels.json", "--images", folder,
                      "--model", network, *TEACHERS[network][0], "--infer-threads", 1,
                      "--quiet", "--offline", "--save", part)
        part.rename(found)
    return found


def at_once(args, ask_one, pairs):
    """Calls ask_one(kind, network) for all pairs, as many at a time as there are threads: two
    programs of one thread each are faster than one of two, which wait for one another."""
    def do(pair):
        common.say(f"{pair[1]}: {pair[0]}")
        ask_one(*pair)

    with concurrent.futures.ThreadPoolExecutor(max(1, args.threads)) as pool:
        list(pool.map(do, pairs))


def ask_all(args, pairs):
    """ask() for all pairs of a kind of views and a network."""
    at_once(args, lambda kind, network: ask(args, args.work / "views" / kind, network), pairs)


def read(path, boxes):
    """@param boxes {number of a view: box}
    @return {number: 17 x (x, y, score)} of the person who fills the view's box best"""
    best = {}
    for pose in json.loads(path.read_text()):
        points = np.array(pose["keypoints"], np.float64).reshape(-1, 3)
        number = pose["image_id"]
        box = boxes[number]
        sure = points[points[:, 2] > 0.05]
        if len(sure) < 4:
            continue
        low, high = sure[:, :2].min(axis=0), sure[:, :2].max(axis=0)
        common_part = np.prod(np.clip(np.minimum(high, box[:2] + box[2:]) -
                                      np.maximum(low, box[:2]), 0, None))
        fit = common_part / max(1e-6, np.prod(high - low) + np.prod(box[2:]) - common_part)
        if number not in best or fit > best[number][0]:
            best[number] = fit, points
    return {number: points for number, (fit, points) in best.items() if fit > 0.15}


def of_views(args, kind, network, plans):
    """What a network says of all views of a kind, in pixels of the photos.

    @param plans {number: {"matrix", "box"}} of that kind before mirroring
    @return {number: 17 x (x, y, score)}
    """
    folder = args.work / "views" / kind
    boxes = {a["image_id"]: np.array(a["bbox"])
             for a in json.loads((folder / "labels.json").read_text())["annotations"]}
    said = {}
    for number, points in read(ask(args, folder, network), boxes).items():
        if number not in plans:
            continue
        if kind.endswith("-mirrored"):
            points[:, 0] = views.SIZE - points[:, 0]
            points = points[common.MIRROR]
        points[:, :2] = views.back(plans[number], points[:, :2])
        said[number] = points
    return said


# Detectors that are asked for boxes: of three families, each trained on its own.
DETECTORS = ["yolox-nano", "nanodet-m", "picodet-s-192-pedestrian"]


def look_for_boxes(args, kind, network):
    """Runs a detector on all views of a kind, a thousand at a time, unless that was done before.

    @return the files with what it found"""
    files = []
    for folder in sorted(p for p in (args.work / "views" / kind).iterdir() if p.is_dir()):
        found = folder.parent / f"{folder.name}-{network}.json"
        if not found.exists():
            part = found.with_suffix(".part")
            common.stance(args, "run", folder, "--model", network, "--min-score", 0.1,
                          "--threads", 1, "--infer-threads", 1, "--quiet", "--offline",
                          "--json", part)
            part.rename(found)
        files.append(found)
    return files


def boxes_of(args, kind, network):
    """What a detector finds in all views of a kind.

    @return {number: [(box, score)]}, in pixels of the views"""
    said = {}
    for found in look_for_boxes(args, kind, network):
        for frame in json.loads(found.read_text())["frames"]:
            said[int(frame["file"].rsplit("/")[-1].split(".")[0])] = [
                (np.array([x, y, x + w, y + h]), person["score"])
                for person in frame["people"] for x, y, w, h in [person["box"]]]
    return said
