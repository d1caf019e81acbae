#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What stance does on a machine that has nothing but stance: no network of others, no test
data, no cable. stance-lite and stance-detector are looked at on drawn people, whose joints
are known; install.sh looks at them in an installed tree.
"""

import collections
import hashlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]),
                str(pathlib.Path(__file__).resolve().parents[2] / "bench")]
import drawn  # noqa: E402
from kit import *  # noqa: E402,F403

LITE, DETECTOR = "stance-lite", "stance-detector"
CARDS = TMP / "cards"  # what a user may add to
CARDS.mkdir()
BARE = {**os.environ, "STANCE_MODEL_PATH": "", "XDG_DATA_HOME": str(TMP / "data"),
        "STANCE_MODEL_MIRROR": "http://127.0.0.1:9/"}  # nothing answers there
ADDED = {**BARE, "STANCE_MODEL_PATH": str(CARDS)}
HINT = "stance models fetch"
n_runs = 0


def run(source, *args, env=BARE):
    """@return the JSON's path, the truth's, what was said of the networks"""
    global n_runs
    n_runs += 1
    found, truth = TMP / f"found-{n_runs}.json", TMP / f"truth-{n_runs}.json"
    more = ["--truth", truth] if source.startswith("mannequin:") else []
    done = stance("run", source, "--json", found, *more, *args, env=env)
    said = [line for line in done.stderr.splitlines() if line.startswith("stance: network: ")]
    check("warning" not in done.stderr, f"{source} {args}: {done.stderr}")
    return found, truth, said


def mean_oks(found, truth):
    return drawn.score(read_json(found), read_json(truth))[0]


def said_once(said, words, hint):
    check(len(said) == 1 and said[0].split(";")[0] == f"stance: network: {words}",
          f"expected once '{words}', found {said}")
    equal(bool(said) and HINT in said[0], hint, f"'{HINT}' in {said}")


def parts_of_stance():
    """They are listed, found, and small."""
    listed = {m["name"]: m for m in json.loads(
        stance("models", "list", "--json", env=BARE).stdout)}
    text = stance("models", "list", env=BARE).stdout
    folders = stance("models", "path", env=BARE).stdout.splitlines()
    for name, most in ((LITE, 3e6), (DETECTOR, 1e6)):
        found = listed[name]
        equal((found["state"], found["built_in"]), ("here", True), f"list --json: {name}")
        row = next(line for line in text.splitlines() if line.startswith(f"{name} "))
        check("built in" in row, f"list: {row}")
        size = sum(f["bytes"] for f in found["files"])
        check(0 < size <= most, f"{name}: {size} bytes, expected at most {most:.0f}")
        for f in found["files"]:
            check(any(f["path"].startswith(folder + "/") for folder in folders),
                  f"{f['path']} in none of {folders}")
        info = stance("models", "info", name, env=BARE).stdout
        check("built in" in info, f"info: {info}")
        stance("models", "verify", name, env=BARE)
        done = stance("models", "fetch", name, env=BARE)
        check("already here" in done.stderr, f"fetch: {done.stderr}")
    others = [m["name"] for m in listed.values() if m["built_in"]]
    equal(sorted(others), [DETECTOR, LITE], "what is built in")
    # Of an alias it is about the network that is taken.
    both = json.loads(stance("models", "info", "fast", "--json", env=BARE).stdout)
    equal([m["name"] for m in both], [LITE, DETECTOR], "info fast")


def one_person():
    """Each scene alone would find a network that sees standing people only."""
    for scene, camera, least in (("stand", "front", 0.85), ("squats", "oblique", 0.85),
                                 ("jacks", "front", 0.85), ("walk", "side", 0.6),
                                 ("pushups", "oblique", 0.6)):
        clip = f"mannequin:{scene}?camera={camera}&seed=2&seconds=4&fps=15"
        found, truth, said = run(clip)
        said_once(said, LITE, True)
        result = read_json(found)
        invariants(result, scene)
        equal((result["meta"]["model"], result["meta"]["mode"], result["meta"]["skeleton"]),
              (LITE, "single", "coco17"), f"{scene}: meta")
        equal(len(result["frames"]), 60, f"{scene}: frames")
        oks = mean_oks(found, truth)
        print(f"{scene}, {camera}: mean OKS {oks:.2f}")
        check(oks >= least, f"{scene}, {camera}: mean OKS {oks:.2f}, expected {least}")
    named, _, said = run(clip, "--model", LITE)
    equal(said, [], "a network that was named is not said")
    equal(named.read_bytes(), found.read_bytes(), "named, and taken by itself")
    again, _, _ = run(clip, "--threads", 1)
    equal(again.read_bytes(), found.read_bytes(), "with one thread")


def nobody():
    """A room before somebody enters and after they have left, and a title without anybody."""
    for camera in ("front", "side"):
        found, truth, _ = run(f"mannequin:enter-leave?camera={camera}&seed=2&fps=15")
        pairs = list(zip(read_json(found)["frames"], read_json(truth)["frames"]))
        empty = [f for f, true in pairs if not true["people"]]
        seen = sum(bool(f["keypoints"]) for f in empty)
        there = [bool(f["keypoints"]) for f, true in pairs if true["people"]]
        check(len(empty) >= 10 and seen == 0, f"{camera}: somebody in {seen} of {len(empty)} frames "
              "of an empty room")
        check(sum(there) > 0.7 * len(there), f"{camera}: nobody in too many frames of {there}")
    for number, ground in enumerate(("color=white", "smptebars", "gradients=seed=1")):
        title = TMP / f"title-{number}.png"
        ffmpeg("-f", "lavfi", "-i", ground, "-frames:v", 1, title)
        found, _, _ = run(str(title))
        equal(read_json(found)["frames"][0]["keypoints"], [], f"{ground}: points")


def outputs():
    """An annotated video and an annotated picture, named by stance."""
    folder = TMP / "out"
    folder.mkdir()
    stance("mannequin", "squats", "--seconds", 1, "--seed", 3, "-o", "plain.mp4", cwd=folder, env=BARE)
    ffmpeg("-ss", 0.5, "-i", folder / "plain.mp4", "-frames:v", 1, folder / "photo.png")
    for name, annotated in (("plain.mp4", "plain.pose.mp4"), ("photo.png", "photo.pose.png")):
        done = stance("run", name, cwd=folder, env=BARE)
        check(annotated in done.stderr and LITE in done.stderr, f"{name}: {done.stderr}")
        before, after = video_facts(folder / name), video_facts(folder / annotated)
        for fact in ("frames", "width", "height"):
            equal(after[fact], before[fact], f"{annotated}: {fact}")
        coloured = [subprocess.run(
            ["ffmpeg", "-v", "error", "-i", folder / n, "-frames:v", "1", "-f", "rawvideo",
             "-pix_fmt", "rgb24", "-"], stdout=subprocess.PIPE, check=True).stdout
            for n in (name, annotated)]
        apart = sum(abs(a - b) > 60 for a, b in zip(*coloured)) / len(coloured[0])
        check(apart > 0.001, f"{annotated}: {apart:.4f} of it differ: nothing was drawn")
        result = read_json(folder / annotated.replace(".mp4", ".json").replace(".png", ".json"))
        equal(result["meta"]["model"], LITE, f"{name}: model")
        points = result["frames"][0]["keypoints"]
        equal(sum(p["x"] is not None for p in points), 17, f"{name}: points")


def several_people():
    for scene, n, least in (("walk", 3, 0.5), ("jacks", 2, 0.8)):
        found, truth, said = run(f"mannequin:{scene}?people={n}&seed=4&seconds=4&fps=15",
                                 "--people", "all", "--offline")
        said_once(said, f"{LITE} with {DETECTOR}", True)
        result = read_json(found)
        equal((result["meta"]["model"], result["meta"]["mode"]), (LITE, "multi"), scene)
        there = statistics.mean(len(f["people"]) for f in read_json(truth)["frames"])
        seen = statistics.mean(len(f["people"]) for f in result["frames"])
        oks = mean_oks(found, truth)
        print(f"{scene}, {n} people: {seen:.2f} of {there:.2f} found, mean OKS {oks:.2f}")
        check(abs(seen - there) <= 0.34 * there, f"{scene}: {seen} people, expected {there}")
        check(oks >= least, f"{scene}: mean OKS {oks:.2f}, expected {least}")
    for alias in ("fast", "balanced", "accurate"):
        found, _, said = run("mannequin:stand?seconds=0.2", "--model", alias)
        said_once(said, f"{LITE} with {DETECTOR}", True)
        equal(read_json(found)["meta"]["mode"], "multi", alias)
    done = stance("run", "mannequin:stand?seconds=0.2", "--model", "3d", "--offline", "--json",
                  TMP / "x.json", status=3, env=BARE)
    check("blazepose" in done.stderr and "--offline" in done.stderr, f"3d: {done.stderr}")


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def card_of(name, like, weights=None):
    """A card of the user's own for the files of a built-in one, or for other weights."""
    card = read_json(ROOT / f"models/{like}.json")
    card["name"] = name
    if weights:
        card["files"][1]["sha256"] = hashlib.sha256(weights).hexdigest()
        for file in card["files"]:
            shutil.copy(ROOT / "models" / file["name"], CARDS)
        (CARDS / card["files"][1]["name"]).write_bytes(weights)
    (CARDS / f"{name}.json").write_text(json.dumps(card))


def better_ones():
    """Where a better network is here, it is taken."""
    card_of("movenet-lightning-int8", LITE)
    card_of("nanodet-m", DETECTOR)
    found, _, said = run("mannequin:stand?seconds=0.2", env=ADDED)
    said_once(said, "movenet-lightning-int8", False)
    equal(read_json(found)["meta"]["model"], "movenet-lightning-int8", "the better one")
    _, _, said = run("mannequin:stand?seconds=0.2", "--people", "all", env=ADDED)
    said_once(said, "movenet-lightning-int8 with nanodet-m", False)
    for card in CARDS.iterdir():
        card.unlink()


def damaged():
    """A file that is not the card's is not used, however it is found."""
    # A sound one of the user's own, so that no other file has its hash.
    sound = (ROOT / f"models/{LITE}.bin").read_bytes()
    sound = flip(sound, len(sound) // 2)
    card_of(LITE, LITE, sound)
    weights, clip = CARDS / f"{LITE}.bin", "mannequin:stand?seconds=0.2"
    _, _, said = run(clip, env=ADDED)
    said_once(said, LITE, True)
    weights.write_bytes(flip(sound, len(sound) // 3))
    for args, words in (([], f"{LITE}: the file on this machine was altered"),
                        (["--people", "all"], f"{LITE}: the file on this machine was altered"),
                        (["--model", CARDS / f"{LITE}.xml"], f"{LITE}.bin: altered")):
        done = stance("run", clip, *args, "--json", TMP / "x.json", status=3, env=ADDED)
        check(words in done.stderr and len(done.stderr.splitlines()) == 1,
              f"damaged, {args}: expected '{words}', found {done.stderr!r}")
        check(not (TMP / "x.json").exists(), f"damaged, {args}: an output was left")
    done = stance("models", "verify", LITE, status=3, env=ADDED)
    check(str(weights) in done.stderr and "sha256" in done.stderr, f"verify: {done.stderr}")


def every_processor():
    """Threads may run anywhere: pinned ones of two programs would share the first processor."""
    if not hasattr(os, "sched_getaffinity"):
        return
    mine, rounds, held = os.sched_getaffinity(0), 0, collections.Counter()
    with subprocess.Popen([os.environ["STANCE"], "run", "mannequin:stand?seconds=120", "--quiet",
                           "--infer-threads", "1", "--json", str(TMP / "long.json")],
                          env=BARE) as program:
        while program.poll() is None and rounds < 500:
            rounds += 1
            for task in pathlib.Path(f"/proc/{program.pid}/task").iterdir():
                try:
                    held[task.name] += os.sched_getaffinity(int(task.name)) != mine
                except OSError:  # it has ended
                    continue
            time.sleep(0.004)
        program.terminate()
    check(rounds >= 100, f"looked at threads {rounds} times only")
    # Libraries look at each processor for a moment at the start.
    check(max(held.values()) < rounds / 4, f"of {rounds} looks, so often a thread may run on "
          f"some processors only: {held}")


parts_of_stance()
one_person()
nobody()
outputs()
several_people()
better_ones()
damaged()
every_processor()
check(not (TMP / "data").exists(), "something was put into the user's folder")
finish()
