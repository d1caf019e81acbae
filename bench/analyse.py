#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well stance tells what people do, and what that costs: docs/analysis.md has the figures.

    bench/analyse.py [--stance PROGRAM] [--parts reps,falls,angles,planks,cost] [--quick] [--write]

Only the program is used, through its command line. Drawn people bring the truth; real clips
were looked at by eye, frame by frame, before the program was run on them (tests/data/by_eye.json).
--quick takes a part of the drawn clips. --write puts the tables into docs/analysis.md,
between the marks of their part.

reps    a repetition counts as found when the turn that was told lies within the true one.
        Those of the clip's last, unfinished movement are left out.
falls   found: told, with an onset no more than half a second before the true one. All that is
        told of another scene is a false alarm, and so is what is told before the onset.
angles  of joints and their truth, made here of the places in metres; those of limbs that lie
        within 20 degrees of the picture's plane. Then those of a network against the truth's.
planks  drawn ones and photos: the posture that most frames have.
cost    the same clip with all analyses and without, in turns.
"""

import argparse
import collections
import itertools
import json
import math
import pathlib
import statistics
import tempfile

from analyse_kit import (DATA, DEFAULT, EYE, LITE, NAMES, TRUTH, drawn, each, events_of, json_of, people_of, plural,
                         spread, table, write)
from bench_kit import STANCE, Done, machine, use_shared_models

VIEWS = ["front", "oblique", "high"]
EXERCISES = {"squats": "squat", "jacks": "jumping-jack", "pushups": "push-up", "situps": "sit-up",
             "lunges": "lunge", "curls": "curl"}
HARMLESS = ["sit", "lie-down", "tie-shoes", "pushups", "situps", "squats"]


# ---- repetitions ----


def match(found, true):
    """@return how many true ones were found, how many others were told"""
    hits = 0
    turns = sorted(e["turn_ms"] for e in found)
    for rep in true:
        inside = next((t for t in turns if rep["start_ms"] <= t <= rep["end_ms"]), None)
        if inside is not None:
            hits += 1
            turns.remove(inside)
    last = max((rep["end_ms"] for rep in true), default=0)
    return hits, sum(t <= last for t in turns)


def count_drawn(args, scene, camera, speed, seed, model):
    address = drawn(scene, model, camera=camera, speed=speed, seed=seed, seconds=12)
    found, true, _ = events_of(args, address, model, "reps")
    label = EXERCISES[scene]
    hits, extra = match([e for e in found if e["label"] == label], true)
    others = collections.Counter(e["label"] for e in found if e["label"] != label)
    return len(true), hits, extra, others


def count_cell(results):
    extra = sum(r[2] for r in results)
    others = sum((r[3] for r in results), collections.Counter())
    words = [str(sum(r[1] for r in results))] + ([f"{extra} too many"] if extra else [])
    return ", ".join(words + [plural(n, name) for name, n in sorted(others.items())])


def drawn_reps(args, cameras):
    rows = []
    for scene in EXERCISES:
        row = [scene]
        for model in NAMES:
            n = (12 if model == TRUTH else 3) * len(cameras) // (3 if args.quick else 1)
            tasks = [(args, scene, camera, speed, seed, model)
                     for camera, speed, seed in spread(n, cameras, [0.6, 1, 1.7])]
            results = each(count_drawn, tasks)
            for task, (true, hits, extra, others) in zip(tasks, results):
                if hits != true or extra or others:
                    print("   ", *task[1:], f"{hits} of {true}, {extra} too many", *others.items(), flush=True)
            row += [sum(r[0] for r in results), count_cell(results)]
        rows.append(row)
        print("  ", *row, sep="  ", flush=True)
    return table(["", *itertools.chain(*(["true", name] for name in NAMES.values()))], rows)


def seen_by_eye(args, clip, model):
    """A cell: how many were counted, and how far their turns are from those seen."""
    seen = EYE["reps"][clip]
    found, _ = json_of(args, DATA / clip, "--model", model, "--analyse", "reps", output="--events-json")
    facts, _ = json_of(args, DATA / clip, "--model", model, "--max-frames", "1")
    reps = [e for e in found["events"] if e["kind"] == "rep"]
    turns = [e["turn_ms"] * facts["meta"]["fps"] / 1000 for e in reps if e["label"] == seen["exercise"]]
    turns = [t for t in turns if all(abs(t - b) > 5 for b in seen.get("begun", []))]
    off = [min(abs(t - s) for t in turns) for s in seen["turns"]] if turns else []
    others = collections.Counter(e["label"] for e in reps if e["label"] != seen["exercise"])
    words = [str(len(turns))] + [plural(n, name) for name, n in sorted(others.items())]
    return ", ".join(words), (f"{statistics.median(off):.0f}, at most {max(off):.0f}" if off else "-")


def reps(args):
    text = ("Drawn people, at 0.6, 1 and 1.7 times the usual tempo, seen from the front, obliquely and from above; "
            "beside how many there truly were, how many of them each counted, and what else it told:\n\n")
    text += drawn_reps(args, VIEWS)
    text += "\n\nThe same from the person's left side, where push-ups and sit-ups are seen along the body:\n\n"
    text += drawn_reps(args, ["side"])
    clips = [c for c in EYE["reps"] if c != "about"]
    cells = each(seen_by_eye, [(args, clip, model) for clip in clips for model in (DEFAULT, LITE)])
    rows = [[pathlib.Path(clip).name, f"{len(EYE['reps'][clip]['turns'])} {EYE['reps'][clip]['exercise']}",
             *cells[2 * i], *cells[2 * i + 1]] for i, clip in enumerate(clips)]
    head = ["", "by eye", DEFAULT, "turns are off by", LITE, "turns are off by"]
    return text + "\n\nReal clips; how far the turns are from those seen by eye is in frames, median:\n\n" + table(head, rows)


# ---- falls ----


def fall_drawn(args, camera, speed, seed, model):
    """@return (told: confirmed, suspected or missed; ms from its end to each; told before it)"""
    address = drawn("fall", model, camera=camera, speed=speed, seed=seed, seconds=9)
    found, true, _ = events_of(args, address, model, "fall")
    onset, end = true[0]["start_ms"], true[0]["end_ms"]
    return judge_fall(found, onset, end)


def judge_fall(found, onset, end):
    early = [e for e in found if e["end_ms"] < onset - 500 and e["label"] != "cleared"]
    after = {}
    for e in found:
        if e["end_ms"] >= onset - 500 and e["label"] not in after:
            after[e["label"]] = e["end_ms"] - end
    verdict = next((label for label in ("confirmed", "suspected") if label in after), "missed")
    return verdict, after, early


def alarms(args, source, model, *options):
    """@return falls confirmed, falls that stayed suspected, seconds"""
    found, _, seconds = events_of(args, source, model, "fall", *options)
    told = collections.Counter(e["label"] for e in found)
    return told["confirmed"], told["suspected"] - told["confirmed"], seconds


def alarm_cell(results):
    confirmed, suspected = sum(r[0] for r in results), sum(r[1] for r in results)
    return f"{confirmed} confirmed, {suspected} suspected"


def watched(results):
    return f"{plural(len(results), 'clip')}, {sum(r[2] for r in results) / 60:.1f} min"


def recall_row(args, model, n):
    picks = spread(n, ["front", "side", "oblique", "high"], [0.7, 1, 1.4])
    results = each(fall_drawn, [(args, *pick, model) for pick in picks])
    verdicts = collections.Counter(r[0] for r in results)
    for pick, result in zip(picks, results):
        if result[0] != "confirmed" or result[2]:
            print("   fall", model, *pick, result[0], f"{len(result[2])} before", flush=True)
    after = {label: [r[1][label] / 1000 for r in results if label in r[1]] for label in ("suspected", "confirmed")}
    times = [f"{statistics.median(v):+.1f} s" if v else "-" for v in after.values()]
    return [NAMES[model], len(results), verdicts["confirmed"], verdicts["suspected"], verdicts["missed"],
            *times, sum(len(r[2]) for r in results)]


def quiet_row(args, scene, sizes):
    row = [scene]
    for model, n in sizes.items():
        picks = spread(n, ["front", "side", "oblique", "high"], [0.7, 1, 1.4])
        tasks = [(args, drawn(scene, model, camera=c, speed=v, seed=s, seconds=10), model) for c, v, s in picks]
        results = each(alarms, tasks)
        for task, result in zip(tasks, results):
            if result[0] or result[1]:
                print("   told", *task[1:], *result[:2], flush=True)
        row += [watched(results), alarm_cell(results)]
    print("  ", *row, sep="  ", flush=True)
    return row


def real_falls(args):
    rows, clips = [], [c for c in EYE["falls"] if c != "about"]
    region = ["--region", "320,0,320,240"]
    for clip in clips:
        seen, row = EYE["falls"][clip], [pathlib.Path(clip).name]
        for model in (DEFAULT, LITE):
            found, _, _ = events_of(args, DATA / clip, model, "fall", *region)
            _, after, early = judge_fall(found, seen["onset"] * 1000 / 30, seen["end"] * 1000 / 30)
            told = [f"{label} {after[label] / 1000:+.1f} s" for label in ("suspected", "confirmed") if label in after]
            row.append(", ".join(told + ([f"{len(early)} before it"] if early else [])) or "nothing")
        rows.append(row)
    return table(["", DEFAULT, LITE], rows)


def real_quiet(args):
    """All clips in which nobody falls."""
    rows = []
    for people in ("one",) if args.quick else ("one", "all"):
        tasks = [(args, clip, DEFAULT, "--people", people) for clip in sorted((DATA / "videos").iterdir())
                 if clip.suffix != ".md" and "5frames" not in clip.name]
        results = each(alarms, tasks)
        for task, result in zip(tasks, results):
            if result[0] or result[1]:
                print("   told", *task[1:], *result[:2], flush=True)
        told = [f"{task[1].name} ({r[0]} confirmed, {r[1]} suspected)" for task, r in zip(tasks, results) if r[0] or r[1]]
        rows.append([f"`--people {people}`", watched(results), alarm_cell(results), ", ".join(told)])
    return table(["", "watched", "told", "in"], rows)


def falls(args):
    part = 8 if args.quick else 1
    head = ["", "falls", "confirmed", "suspected only", "missed", "suspected, after its end", "confirmed", "told before it"]
    text = "Drawn falls, from all four sides, at 0.7, 1 and 1.4 times the usual speed:\n\n"
    text += table(head, [recall_row(args, TRUTH, 120 // part), recall_row(args, DEFAULT, 48 // part)])
    text += "\n\nDrawn scenes in which nobody falls, likewise:\n\n"
    rows = [quiet_row(args, scene, {TRUTH: 108 // part, DEFAULT: 24 // part}) for scene in HARMLESS]
    text += table(["", "true joints", "told", DEFAULT, "told"], rows)
    text += "\n\nReal falls (1.8 to 7 s each); when it was told, counted from the moment the trunk lies on the floor:\n\n"
    text += real_falls(args)
    return text + "\n\nReal clips in which nobody falls:\n\n" + real_quiet(args)


# ---- angles ----

SPOTS = {"neck": ("left_shoulder", "right_shoulder"), "hips": ("left_hip", "right_hip")}
JOINTS = {"knee": ("hip", "knee", "knee", "ankle"), "hip": ("neck", "hips", "hip", "knee"),
          "elbow": ("shoulder", "elbow", "elbow", "wrist"), "shoulder": ("neck", "hips", "shoulder", "elbow")}


def place(person, spot, side):
    names = SPOTS.get(spot, (f"{side}_{spot}",))
    world = [k["world"] for k in person["keypoints"] if k["name"] in names]
    return [sum(axis) / len(world) for axis in zip(*world)]


def segment(person, a, b, side):
    return [y - x for x, y in zip(place(person, a, side), place(person, b, side))]


def true_angle(person, joint, side, flat=False):
    """Degrees from straight, and the larger of the segments' angles to the picture's plane."""
    a, b, c, d = JOINTS[joint]
    u, v = segment(person, a, b, side), segment(person, c, d, side)
    tilt = max(math.degrees(math.asin(abs(s[2]) / math.hypot(*s))) for s in (u, v))
    if flat:
        u, v = u[:2], v[:2]
    length = math.hypot(*u) * math.hypot(*v)
    deg = math.degrees(math.acos(max(-1, min(1, sum(x * y for x, y in zip(u, v)) / length))))
    return deg, tilt


def angles_of(frame):
    people = people_of(frame)
    return people[0]["analysis"].get("angles", {}) if people else {}


def apart(found, true):
    """Degrees between two angles; from a side they may have signs and go over the top."""
    off = abs(abs(found) - abs(true))
    return min(off, abs(360 - abs(found) - abs(true)))


MOST_TILT = {"plane": 60, "limbs": 20, "space": 90}  # a limb that points to the camera has no angle in the picture


def angle_errors(args, scene, camera, seed, against):
    """against: "plane", the places in metres as they stand in the picture's plane; "limbs", as they are in space, of
    limbs that lie near it; "space", likewise of all, with --angles-in space."""
    space = against == "space"
    found, truth = json_of(args, drawn(scene, TRUTH, camera=camera, seed=seed, seconds=8, size="640x480"),
                           "--model", TRUTH, "--analyse", "angles", "--angles-in", "space" if space else "plane")
    errors = collections.defaultdict(list)
    for f, t in zip(found["frames"], truth["frames"]):
        for joint, side in itertools.product(JOINTS, ("left", "right")):
            deg, tilt = true_angle(t["people"][0], joint, side, flat=against == "plane")
            found_deg = angles_of(f).get(f"{side}_{joint}")
            if found_deg is not None and tilt <= MOST_TILT[against]:
                errors[joint].append(apart(found_deg, deg))
    return errors


def errors_of(args, clips, against):
    seeds = range(1, 2 if args.quick else 7)
    total = collections.defaultdict(list)
    for one in each(angle_errors, [(args, scene, camera, seed, against) for scene, camera in clips for seed in seeds]):
        for joint, values in one.items():
            total[joint] += values
    return total


def error_cells(values):
    if not values:
        return ["-", "0"]
    p95 = statistics.quantiles(values, n=20)[-1]
    return [f"{statistics.mean(values):.1f}°, 95 %: {p95:.1f}°", f"{len(values):,}".replace(",", " ")]


def network_errors(args, scene, camera, seed, model):
    address = f"mannequin:{scene}?camera={camera}&seed={seed}&seconds=8"
    options = ["--analyse", "angles", "--angles-in", "plane"]
    found, _ = json_of(args, address, "--model", model, *options)
    true, _ = json_of(args, address, "--model", TRUTH, *options)
    errors = collections.defaultdict(list)
    for f, t in zip(found["frames"], true["frames"]):
        f, t = angles_of(f), angles_of(t)
        for joint, side in itertools.product(JOINTS, ("left", "right")):
            name = f"{side}_{joint}"
            if f.get(name) is not None and t.get(name) is not None:
                errors[joint].append(apart(f[name], t[name]))
    return errors


def network_rows(args):
    rows = []
    views = [("jacks, wave, from the front", [("jacks", "front"), ("wave", "front")]),
             ("squats, lunges, from the side", [("squats", "side"), ("lunges", "side")]),
             ("push-ups, seen from the side", [("pushups", "front")])]
    for model, (name, clips) in itertools.product((DEFAULT, LITE), views):
        seeds = range(1, 2 if args.quick else 4)
        tasks = [(args, scene, camera, seed, model) for scene, camera in clips for seed in seeds]
        total = collections.defaultdict(list)
        for one in each(network_errors, tasks):
            for joint, values in one.items():
                total[joint] += values
        every = list(itertools.chain(*total.values()))
        rows.append([f"{name}: {model}", *(f"{statistics.mean(total[j]):.1f}°" if total[j] else "-" for j in JOINTS),
                     f"{statistics.mean(every):.1f}°", f"{statistics.median(every):.1f}°"])
        print("  ", *rows[-1], sep="  ", flush=True)
    return table(["", *JOINTS, "mean of all", "median of all"], rows)


def angles(args):
    front = [("jacks", "front"), ("wave", "front")]
    side = [("squats", "side"), ("lunges", "side"), ("pushups", "front")]
    anywhere = [("jacks", "front"), ("squats", "oblique"), ("lunges", "high"), ("situps", "oblique")]
    columns = [errors_of(args, front, "plane"), errors_of(args, side, "plane"), errors_of(args, front, "limbs"),
               errors_of(args, side, "limbs"), errors_of(args, anywhere, "space")]
    rows = [[joint, *(cell for errors in columns for cell in error_cells(errors[joint]))] for joint in JOINTS]
    text = ("True joints of drawn people; mean of the absolute error, and 95th percentile. First against the places in metres as they "
            "stand in the picture's plane, which is what an angle in a picture is (not of limbs that point to the camera); then against the angle in space, of limbs within "
            "20° of that plane; last with `--angles-in space`, of all limbs, whatever the camera:\n\n")
    text += table(["", "from the front", "n", "from the side", "n", "from the front, limbs near the plane", "n",
                   "from the side, likewise", "n", "in space", "n"], rows)
    text += "\n\nNetworks: the angle that their joints make in the picture against that of the true joints, mean of the absolute error:\n\n"
    return text + network_rows(args)


# ---- planks ----

PLANKS = {"plank": "right", "plank-hips-high": "high", "plank-hips-low": "low"}


def posture_of(args, source, model, *options):
    """The posture of most frames: right, high, low, or another one's name."""
    found, _ = json_of(args, source, "--model", model, "--analyse", "posture", *options)
    words = collections.Counter()
    for frame in found["frames"]:
        people = people_of(frame)
        words[(people[0]["analysis"].get("posture", {}) if people else {}).get("posture", "none")] += 1
    word = words.most_common(1)[0][0]
    return PLANKS.get(word, word)


def plank_rows(args):
    rows = []
    for scene in PLANKS:
        row = [scene]
        for model, seeds in ((TRUTH, 8), (DEFAULT, 4)):
            for camera in VIEWS:
                tasks = [(args, drawn(scene, model, camera=camera, seed=seed, seconds=3), model)
                         for seed in range(1, 2 if args.quick else 1 + seeds)]
                told = collections.Counter(each(posture_of, tasks))
                row.append(", ".join(f"{n} {word}" for word, n in told.most_common()))
        rows.append(row)
        print("  ", *row, sep="  ", flush=True)
    return table(["", *(f"{NAMES[m]}, {camera}" for m in (TRUTH, DEFAULT) for camera in VIEWS)], rows)


def photo_rows(args):
    photos = [p for p in EYE["planks"] if p != "about"]
    told = {model: each(posture_of, [(args, DATA / p, model) for p in photos])
            for model in (DEFAULT, LITE, "blazepose-lite")}
    rows = [[pathlib.Path(p).stem, EYE["planks"][p], *(told[m][i] for m in told)] for i, p in enumerate(photos)]
    others = sorted(p for p in (DATA / "yoga5").glob("*/*.jpg") if p.parent.name != "plank")
    row = [f"{len(others)} of other postures", "no plank"]
    for model in told:
        words = each(posture_of, [(args, p, model) for p in others])
        taken = collections.Counter(p.parent.name for p, word in zip(others, words) if word in PLANKS.values())
        row.append(", ".join(f"{n} {name}" for name, n in taken.most_common()) or "none of them")
    return table(["", "by eye", *told], rows + [row])


def planks(args):
    text = "Drawn planks of 3 seconds: what most frames were told to be, in how many clips:\n\n" + plank_rows(args)
    return text + ("\n\nPhotos (`reverse`: a plank with the face up). The last row is of photos of other postures, and which of them were taken "
                   "for a plank of any kind:\n\n") + photo_rows(args)


# ---- cost ----


def timed(args, source, *options):
    """Milliseconds a frame, of the clock and of all cores, without opening the network."""
    with tempfile.TemporaryDirectory(prefix="stance-analyse-") as name:
        stats = pathlib.Path(name) / "stats.json"
        options = [str(o).replace("OUT", name) for o in options]
        done = Done([args.stance, "run", source, "--quiet", "--stats-json", stats, *options])
        said = json.loads(stats.read_text())
    return done.seconds * 1000, done.cpu * 1000, said


def in_turns(args, source, variants, rounds):
    """@return milliseconds of the clock, and of computing: a list of each variant's runs"""
    found = [[] for _ in variants]
    for _ in range(rounds):
        for i, options in enumerate(variants):
            found[i].append(timed(args, source, *options)[:2])
    return [list(zip(*one)) for one in found]


def cost_row(args, clip, frames, output, rounds):
    without, with_all = in_turns(args, clip, [output, [*output, "--analyse", "all"]], rounds)
    row = [f"`{output[0]}`"]
    for kind in (0, 1):  # the fastest runs are compared: whatever else the machine does only makes them slower
        least = [min(x[kind]) / frames for x in (without, with_all)]
        row += [f"{ms:.2f} ms" for ms in least] + [f"{(least[1] / least[0] - 1) * 100:+.1f} %"]
    print("  ", *row, sep="  ", flush=True)
    return row


def alone(args, output, rounds):
    """Microseconds of computing for a person and frame, where hardly anything else is done."""
    still = "mannequin:stand?seconds=200&size=64x48"
    variants = [["--model", TRUTH, *output, *more] for more in ([], ["--analyse", "all"])]
    without, with_all = in_turns(args, still, variants, rounds)
    return (min(with_all[1]) - min(without[1])) / 6000 * 1000


def cost(args):
    rounds = 3 if args.quick else 15
    outputs = [["--events-json", "OUT/a.json"], ["--json", "OUT/a.json"]]
    with tempfile.TemporaryDirectory(prefix="stance-analyse-") as name:
        clip = pathlib.Path(name) / "squats.mp4"
        Done([args.stance, "mannequin", "squats", "--seconds", "20", "--size", "960x720", "-o", clip])
        frames = timed(args, clip, "--json", "OUT/a.json")[2]["frames"]
        rows = [cost_row(args, clip, frames, output, rounds) for output in outputs]
    events, joints = (alone(args, output, rounds) for output in outputs)
    text = (f"{machine()}; a drawn clip of {frames} frames with {DEFAULT}, without analyses and with all of them, in turns, "
            f"{rounds} times. A frame's share of the whole run, of the fastest runs:\n\n")
    text += table(["", "by the clock", "`--analyse all`", "more", "computing", "`--analyse all`", "more"], rows)
    return text + ("\n\nBy themselves, where hardly anything else is done (true joints, pictures of 64x48), all analyses compute for "
                   f"{events:.0f} µs for a person and frame; writing what they found into the JSON takes {joints - events:.0f} µs more.")


# ---- all ----

PARTS = {"reps": reps, "falls": falls, "angles": angles, "planks": planks, "cost": cost}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--parts", type=lambda s: s.split(","), default=list(PARTS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    if wrong := set(args.parts) - set(PARTS):
        parser.error(f"--parts: expected some of {', '.join(PARTS)}, found {', '.join(wrong)}")
    use_shared_models()
    for name in args.parts:
        print(f"## {name}", flush=True)
        text = PARTS[name](args)
        print("\n" + text + "\n", flush=True)
        if args.write:
            write(name, text)


if __name__ == "__main__":
    main()
