#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""stance eval track beside TrackEval and motmetrics, on made-up sequences.

Random and adversarial: misses, false boxes, switches, gaps, people who come late, equal boxes,
empty frames and files, huge ids, distractors of each class. Every figure is compared, at every
threshold. Then stance's own JSON, folders, and files that are wrong: each gives its exit status
and says where.
"""

import json
import pathlib
import random
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

try:
    from reference import tracks
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

CLASSES = [1, 1, 1, 1, 2, 3, 6, 7, 8, 12, 13]


# ---- making sequences -------------------------------------------------------------------


class Sequence:
    """Labels and results: rows of frame, id, x, y, w, h, and more."""

    def __init__(self, length):
        self.length, self.gt, self.found = length, [], []

    def write(self, gt, results, name, ini=True):
        folder = gt / name / "gt"
        folder.mkdir(parents=True)
        results.mkdir(exist_ok=True)
        (folder / "gt.txt").write_text(lines(self.gt))
        (results / f"{name}.txt").write_text(lines(self.found))
        if ini:
            (folder.parent / "seqinfo.ini").write_text(
                f"[Sequence]\nname={name}\nseqLength={self.length}\n")


def lines(rows):
    return "".join(",".join(f"{v:g}" if abs(v) < 1e5 else f"{v:.0f}" for v in row) + "\n"
                   for row in rows)


def random_sequence(seed, classes):
    """People who walk about, and a tracker with faults of all kinds."""
    r = random.Random(seed)
    length, whole = r.choice([1, 4, 20, 45]), r.random() < 0.4
    s = Sequence(length)
    ids = r.sample(range(1, 10000 if seed % 3 else 40), 30)
    other = iter(r.sample(range(0, 10000), 2000))
    miss, false, switch = r.choice([0, 0.1, 0.5]), r.choice([0, 0.2, 2]), r.choice([0, 0.05, 0.3])
    spread = r.choice([30, 200, 900])  # of places: a crowd, or people far from one another

    def number(value):
        return round(value) if whole else round(value, 2)

    people = []
    for k in range(r.choice([1, 2, 6, 14])):
        people.append({"id": ids[k], "x": r.uniform(0, spread), "y": r.uniform(0, spread / 4),
                       "w": r.uniform(20, 60), "vx": r.gauss(0, 4), "found": next(other),
                       "class": r.choice(CLASSES) if classes else -1,
                       "from": r.choice([1, 1, r.randint(1, length)]),
                       "gone": {f for f in range(length + 1) if r.random() < r.choice([0, 0.2])}})
    empty = {f for f in range(1, length + 1) if r.random() < 0.1}
    for frame in range(1, length + 1):
        labels, results = [], []
        for p in people:  # the tracker takes them for somebody new, or for one another
            q = r.choice(people)
            if r.random() < switch:
                p["found"] = next(other)
            elif r.random() < switch / 2:
                p["found"], q["found"] = q["found"], p["found"]
        for p in people:
            p["x"] += p["vx"]
            if r.random() < 0.1:
                p["vx"] = r.gauss(0, 4)
            if frame < p["from"] or frame in p["gone"]:
                continue
            box = [number(v) for v in (p["x"], p["y"], p["w"], 2.5 * p["w"])]
            confidence = 0 if r.random() < 0.05 else 1
            rest = [confidence, p["class"], round(r.random(), 2)] if classes else \
                [confidence, -1, -1, -1]
            labels.append([frame, p["id"], *box, *rest])
            if r.random() >= miss:
                off = r.choice([0, 0.03, 0.3]) * p["w"]
                results.append([frame, p["found"],
                                *[number(v + r.gauss(0, off)) for v in box[:2]],
                                *[max(0, number(v + r.gauss(0, off / 2))) for v in box[2:]],
                                round(r.random(), 3), -1, -1, -1])
        for _ in range(int(r.expovariate(1 / false)) if false else 0):
            results.append([frame, next(other), *[number(r.uniform(0, spread)) for _ in "xy"],
                            *[number(r.uniform(0, 120)) for _ in "wh"], 0.5, -1, -1, -1])
        r.shuffle(labels)
        r.shuffle(results)
        s.gt += labels
        s.found += [] if frame in empty and frame % 2 else results
    if seed % 4 == 0:
        r.shuffle(s.gt)
        r.shuffle(s.found)
    return s


def adversarial():
    """Named cases without classes, each with a rule at its edge."""
    rest = [1, -1, -1, -1]

    def case(length, gt, found):
        s = Sequence(length)
        s.gt = [[*row, *rest] for row in gt]
        s.found = [[*row, *rest] for row in found]
        return s

    box = (10, 10, 40, 100)
    walk = [(f, 1, *box) for f in range(1, 11)]
    yield "nobody-labelled", case(5, [], [(f, 1, *box) for f in range(1, 6)])
    yield "nobody-found", case(5, walk[:5], [])
    yield "nothing", case(5, [], [])
    yield "perfect", case(10, walk, walk)
    yield "ids-to-and-fro", case(10, walk, [(f, f % 2, *box) for f in range(1, 11)])
    yield "missed-in-an-empty-frame", case(10, walk, [w for w in walk if w[0] != 5])
    yield "missed-beside-another", case(
        10, walk, [w for w in walk if w[0] != 5] + [(f, 9, 500, 10, 40, 100) for f in range(1, 11)])
    yield "exactly-half", case(4, [(f, 1, 0, 0, 20, 20) for f in range(1, 5)],
                               [(f, 1, 0, 0, 20, 10 if f % 2 else 9) for f in range(1, 5)])
    yield "exactly-each-alpha", case(19, [(f, 1, 0, 0, 20, 10) for f in range(1, 20)],
                                     [(f, 1, 0, 0, f, 10) for f in range(1, 20)])
    yield "four-fifths-tracked", case(10, walk, walk[:8])
    yield "a-fifth-tracked", case(10, walk, walk[:2])
    yield "one-in-all-places", case(6, [(f, k, *box) for f in range(1, 7) for k in (3, 1, 2)],
                                    [(f, k, *box) for f in range(1, 7) for k in (5, 6, 4)])
    yield "same-boxes-changing-order", case(
        6, [(f, k, *box) for f in range(1, 7) for k in ((1, 2) if f % 2 else (2, 1))],
        [(f, k, *box) for f in range(1, 7) for k in ((7, 8) if f % 3 else (8, 7))])
    yield "no-area", case(3, [(f, 1, 5, 5, 0, 10) for f in (1, 2, 3)],
                          [(f, 1, 5, 5, 0, 10) for f in (1, 2, 3)])
    yield "two-people-one-id", case(
        8, [(f, k, 100 * k, 0, 50, 100) for f in range(1, 9) for k in (1, 2)],
        [(f, 5, 100 if f < 4 else 200, 0, 50, 100) for f in range(1, 9)])
    yield "fewer-pairs-overlap-more", case(
        2, [(1, 1, 0, 0, 100, 100), (1, 2, 34, 0, 100, 100), (1, 3, 68, 0, 100, 100)],
        [(1, 1, 33, 0, 100, 100), (1, 2, 67, 0, 100, 100), (1, 3, 101, 0, 100, 100)])
    yield "large-places", case(2, [(1, 1, 1e6, -1e6, 5000, 90000)], [(2, 1, 0, 0, 1, 1)])


# ---- comparing --------------------------------------------------------------------------


def same(found, expected, what, path=""):
    """Every figure of `expected`, to 1e-6."""
    for key, value in expected.items():
        here, name = found.get(key, "nothing"), f"{what}: {path}{key}"
        if isinstance(value, dict):
            same(here, value, what, f"{path}{key}.")
        elif isinstance(value, list):
            check(isinstance(here, list) and len(here) == len(value)
                  and all(abs(a - b) <= 1e-6 for a, b in zip(here, value)),
                  f"{name}: expected {value}, found {here}")
        elif value is None:
            check(here is None, f"{name}: expected null, found {here}")
        elif here is None or here == "nothing":
            check(False, f"{name}: expected {value}, found {here}")
        else:
            close(here, value, 1e-6, name)


def figures(gt, results, *args):
    done = stance("eval", "track", "--gt", gt, "--results", results, "--json", "--quiet", *args)
    return json.loads(done.stdout) if done.returncode == 0 else None


def beside_both(name, sequences, benchmark, iou=0.5, from_files=True):
    """A folder of sequences: each, and all together."""
    folder = TMP / name
    gt, results = folder / "gt", folder / "found"
    for key, s in sequences.items():
        s.write(gt, results, key)
    lengths = {key: s.length for key, s in sequences.items()}
    reference = tracks.Trackeval(gt, results, lengths, benchmark.upper(), iou)
    found = figures(gt, results, "--benchmark", benchmark, "--iou", iou)
    if not found:
        return
    equal([f["name"] for f in found["sequences"]], sorted(sequences), f"{name}: sequences")
    for f in found["sequences"]:
        key = f["name"]
        what = f"{name}/{key}"
        equal((f["benchmark"], f["frames"]), (benchmark, lengths[key]), f"{what}: about")
        same(f, reference.figures(key), what)
        paths = gt / key / "gt/gt.txt", results / f"{key}.txt"
        expected = tracks.motmetrics_of_files(*paths, iou) if from_files else \
            tracks.motmetrics_of_data(reference.data[key], iou)
        if expected:
            identity = {k: expected.pop(k) for k in ("idf1", "idp", "idr")}
            same(f["motmetrics"], expected, f"{what}: motmetrics")
            same({k: f["identity"][k.upper()] for k in identity},
                 {k: v or 0 for k, v in identity.items()}, f"{what}: motmetrics")
    same(found["combined"], reference.combined(), f"{name}: combined")
    for f in found["sequences"]:  # the parts are those of the whole
        equal(f["clear"]["TP"] + f["clear"]["FN"], f["gt_boxes"], f"{name}/{f['name']}: boxes")


def beside_the_packages():
    beside_both("plain", {f"s{k:02}": random_sequence(k, False) for k in range(24)}, "mot15")
    beside_both("edges", dict(adversarial()), "mot15")
    beside_both("near", {f"s{k:02}": random_sequence(k, False) for k in range(100, 108)}, "mot15",
                iou=0.3)
    beside_both("mot17", {f"s{k:02}": random_sequence(k, True) for k in range(200, 224)}, "mot17",
                from_files=False)
    beside_both("mot16", {f"s{k:02}": random_sequence(k, True) for k in range(300, 304)}, "mot16",
                iou=0.7, from_files=False)
    beside_both("mot20", {f"s{k:02}": random_sequence(k, True) for k in range(400, 412)}, "mot20",
                from_files=False)


# ---- forms ------------------------------------------------------------------------------


def write(name, text):
    path = TMP / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def without_names(found):
    return {k: v for k, v in found["sequences"][0].items() if k not in ("name", "frames")}


def forms_of_text():
    """The same rows, written otherwise, give the same figures."""
    s = random_sequence(7, False)
    gt, results = write("a.txt", lines(s.gt)), write("b.txt", lines(s.found))
    plain = figures(gt, results)
    equal(plain["sequences"][0]["benchmark"], "plain", "auto without classes")
    text = lines(s.found)
    for name, other in (
            ("CRLF", text.replace("\n", "\r\n")), ("blank lines", "\n" + text.replace("\n", "\n \n")),
            ("no end of line", text.rstrip()), ("spaces", text.replace(",", " , ")),
            ("blanks for commas", text.replace(",", " ")), ("tabs", text.replace(",", "\t")),
            ("comma at the end", text.replace("\n", ",\n")), ("BOM", "\ufeff" + text),
            ("six columns", lines([row[:6] for row in s.found])),
            ("exponents", "".join(",".join(f"{v:.17e}" for v in row) + "\n" for row in s.found)),
            ("many digits", "".join(",".join(f"{v:.17f}" for v in row) + "\n" for row in s.found)),
            ("backwards", "".join(reversed(text.splitlines(True))))):
        found = figures(gt, write("c.txt", other))
        if name == "backwards":  # the order within a frame decides ties
            same({"hota": found["sequences"][0]["hota"]}, {"hota": plain["sequences"][0]["hota"]},
                 name)
        else:
            equal(without_names(found), without_names(plain), name)
    far = [[row[0] + 10**9, row[1] + 10**15, *row[2:]] for row in s.found]
    labels = [[row[0] + 10**9, *row[1:]] for row in s.gt]
    began = time.time()
    found = figures(write("d.txt", lines(labels)), write("e.txt", lines(far)))
    equal(without_names(found)["hota"], without_names(plain)["hota"], "frame 1e9, id 1e15")
    check(time.time() - began < 2, "frame 1e9 takes no time")
    s = random_sequence(201, True)
    found = figures(write("a.txt", lines(s.gt)), write("b.txt", lines(s.found)))
    equal(found["sequences"][0]["benchmark"], "mot17", "auto with classes")
    fine = figures(write("a.txt", "1,1,0,0,9,9,0.4\n2,2,0,0,9,9,0\n"), write("b.txt", "1,1,0,0,9,9\n"))
    equal(fine["sequences"][0]["gt_boxes"], 1, "plain: only confidence 0 does not count")


def stance_json(rows):
    frames = {}
    for frame, who, *box in rows:
        frames.setdefault(frame, []).append(
            {"id": who, "score": 0.5, "box": box[:4], "keypoints": []})
    return {"schema": "stance/1", "meta": {"mode": "multi"}, "keypoint_format": [],
            "frames": [{"frame_index": f - 1, "timestamp_ms": 0, "people": frames.get(f, [])}
                       for f in range(1, max(frames) + 2)], "summary": {}}


def forms_of_json():
    s = random_sequence(11, False)
    for row in s.gt:
        row[6] = 1
    gt, results = write("a.txt", lines(s.gt)), write("b.txt", lines(s.found))
    plain = without_names(figures(gt, results))
    gt_json = write("a.json", json.dumps(stance_json(s.gt)))
    results_json = write("b.json", json.dumps(stance_json(s.found)))
    equal(without_names(figures(gt_json, results_json)), plain, "JSON")
    equal(without_names(figures(gt, results_json)), plain, "text and JSON")
    flat = TMP / "flat"
    for folder in ("gt", "found"):
        (flat / folder).mkdir(parents=True)
    shutil.copy(gt_json, flat / "gt/one.json")
    shutil.copy(gt, flat / "gt/two.txt")
    shutil.copy(results, flat / "found/one.txt")
    shutil.copy(results_json, flat / "found/two.json")
    found = figures(flat / "gt", flat / "found")
    equal([f["name"] for f in found["sequences"]], ["one", "two"], "flat folders")
    equal(found["combined"]["clear"]["TP"], 2 * plain["clear"]["TP"], "flat folders together")
    truth = TMP / "truth.json"
    stance("mannequin", "cross", "--seconds", 1, "--truth", truth, "-o", TMP / "cross.mp4")
    found = figures(truth, truth)["sequences"][0]
    equal((found["gt_ids"], found["hota"]["HOTA"], found["clear"]["MOTA"]), (2, 1, 1),
          "the truth of drawn people beside itself")


def words():
    folder = TMP / "plain"
    done = stance("eval", "track", "--gt", folder / "gt", "--results", folder / "found")
    table = done.stdout.splitlines()
    equal(len(table), 26, "24 sequences, a head, and all together")
    check(table[0].split()[:5] == ["HOTA", "DetA", "AssA", "LocA", "MOTA"], table[0])
    check(table[-1].startswith("COMBINED"), table[-1])
    check("rules: plain" in done.stderr, done.stderr)
    done = stance("eval", "track", "-q", "--gt", folder / "gt/s05", "--results",
                  folder / "found/s05.txt")
    equal((len(done.stdout.splitlines()), done.stderr), (2, ""), "one sequence, quietly")
    check(done.stdout.splitlines()[1].startswith("s05 "), done.stdout)
    overview, own = stance("eval", "--help").stdout, stance("eval", "track", "--help").stdout
    check("--benchmark" in own and "--crops" not in own, "stance eval track --help")
    check("--benchmark" in overview and "--crops" in overview, "stance eval --help")
    check("--crops" in stance("eval", "pose", "--help").stdout, "stance eval pose --help")


# ---- what is wrong ----------------------------------------------------------------------

GOOD = "1,1,10,10,40,100,1,-1,-1,-1\n"


def wrong(what, expected, gt=GOOD, results=GOOD, status=2, args=()):
    gt = gt if isinstance(gt, pathlib.Path) else write("gt.txt", gt)
    results = results if isinstance(results, pathlib.Path) else write("results.txt", results)
    done = stance("eval", "track", "--gt", gt, "--results", results, *args, status=status, what=what)
    check(len(done.stderr.splitlines()) == 1 and not done.stdout,
          f"{what}: expected one line, found: {done.stderr}{done.stdout}")
    for word in expected.split("|"):
        check(word in done.stderr, f"{what}: expected '{word}' in: {done.stderr}")


def wrong_files():
    for line, words in (
            ("1,1,10,10,40", "5 columns"), ("1", "1 column"), ("1,1,10,10,40,nan", "column 6|'nan'"),
            ("1,1,inf,10,40,9", "column 3|'inf'"), ("1,1,10,10,-4,9", "a width from 0|-4"),
            ("1,1,10,10,4,-9,1", "a height from 0"), ("0,1,10,10,4,9", "a frame|found 0"),
            ("-3,1,10,10,4,9", "a frame"), ("1.5,1,10,10,4,9", "a frame|1.5"),
            ("3e9,1,10,10,4,9", "a frame|3000000000"), ("1,-1,10,10,4,9", "not followed|line 2"),
            ("1,2.5,10,10,4,9", "an id|2.5"), ("1,1e17,1,1,4,9", "an id"),
            ("one,1,10,10,4,9", "column 1|'one'"), ("1,1,10,10,4,x", "column 6|'x'"),
            ("frame,id,x,y,w,h", "column 1|'frame'"), ("1,1,10,,4,9", "column 4|nothing"),
            ("1,1,0x10,1,4,9", "column 3|'0x10'"), ("1,1,1e400,1,4,9", "column 3|1e400"),
            ("1,1,2e9,1,4,9", "1e9 pixels"), ("1,1," + "9" * 100 + ",1,4,9", "column 3|..."),
            (",".join("1" * 17), "at most 16"), ("1;1;10;10;4;9", "column 1|1;1;10"),
            ("1,1,10,10,4,9,1,2\x00,1", "column 8"), ("1,1,10,10,4,9\n1,1,9,9,4,9", ":3:|once|line 2")):
        wrong(line[:30], f"results.txt:|{words}", results="\n" + line + "\n")
        wrong(line[:30], f"gt.txt:|{words}", gt="\r\n" + line + "\r\n")
    wrong("the line's number", "results.txt:4:", results=GOOD + "\n\n1,1,10,10,40")
    wrong("an id twice", "gt.txt:3:|frame 2|found 5|line 1",
          gt="2,5,0,0,9,9\n1,5,0,0,9,9\n2,5,9,9,9,9\n")
    wrong("binary", "column 1", gt=bytes(range(256)))
    wrong("not there", "none.txt", gt=TMP / "none.txt")
    wrong("a folder for a file", "folder", gt=TMP / "plain/gt")
    wrong("no labels in it", "found none", gt=TMP / "plain/found/../../edges", results=TMP)
    wrong("no results of a sequence", "s00.txt|s00.json", gt=TMP / "plain/gt",
          results=TMP / "edges/found")


def wrong_rules():
    labels = "1,1,10,10,40,100,1,{},1\n"
    for args in ((), ("-b", "mot15"), ("-b", "mot20")):
        wrong("results of another class", "pedestrians only|class 3", gt=labels.format(1),
              results="1,1,1,1,5,5,1,3,1\n", args=args)
    for number in (0, 14, -1):
        wrong(f"class {number}", f"gt.txt:1:|from 1 to 13|found {number}",
              gt=labels.format(number), args=["-b", "mot17"])
    wrong("no class", "column 8|mot16", gt="1,1,10,10,40,100\n", args=["-b", "mot16"])
    wrong("classes in JSON", "expected MOTChallenge's text", args=["-b", "mot17"],
          gt=write("x.json", json.dumps(stance_json([(1, 1, 0, 0, 9, 9)]))))
    s = Sequence(3)
    s.gt, s.found = [[1, 1, 0, 0, 9, 9, 1]], [[4, 1, 0, 0, 9, 9, 1]]
    s.write(TMP / "short", TMP / "short-found", "a")
    wrong("beyond the end", "a.txt|up to 3|seqinfo.ini|frame 4", gt=TMP / "short",
          results=TMP / "short-found")
    for text in ("seqLength=0", "seqLength=x", "seqLength=", "seqLength=12.5"):
        (TMP / "short/a/seqinfo.ini").write_text(f"[Sequence]\n{text}\n")
        wrong(text, "seqinfo.ini|seqLength", gt=TMP / "short/a", results=TMP / "short-found/a.txt")


def wrong_json():
    person = {"id": 1, "box": [0, 0, 9, 9]}

    def document(**frame):
        return json.dumps({"frames": [{"frame_index": 0, "people": [person], **frame}]})

    for text, words in (
            (document(people=[{"id": None, "box": [0, 0, 9, 9]}]), "not followed|frame 1"),
            (document(people=[{"box": [0, 0, 9, 9]}]), "not followed"),
            (document(people=[{"id": "a", "box": [0, 0, 9, 9]}]), "people[0].id"),
            (document(people=[{"id": -2, "box": [0, 0, 9, 9]}]), "people[0].id|-2"),
            (document(people=[{"id": 1}]), "box"), (document(people=[{"id": 1, "box": [1, 2, 3]}]), "box"),
            (document(people=[{"id": 1, "box": [0, 0, -1, 9]}]), "box[2]"),
            (document(people=[person, person]), "frames[0]|frame_index 0|found 1 twice"),
            (document(people=[7]), "people[0]|a person"), (document(people=None), "people"),
            (document(frame_index=-1), "frame_index"), (document(frame_index=2**31), "frame_index"),
            (document(frame_index=None), "frame_index"),
            ('{"frames": [{"frame_index": 0, "keypoints": []}]}', "for one person"),
            ('{"frames": [3]}', "frames[0]"), ("{}", "frames"), ("[]", "object with frames"),
            ('{"frames": [', "expected JSON")):
        wrong(text[:50], f"results.txt|{words}", results=text)


def wrong_use():
    gt = write("gt.txt", GOOD)
    for args, words in ((["track"], "--gt"), (["track", "--gt", gt], "--results"),
                        (["track", "more", "--gt", gt], "found 'more'"),
                        (["track", "--gt", gt, "--results", gt, "--iou", "0"], "0.01 to 1"),
                        (["track", "--gt", gt, "--results", gt, "--benchmark", "mot18"], "mot17"),
                        (["track", "--crops", "gt"], "--crops"), (["tracks"], "eval track"),
                        ([], "eval track")):
        done = stance("eval", *args, status=1)
        check(words in done.stderr, f"{args}: expected '{words}' in: {done.stderr}")


# ---- speed ------------------------------------------------------------------------------


def speed():
    """3000 frames x 20 people in less than 2 s, and far less than TrackEval's time."""
    r = random.Random(1)
    gt, found = [], []
    for frame in range(1, 3001):
        for k in range(20):
            box = [40 * k + frame % 97, 50 + k, 60, 150]
            gt.append([frame, k + 20 * (frame // 500), *box, 1, -1, -1, -1])
            if r.random() < 0.95:
                found.append([frame, k + 100 * (frame // (300 + 10 * k)),
                              *[round(v + r.gauss(0, 3), 1) for v in box], 1, -1, -1, -1])
    gt, found = write("gt.txt", lines(gt)), write("found.txt", lines(found))
    began = time.time()
    figures(gt, found)
    took = time.time() - began
    print(f"3000 frames x 20 people: {took:.2f} s")
    check(took < (20 if SANITIZED else 2), f"3000 frames x 20 people took {took:.2f} s")


beside_the_packages()
forms_of_text()
forms_of_json()
words()
wrong_files()
wrong_rules()
wrong_json()
wrong_use()
speed()
finish()
