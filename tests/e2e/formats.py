#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every form that poses are written in, read back by public readers, and by ours.

Drawn people are the source: what is true of them is exact, in pixels and in metres. Then
each form goes through each other one, and what both hold has to be the same. Then files
that are wrong: each gives its exit status and says where.
"""

import itertools
import json
import math
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from bvh_kit import *  # noqa: E402,F403
from kit import *  # noqa: E402,F403

try:
    import bvh
    import jsonschema
    import motmetrics
    import numpy as np
    import pandas
    import trc
    from pycocotools.coco import COCO
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

SOURCE = "mannequin:crowd?people=5&seconds=3"
N_FRAMES, N_PEOPLE = 90, 5
ENDINGS = {"stance": ".json", "ndjson": ".ndjson", "csv": ".csv", "csv-long": ".csv",
           "coco": ".json", "openpose": "", "mot": ".txt", "trc": ".trc", "bvh": ".bvh"}
# Frames 40 to 44 are made empty, and a point is taken away, so that absence is in it.
EMPTY, ABSENT = range(40, 45), (10, 1, 9)


def name(form, stem="all"):
    return TMP / f"{stem}.{form}{ENDINGS[form]}"


def convert(source, target, to="auto", *more, **keywords):
    return stance("convert", source, "-o", target, "--to", to, *more, **keywords)


def read(path):
    return json.loads(pathlib.Path(path).read_text())


def make_source():
    stance("run", SOURCE, "--model", "truth", "--json", TMP / "drawn.json", "-q")
    document = read(TMP / "drawn.json")
    for i in EMPTY:
        document["frames"][i]["people"] = []
    frame, person, point = ABSENT
    gone = document["frames"][frame]["people"][person]["keypoints"][point]
    gone.update(x=None, y=None, score=0)
    del gone["world"], gone["visibility"]
    # What is only there now and then.
    some = document["frames"][3]["people"][2]
    some["interpolated"] = True
    some["keypoints"][4]["raw"] = [1.5, -2.25]
    some["keypoints"][5]["swapped"] = True
    (TMP / "edited.json").write_text(json.dumps(document))
    convert(TMP / "edited.json", TMP / "all.stance.json")
    equal(read(TMP / "all.stance.json"), document, "stance's JSON read and written")
    return document


def people(document):
    """(frame, person) pairs."""
    for frame in document["frames"]:
        for person in frame["people"]:
            yield frame, person


# ---- public readers ---------------------------------------------------------------------


def with_pandas(document):
    convert(name("stance"), name("csv"))
    table = pandas.read_csv(name("csv"))
    nobody = table[table.score.isna()]
    equal(list(nobody.frame_index), list(EMPTY), "csv: frames without people")
    rows = table[table.score.notna()].reset_index()
    pairs = list(people(document))
    equal(len(rows), len(pairs), "csv: rows")
    for i, (frame, person) in enumerate(pairs):
        row = rows.loc[i]
        good = (row.frame_index == frame["frame_index"] and row.id == person["id"]
                and row.timestamp_ms == frame["timestamp_ms"]
                and [row.box_x, row.box_y, row.box_w, row.box_h] == person["box"])
        for point in person["keypoints"]:
            x, y = row[point["name"] + "_x"], row[point["name"] + "_y"]
            absent = point["x"] is None
            good &= (math.isnan(x) and math.isnan(y)) if absent else \
                (x == point["x"] and y == point["y"]
                 and row[point["name"] + "_score"] == point["score"])
        if not check(good, f"csv: row {i}"):
            break
    convert(name("stance"), name("csv-long"), "csv-long")
    table = pandas.read_csv(name("csv-long"))
    equal(len(table), 17 * len(pairs) + len(EMPTY), "csv-long: rows")
    rows = table[table.keypoint.notna()].reset_index()
    for i, (frame, person) in enumerate(pairs):
        for k, point in enumerate(person["keypoints"]):
            row = rows.loc[17 * i + k]
            good = (row.keypoint == point["name"] and row.id == person["id"]
                    and (point["x"] is None or row.x == point["x"] and row.y == point["y"])
                    and ("world" not in point or list(row[["world_x", "world_y", "world_z"]])
                         == point["world"])
                    and ("visibility" not in point or row.visibility == point["visibility"]))
            if not check(good, f"csv-long: row {17 * i + k}"):
                return
    convert(name("stance"), name("ndjson"))
    lines = pandas.read_json(name("ndjson"), lines=True, precise_float=True)
    frames = lines[lines.frame_index.notna()]
    equal(len(frames), N_FRAMES, "ndjson: frames by pandas")
    equal(list(frames.people), [f["people"] for f in document["frames"]], "ndjson: people")
    schema = json.loads(stance("schema").stdout)
    raw = [json.loads(line) for line in name("ndjson").read_text().splitlines()]
    equal((list(raw[0]), list(raw[-1])), (["schema", "meta", "keypoint_format"], ["summary"]),
          "ndjson: first and last line")
    whole = dict(raw[0], frames=raw[1:-1], **raw[-1])
    jsonschema.validate(whole, schema)
    equal(raw[1:-1], document["frames"], "ndjson: lines are the frames")


def with_pycocotools(document):
    convert(name("stance"), name("coco"), "coco")
    labels = COCO()
    labels.dataset = {"images": [{"id": i} for i in range(N_FRAMES)], "annotations": [],
                      "categories": [{"id": 1, "name": "person"}]}
    labels.createIndex()
    found = labels.loadRes(str(name("coco")))
    for frame in document["frames"]:
        anns = found.loadAnns(found.getAnnIds(imgIds=[frame["frame_index"]]))
        expected = [[v for p in person["keypoints"]
                     for v in ((p["x"], p["y"], p["score"]) if p["x"] is not None else (0, 0, 0))]
                    for person in frame["people"]]
        if not equal([a["keypoints"] for a in anns], expected,
                     f"coco: frame {frame['frame_index']}"):
            break


def with_motmetrics(document):
    convert(name("stance"), name("mot"), "mot")
    table = motmetrics.io.loadtxt(str(name("mot")), fmt="mot15-2D")
    expected = {(f["frame_index"] + 1, p["id"]): p["box"] for f, p in people(document)}
    equal(len(table), len(expected), "mot: rows")
    for key, box in expected.items():
        row = table.loc[key]
        # motmetrics counts pixels from 0, the form from 1.
        found = [row.X + 1, row.Y + 1, row.Width, row.Height]
        if not check(np.allclose(found, box, atol=1e-6), f"mot: {key}: {found} for {box}"):
            break


def up(point, person):
    """Metres with y up and z towards the camera."""
    x, y, z = (a + b for a, b in zip(point["world"], person["position"]))
    return np.array([x, -y, -z])


def with_trc_reader():
    """On the source as it was drawn: this reader takes empty cells for missing columns."""
    document = read(TMP / "drawn.json")
    convert(TMP / "drawn.json", TMP / "drawn.trc")
    for person_id in range(1, N_PEOPLE + 1):
        data = trc.TRCData()
        data.load(str(TMP / f"drawn_id{person_id}.trc"))
        equal(data["Markers"], document["keypoint_format"], "trc: markers")
        equal((data["NumFrames"], data["DataRate"], data["Units"]), (N_FRAMES, 30.0, "m"),
              "trc: header")
        for i, frame in enumerate(document["frames"]):
            person = next(p for p in frame["people"] if p["id"] == person_id)
            close(data["Time"][i], frame["timestamp_ms"] / 1000, 1e-6, "trc: time")
            expected = [up(p, person) for p in person["keypoints"]]
            found = [data[p["name"]][i] for p in person["keypoints"]]
            if not check(np.allclose(found, expected, atol=1e-5), f"trc: id {person_id} row {i}"):
                return


def trc_rows(path):
    """The rows by tabs; None where cells are empty."""
    lines = pathlib.Path(path).read_text().split("\n")
    for line in lines[6:-1]:
        cells = line.split("\t")
        yield [float(c) if c else None for c in cells]


def trc_gaps(document):
    convert(name("stance"), name("trc"))
    for person_id in range(1, N_PEOPLE + 1):
        rows = list(trc_rows(TMP / f"all.trc_id{person_id}.trc"))
        equal([int(r[0]) for r in rows], list(range(1, N_FRAMES + 1)), "trc: rows without gaps")
        for i in EMPTY:
            check(rows[i][2:] == [None] * 51, f"trc: empty row {i}")
        header = (TMP / f"all.trc_id{person_id}.trc").read_text().split("\n")[2].split()
        equal(int(header[2]), N_FRAMES, "trc: NumFrames")
    frame, person, point = ABSENT
    person_id = document["frames"][frame]["people"][person]["id"]
    row = list(trc_rows(TMP / f"all.trc_id{person_id}.trc"))[frame]
    equal(row[2 + 3 * point:5 + 3 * point], [None] * 3, "trc: empty cells of an absent point")
    check(None not in row[2:2 + 3 * point], "trc: the others are there")


# ---- BVH ----------------------------------------------------------------------------------


def with_bvh_reader():
    document = read(TMP / "drawn.json")
    stance("run", SOURCE, "--model", "truth", "--json", TMP / "run.bvh", "-q")
    convert(TMP / "drawn.json", TMP / "drawn.bvh")
    for person_id in (1, 4):
        frames = []
        for frame in document["frames"]:
            person = next(p for p in frame["people"] if p["id"] == person_id)
            frames.append({p["name"]: up(p, person) for p in person["keypoints"]})
        motion = compare_bvh(TMP / f"drawn_id{person_id}.bvh", frames, f"bvh of {person_id}")
        compare_bvh(TMP / f"run_id{person_id}.bvh", frames, f"bvh of {person_id} from run",
                    metres=0.002)
        close(motion.frame_time, 1 / 30, 1e-6, "bvh: frame time")
        lengths = [np.linalg.norm(f["left_knee"] - f["left_hip"]) for f in frames]
        close(np.linalg.norm(motion.joint_offset("LeftLeg")), np.mean(lengths), 1e-4,
              "bvh: a bone has its mean length")
        # In the rest pose arms lie along x and legs hang.
        check(motion.joint_offset("LeftForeArm")[0] > 0.1 > -0.1 >
              motion.joint_offset("RightForeArm")[0], "bvh: the left arm is at x above 0")


def flat_bvh():
    """Without metres the motion lies in the picture's plane."""
    convert(name("csv"), TMP / "flat.bvh")
    document = read(name("stance"))
    frames = []
    for frame in document["frames"]:
        person = next((p for p in frame["people"] if p["id"] == 3), None)
        absent = person is None or any(p["x"] is None for p in person["keypoints"])
        frames.append(None if absent else {p["name"]: np.array([p["x"], -p["y"], 0])
                                           for p in person["keypoints"]})
    compare_bvh(TMP / "flat_id3.bvh", frames, "flat bvh")


def with_openpose_rules(document):
    """As its documentation says: a file a frame, BODY_25 in rows of x, y, c."""
    folder = name("openpose")
    convert(name("stance"), folder, "openpose")
    files = sorted(folder.iterdir())
    numbers = [int(f.name.split("_")[-2]) for f in files]
    equal(numbers, list(range(N_FRAMES)), "openpose: a file a frame")
    body25 = ("nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow "
              "left_wrist mid_hip right_hip right_knee right_ankle left_hip left_knee left_ankle "
              "right_eye left_eye right_ear left_ear").split()
    for file, frame in zip(files, document["frames"]):
        found = read(file)
        equal(found["version"], 1.3, "openpose: version")
        if not equal(len(found["people"]), len(frame["people"]), f"openpose: {file.name}"):
            break
        for one, person in zip(found["people"], frame["people"]):
            rows = np.array(one["pose_keypoints_2d"]).reshape(25, 3)
            equal(one["person_id"], [person["id"]], "openpose: id")
            points = {p["name"]: p for p in person["keypoints"]}
            for k, point in enumerate(body25):
                if point in points:
                    p = points[point]
                    expected = [0, 0, 0] if p["x"] is None else [p["x"], p["y"], p["score"]]
                    if not check(list(rows[k]) == expected, f"openpose: {file.name} {point}"):
                        return
            if None not in (points["left_hip"]["x"], points["right_hip"]["x"]):
                middle = (points["left_hip"]["x"] + points["right_hip"]["x"]) / 2
                close(rows[8][0], middle, 0.011, "openpose: mid_hip")
            check((rows[19:] == 0).all(), "openpose: toes are not given")


# ---- round trips --------------------------------------------------------------------------

# What each form holds of a frame or person.
HOLDS = {
    "stance": {"frames", "time", "id", "score", "box", "xy", "pscore", "world", "all"},
    "ndjson": {"frames", "time", "id", "score", "box", "xy", "pscore", "world", "all"},
    "csv-long": {"frames", "time", "id", "score", "box", "xy", "pscore", "world"},
    "csv": {"frames", "time", "id", "score", "box", "xy", "pscore"},
    "coco": {"score", "box", "xy", "pscore"},
    "openpose": {"frames", "id", "xy", "pscore"},
    "mot": {"id", "score", "box"},
}


def held(document, what):
    """The document as far as `what` goes, by frame index."""
    result = {}
    for frame in document["frames"]:
        if not frame["people"] and "frames" not in what:
            continue
        rows = []
        for person in frame["people"]:
            row = [person[m] for m in ("id", "score", "box") if m in what]
            points = {p["name"]: p for p in person["keypoints"]}
            for point in COMMON if "xy" in what else ():
                p = points[point]
                row.append((p["x"], p["y"]))
                row += [p["score"]] if "pscore" in what else []
                row += [p.get("world")] if "world" in what else []
            rows.append(row)
        time_ms = frame["timestamp_ms"] if "time" in what else None
        result[frame["frame_index"]] = (time_ms, rows)
    return result


COMMON = ("nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
          "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
          "right_ankle").split()


def round_trips(document):
    fps = ["--fps", "30", "--size", "640x480", "-q"]
    for first, second in itertools.product(HOLDS, HOLDS):
        middle, end = name(second, f"via-{first}"), TMP / f"{first}-{second}.json"
        if first != second:
            convert(name(first), middle, second, "--from", first, *fps)
        else:
            middle = name(first)
        convert(middle, end, "stance", "--from", second, *fps)
        what = HOLDS[first] & HOLDS[second]
        found = read(end)
        if "all" in what:
            equal(found, document, f"{first} -> {second} -> stance")
            continue
        good = held(found, what) == held(document, what)
        check(good, f"{first} -> {second} -> stance: what both hold is the same")
    frame = read(TMP / "mot-openpose.json")["frames"][20]
    close(frame["timestamp_ms"], 20 * 1000 / 30, 0.001, "--fps gives times")
    equal(read(TMP / "mot-openpose.json")["meta"]["width"], 640, "--size gives the size")


def round_trips_of_one():
    """TRC and BVH have one person a file."""
    document = read(TMP / "drawn.json")
    for form, tolerance in (("trc", 0.0011), ("bvh", None)):
        convert(TMP / f"drawn_id2.{form}", TMP / f"one.{form}.json")
        found = read(TMP / f"one.{form}.json")
        equal(len(found["frames"]), N_FRAMES, f"{form} -> stance: frames")
        equal(found["meta"]["fps"], 30, f"{form} -> stance: fps")
        for i in range(0, N_FRAMES, 11):
            person = next(p for p in document["frames"][i]["people"] if p["id"] == 2)
            expected = {p["name"]: p["world"] for p in person["keypoints"]}
            back = {p["name"]: p.get("world") for p in found["frames"][i]["keypoints"]}
            equal(found["frames"][i].get("id"), 2, f"{form} -> stance: id by the name")
            if tolerance:
                check(all(np.allclose(expected[n], back[n], atol=tolerance) for n in expected),
                      f"{form} -> stance: metres of row {i}")
            else:
                bone = lambda of: np.subtract(of["left_elbow"], of["left_shoulder"])  # noqa: E731
                check(angle(bone(expected), bone(back)) < 1, f"{form} -> stance: row {i}")
        # And there again: joints turn as they did.
        convert(TMP / f"one.{form}.json", TMP / f"again.{form}")
        again = TMP / f"again.{form}"
        if form == "trc":
            rows, before = list(trc_rows(again)), list(trc_rows(TMP / "drawn_id2.trc"))
            check(np.allclose(rows, before, atol=0.002), "trc -> stance -> trc")
        else:
            a, b = (bvh.Bvh(p.read_text()) for p in (again, TMP / "drawn_id2.bvh"))
            for row in (0, 40, 89):
                p, q = bvh_places(a, row), bvh_places(b, row)
                check(all(np.allclose(p[n], q[n], atol=0.005) for n in POINTS),
                      f"bvh -> stance -> bvh: row {row}")


def single_form():
    stance("run", "mannequin:squats?seconds=1", "--model", "truth", "--people", "one", "--json",
           TMP / "one.json", "-q", status=None)
    document = read(TMP / "drawn.json")
    meta = dict(document["meta"], mode="single")
    frames = [dict(frame_index=f["frame_index"], timestamp_ms=f["timestamp_ms"],
                   pose_score=f["people"][0]["score"], keypoints=f["people"][0]["keypoints"])
              for f in document["frames"]]
    frames[5].update(pose_score=None, keypoints=[])
    single = dict(document, meta=meta, frames=frames)
    (TMP / "single.json").write_text(json.dumps(single))
    for form in ("ndjson", "stance"):
        convert(TMP / "single.json", name(form, "single"), form)
        convert(name(form, "single"), TMP / "single.back.json")
        equal(read(TMP / "single.back.json"), single, f"single form by {form}")
    convert(TMP / "single.json", TMP / "single.trc")
    equal(len(list(trc_rows(TMP / "single.trc"))), N_FRAMES, "trc of one person keeps its name")
    # Members in another order, as by a program that sorts them.
    (TMP / "sorted.json").write_text(json.dumps(single, sort_keys=True, indent=1))
    convert(TMP / "sorted.json", TMP / "sorted.back.json")
    equal(read(TMP / "sorted.back.json"), single, "members in order of name")
    with open(TMP / "sorted.json", "rb") as pipe:
        convert("-", TMP / "x.json", "auto", status=2, stdin=pipe,
                what="members in order of name through a pipe")


def other_skeletons():
    convert(name("stance"), TMP / "halpe.json", "auto", "--skeleton", "halpe26")
    found = read(TMP / "halpe.json")
    equal((found["meta"]["skeleton"], len(found["keypoint_format"])), ("halpe26", 26), "--skeleton")
    points = {p["name"]: p for p in found["frames"][0]["people"][0]["keypoints"]}
    check(points["pelvis"]["x"] and points["left_heel"]["x"] is None, "--skeleton: points")
    # Names that nobody knows stay.
    document = read(name("stance"))
    text = json.dumps(document).replace('"nose"', '"snout"').replace('"left_ear"', '"left_horn"')
    (TMP / "own.json").write_text(text)
    for form in ("stance", "ndjson", "csv", "csv-long"):
        convert(TMP / "own.json", name(form, "own"), form)
        convert(name(form, "own"), TMP / "own.back.json")
        names = read(TMP / "own.back.json")["keypoint_format"]
        equal((names[0], names[3], len(names)), ("snout", "left_horn", 17), f"own names by {form}")


# ---- run ----------------------------------------------------------------------------------


def run_writes_the_same():
    """`run --format F` gives what converting its JSON gives."""
    for form in ("ndjson", "csv", "csv-long", "coco", "mot"):
        path = name(form, "run")
        stance("run", SOURCE, "--model", "truth", "--json", path, "--format", form, "-q")
        convert(TMP / "drawn.json", name(form, "drawn"), form, "-q")
        equal(path.read_bytes(), name(form, "drawn").read_bytes(), f"run --format {form}")
    stance("run", SOURCE, "--model", "truth", "--json", TMP / "run.csv", "-q")
    equal((TMP / "run.csv").read_bytes(), name("csv", "run").read_bytes(), "format by the ending")
    stance("run", SOURCE, "--model", "truth", "--json", TMP / "folder", "--format", "openpose", "-q")
    equal(len(list((TMP / "folder").iterdir())), N_FRAMES, "run --format openpose")
    stance("run", SOURCE, "--model", "truth", "--json", "-", "--format", "trc", status=1)
    stance("run", SOURCE, "mannequin:walk?seconds=1", "--model", "truth", "--json",
           f"{TMP}/batch/", "--format", "csv", "-q")
    equal(len(list((TMP / "batch").glob("*.csv"))), 2, "a folder of tables")


def live_lines():
    """Each line is there at once, and who stops reading ends the run in good order."""
    run = subprocess.Popen(
        [STANCE, "run", "mannequin:walk?seconds=600", "--model", "truth", "--json", "-",
         "--format", "ndjson", "--live", "yes"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    began = time.monotonic()
    lines = [json.loads(run.stdout.readline()) for _ in range(5)]
    check(time.monotonic() - began < 60 and lines[4]["frame_index"] >= 3, "lines come at once")
    run.stdout.close()
    error = run.stderr.read().decode()
    equal(run.wait(60), 4, "a closed pipe")
    check("standard output" in error, f"a closed pipe is told: {error}")


def interrupted():
    """Ctrl-C while a stream is converted: what is there stays, and says that it is not all."""
    lines = name("ndjson").read_text().splitlines(keepends=True)
    target = TMP / "cut.json"
    run = subprocess.Popen([STANCE, "convert", "-", "-o", target], stdin=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    run.stdin.write("".join(lines[:20]).encode())
    run.stdin.flush()
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    equal(run.wait(30), 130, "Ctrl-C")
    document = read(target)
    equal((len(document["frames"]), document["summary"]["complete"]), (19, False), "Ctrl-C: kept")
    # A stream that was cut off is read as far as it goes, and is not complete.
    (TMP / "cut.ndjson").write_text("".join(lines[:11]))
    convert(TMP / "cut.ndjson", TMP / "cut2.json")
    document = read(TMP / "cut2.json")
    equal((len(document["frames"]), document["summary"]["complete"]), (10, False), "cut stream")
    (TMP / "cut.ndjson").write_text("".join(lines[:11]) + lines[11][:100])
    done = convert(TMP / "cut.ndjson", TMP / "cut2.json")
    document = read(TMP / "cut2.json")
    equal((len(document["frames"]), document["summary"]["complete"]), (10, False), "cut line")
    check("cut.ndjson: was cut off inside its last line" in done.stderr, f"cut line: {done.stderr}")


def begun_at(path):
    return path.stat().st_mtime_ns if path.exists() else None


def broken_off():
    """A table cannot say that it is not all: it does not have its name then."""
    source = "mannequin:walk?seconds=3600&fps=60&size=64x48"
    for form, target in (("csv", "off.csv"), ("mot", "off.txt"), ("ndjson", "off.ndjson")):
        path, part = TMP / target, TMP / f"{target}.part"
        for again in range(2):
            before = begun_at(part)
            run = subprocess.Popen([STANCE, "run", source, "--model", "truth", "--json", path,
                                    "--skip-existing"], stderr=subprocess.PIPE)
            while begun_at(part) == before and run.poll() is None:
                time.sleep(0.05)
            time.sleep(0.3)
            run.send_signal(signal.SIGINT)
            error = run.stderr.read().decode()
            equal(run.wait(60), 130, f"{form}: broken off, time {again + 1}")
        says = form == "ndjson"
        equal((path.exists(), part.exists()), (says, not says), f"{form}: broken off")
        check(f"written: {path if says else part}" in error, f"{form}: broken off: {error}")


def names_by_the_form():
    """Nothing named: the ending is the form's. Several inputs: a file's name is no folder's."""
    folder = TMP / "names"
    folder.mkdir()
    for form, ending in (("csv", ".csv"), ("mot", ".txt"), ("coco", ".json"), ("trc", ".trc"),
                         ("openpose", ".openpose")):
        stance("run", "mannequin:walk?seconds=1&size=64x48", "--model", "truth", "--format", form,
               "-q", cwd=folder)
        found = [p.name for p in folder.iterdir() if not p.name.endswith(".mp4")]
        equal([n[n.index(".pose"):] for n in found], [".pose" + ending], f"{form}: name")
        equal((folder / found[0]).is_dir(), form == "openpose", f"{form}: a folder")
        shutil.rmtree(folder)
        folder.mkdir()
    for ending in ("csv", "ndjson", "txt", "trc", "json"):
        done = stance("run", "mannequin:walk", "mannequin:squats", "--json", f"out.{ending}",
                      status=1, cwd=folder)
        check("expected a folder" in done.stderr, f"several inputs to one file: {done.stderr}")
    equal(list(folder.iterdir()), [], "no folder with a file's name")


def screenshots():
    folder = TMP / "shots"
    stance("run", "mannequin:squats?seconds=7&size=160x120", "--model", "truth", "--screenshots",
           folder, "--every-s", "3", "-q")
    equal(sorted(p.name for p in folder.iterdir()),
          [f"mannequin-squats-seconds=7-size=160x120_000h00m0{s}.000s.png" for s in (0, 3, 6)],
          "screenshots by time")
    check(all(p.read_bytes()[:4] == b"\x89PNG" for p in folder.iterdir()), "they are PNG")

# ---- files that are wrong -------------------------------------------------------------------

BAD = [
    # name, text, words of the error
    ("empty.json", "", ["empty.json", "empty file"]),
    ("word.json", "hello", ["known formats"]),
    ("cut.json", None, ["expected", "end"]),
    ("schema.json", '{"schema": "stance/9", "frames": []}', ["stance/1", "stance/9"]),
    ("nometa.json", '{"schema": "stance/1", "frames": []}', ["meta"]),
    ("person.ndjson", None, ["line 3", "score"]),
    ("twice.json", '{"schema": "stance/1", "frames": [], "meta": {"mode": "single", "mode": 2}}',
     ["duplicate"]),
    ("order.csv", "frame_index,timestamp_ms,nose_x,nose_y\n3,100,1,2\n2,66,1,2\n",
     ["order.csv:3", "frame_index"]),
    ("cell.csv", "frame_index,timestamp_ms,nose_x,nose_y\n3,100,one,2\n",
     ["cell.csv:2", "column 3", "one"]),
    ("quote.csv", 'frame_index,timestamp_ms,nose_x,nose_y\n3,100,"1,2\n', ["quote.csv", '"']),
    ("columns.csv", "a,b\n1,2\n", ["columns.csv", "frame_index"]),
    ("few.txt", "1,2,3\n", ["few.txt:1", "expected"]),
    ("zero.txt", "0,1,2,3,4,5,1,-1,-1,-1\n", ["zero.txt:1", "from 1"]),
    ("units.trc", "PathFileType\t4\t(X/Y/Z)\tx\nDataRate\tUnits\n30\tfeet\n", ["units.trc:3", "feet"]),
    ("short.trc", "PathFileType\t4\t(X/Y/Z)\tx\n", ["short.trc", "end of the file"]),
    ("short.bvh", "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0\n", ["short.bvh", "number"]),
    ("rows.bvh", "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition Zposition\n}\n"
     "MOTION\nFrames: 2\nFrame Time: 0.1\n1 2 3\n4 5\n", ["rows.bvh", "number", "end of the file"]),
    ("object.coco.json", '[{"image_id": 1, "category_id": 1}]', ["[0]", "score"]),
    ("half.coco.json", '[{"image_id": 1, "category_id": 1, "score": 1, "keypoints": [1, 2, 3]}]',
     ["known layout", "found 1"]),
]


def wrong_files():
    lines = name("ndjson").read_text().splitlines()
    frame = json.loads(lines[2])
    del frame["people"][0]["score"]
    for file, text, words in BAD:
        if file == "cut.json":
            text = name("stance").read_text()[:5000]
        elif file == "person.ndjson":
            text = "\n".join([lines[0], lines[1], json.dumps(frame)])
        path = TMP / file
        path.write_text(text)
        more = ["--from", "coco"] if "coco" in file else []
        done = convert(path, TMP / "out.json", "auto", *more, status=2, what=f"{file}")
        for word in words:
            check(word in done.stderr, f"{file}: expected '{word}' in: {done.stderr.strip()}")
        check(not list(TMP.glob("out.json*")), f"{file}: nothing is left behind")
    (TMP / "emptyfolder").mkdir()
    convert(TMP / "emptyfolder", TMP / "out.json", status=2)
    convert(TMP / "nothere.json", TMP / "out.json", status=2)
    convert(name("stance"), TMP / "no" / "folder.json", status=4)
    convert(name("stance"), name("stance"), status=1)
    convert(name("stance"), "-", "trc", status=1)
    convert(name("stance"), TMP / "out.json", "auto", "--skeleton", "octopus", status=1)
    convert(name("stance"), TMP / "out.json", "auto", "--size", "12", status=1)
    convert(name("coco"), TMP / "out.trc", status=1, what="TRC of pictures without times")
    convert(name("mot"), TMP / "out.bvh", "auto", "--fps", "30", status=1, what="BVH of boxes")
    convert(name("stance"), "/dev/full", "csv", status=4)
    stance("convert", name("stance"), status=1)
    os.mkfifo(TMP / "pipe.json")
    done = convert(TMP / "pipe.json", TMP / "out.json", "auto", "--follow", "longest", status=1)
    check("read twice" in done.stderr, f"--follow longest of a pipe: {done.stderr}")


def main():
    document = make_source()
    with_pandas(document)
    with_pycocotools(document)
    with_motmetrics(document)
    with_trc_reader()
    trc_gaps(document)
    with_bvh_reader()
    flat_bvh()
    with_openpose_rules(document)
    round_trips(document)
    round_trips_of_one()
    single_form()
    other_skeletons()
    run_writes_the_same()
    live_lines()
    interrupted()
    broken_off()
    names_by_the_form()
    screenshots()
    wrong_files()
    finish()


main()
