#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""stance eval pose beside pycocotools (average precision) and numpy (PCK), on made-up labels.

Random and adversarial: crowds, people without labels, equal scores and equal similarities,
nobody found, nobody labelled, more than 20 poses in an image, images listed twice, several
categories, tiny people. Then files that are wrong: each gives its exit status and says where.
"""

import contextlib
import copy
import io
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

try:
    import numpy as np
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

NAMES = ("nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
         "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
         "right_ankle").split()
FIGURES = "AP AP50 AP75 APm APl AR AR50 AR75 ARm ARl".split()
LABELS, RESULTS = TMP / "labels.json", TMP / "results.json"


# ---- making labels and results ----------------------------------------------------------


def category(number=1):
    return {"id": number, "name": f"person{number}", "keypoints": NAMES, "skeleton": []}


class Maker:
    """Labels and results that grow."""

    def __init__(self, seed, categories=(1,)):
        self.random = random.Random(seed)
        self.labels = {"images": [], "annotations": [],
                       "categories": [category(c) for c in categories]}
        self.results = []

    def image(self, number):
        self.labels["images"].append({"id": number, "file_name": f"{number}.jpg", "width": 640,
                                      "height": 480, "part": "ab"[number % 2]})

    def person(self, image, size=None, labelled=None, crowd=0, where=None, category=1, area=None):
        r = self.random
        size = size or 10 ** r.uniform(0.5, 2.8)
        x, y = where or (r.uniform(0, 640), r.uniform(0, 480))
        labelled = r.choice([0, 1, 5, 17, 17, 17]) if labelled is None else labelled
        seen = set(r.sample(range(17), labelled))
        points = []
        for k in range(17):
            points += [round(x + r.uniform(0, size), 2), round(y + r.uniform(0, 2 * size), 2),
                       r.choice([1, 2])] if k in seen else [0, 0, 0]
        self.labels["annotations"].append({
            "id": len(self.labels["annotations"]) + 1, "image_id": image, "iscrowd": crowd,
            "category_id": category, "num_keypoints": labelled, "keypoints": points,
            "bbox": [x, y, size, 2 * size], "area": size * size if area is None else area})
        return self.labels["annotations"][-1]

    def found(self, image, like=None, off=0.05, score=None, category=1, box=None):
        r = self.random
        points = []
        for k in range(17):
            if like and like["keypoints"][3 * k + 2]:
                reach = off * like["bbox"][3]
                points += [like["keypoints"][3 * k] + r.gauss(0, reach),
                           like["keypoints"][3 * k + 1] + r.gauss(0, reach), 0.5]
            elif like:
                points += [like["bbox"][0] + r.uniform(-2, 3) * like["bbox"][2],
                           like["bbox"][1] + r.uniform(-2, 3) * like["bbox"][3], 0.5]
            else:
                points += [r.uniform(0, 640), r.uniform(0, 480), r.random()]
        result = {"image_id": image, "category_id": category, "keypoints": points,
                  "score": r.random() if score is None else score}
        if box:
            result["bbox"] = box if box is not True else [1, 2, 10 ** r.uniform(0, 2.5), 40]
        self.results.append(result)
        return result


def random_case(seed):
    m = Maker(seed, (1, 2) if seed % 5 == 0 else (1,))
    r = m.random
    coarse, boxes = r.random() < 0.5, r.random() < 0.5
    images = r.sample(range(1, 500), r.choice([1, 3, 12]))
    for image in images:
        m.image(image)
        for _ in range(r.choice([0, 1, 2, 6])):
            kind = r.choice(m.labels["categories"])["id"]
            m.person(image, crowd=r.random() < 0.15, category=kind)
    people = m.labels["annotations"]
    for image in r.sample(images, len(images)):
        here = [p for p in people if p["image_id"] == image]
        for _ in range(r.choice([0, 1, 3, 30])):
            like = r.choice(here) if here and r.random() < 0.8 else None
            m.found(image, like, 10 ** r.uniform(-3, -0.5), box=boxes,
                    score=round(r.random(), 1) if coarse else None,
                    category=r.choice([1, 1, 1, 2, 7]))
    return m


def adversarial():
    """Named cases, each with a rule of the evaluation at its edge."""
    m = Maker(1)
    m.image(1)
    yield "nothing at all", m
    m = Maker(2)
    m.image(1)
    m.person(1, 100, 17)
    yield "nobody found", m
    m = Maker(3)
    m.image(1)
    m.found(1), m.found(1)
    yield "nobody labelled", m
    m = Maker(4)
    m.image(1), m.image(2)
    m.found(2, m.person(1, 100, 17))
    yield "found in an image without people", m
    m = Maker(5)
    for image in (1, 2, 3):
        m.image(image)
        for _ in range(4):
            m.found(image, m.person(image, 100, 17), score=0.5, off=0.2)
            m.found(image, score=0.5)
    yield "every score equal", m
    m = Maker(6)
    m.image(1)
    a = m.person(1, 100, 17)
    m.labels["annotations"].append({**copy.deepcopy(a), "id": 2})
    m.found(1, a, 0, score=0.9), m.found(1, a, 0, score=0.9), m.found(1, a, 0, score=0.8)
    yield "equal similarities", m
    m = Maker(7)
    m.image(1)
    a = m.person(1, 50, 17)
    for _ in range(25):
        m.found(1, score=0.9)
    m.found(1, a, 0.01, score=0.1)
    yield "the right one is the 26th", m
    m = Maker(8)
    m.image(1)
    a = m.person(1, 200, 0, crowd=1)
    for _ in range(6):
        m.found(1, a)
    m.found(1, m.person(1, 200, 17))
    yield "a crowd takes many", m
    m = Maker(9)
    m.image(1)
    a = m.person(1, 80, 0, where=(100, 100))
    for _ in range(6):
        m.found(1, a)
    m.person(1, 80, 17)
    yield "unlabelled points: near the box", m
    m = Maker(10)
    m.image(1)
    for area in (0, 1e-9, 32 ** 2, 96 ** 2, 32 ** 2 - 1e-9, 1e10, 1e10 + 1):
        m.found(1, m.person(1, 60, 17, area=area), 0.01, box=True)
    yield "areas at the edges", m
    m = Maker(11)
    m.image(5), m.image(5), m.image(2)
    m.found(5, m.person(5, 100, 17)), m.found(2, m.person(2, 100, 17))
    yield "an image listed twice", m
    m = Maker(12)
    m.image(1)
    a = m.person(1, 100, 10)
    for right in range(11):  # similarities of 0, 0.1, ... 1, on the thresholds
        result, n = m.found(1, a, 0), 0
        for k in range(17):
            if a["keypoints"][3 * k + 2]:
                n += 1
                if n > right:
                    result["keypoints"][3 * k] = 1e6
    yield "similarities on the thresholds", m
    m = Maker(13)
    m.image(1)
    m.found(1, m.person(1, 100, 17))["category_id"] = 9
    yield "found in another category only", m
    m = Maker(14)
    m.image(0)
    a = m.person(0, 100, 17)
    a["id"] = 0
    m.found(0, a, 0.001), m.found(0, m.person(0, 100, 17), 0.001)
    yield "ids of 0", m
    m = Maker(15)
    m.image(1)
    a = m.person(1, 100, 17)
    m.found(1, a, 0.001, score=-3.5), m.found(1, a, 0.001, score=1e200), m.found(1, score=0)
    m.labels["annotations"][0]["ignore"] = 1  # pycocotools overwrites it
    yield "strange scores", m
    m = Maker(16)
    m.image(1)
    m.labels["categories"][0]["keypoints"] = [n.upper().replace("_", " ") for n in NAMES]
    m.found(1, m.person(1, 100, 17))
    yield "names in other letters", m


# ---- average precision ------------------------------------------------------------------


def by_pycocotools(m, images=None):
    with contextlib.redirect_stdout(io.StringIO()):
        labels = COCO()
        labels.dataset = copy.deepcopy(m.labels)
        labels.createIndex()
        if m.results:
            found = labels.loadRes(copy.deepcopy(m.results))
        else:  # loadRes() cannot take none
            found = COCO()
            found.dataset = {**copy.deepcopy(m.labels), "annotations": []}
            found.createIndex()
        judge = COCOeval(labels, found, "keypoints")
        if images is not None:
            judge.params.imgIds = sorted(images)
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return dict(zip(FIGURES, judge.stats))


def by_stance(m, *args):
    LABELS.write_text(json.dumps(m.labels))
    RESULTS.write_text(json.dumps(m.results))
    done = stance("eval", "pose", "--gt", LABELS, "--results", RESULTS, "--json", *args)
    return json.loads(done.stdout or "{}")


def same(found, expected, what):
    for name in FIGURES:
        close(found.get("ap", {}).get(name), expected[name], 1e-6, f"{what}: {name}")


def average_precision():
    for seed in range(20 if SANITIZED else 120):
        m = random_case(seed)
        same(by_stance(m), by_pycocotools(m), f"random {seed}")
        if seed % 4 == 0 and any(i["part"] == "a" for i in m.labels["images"]):
            part = [i["id"] for i in m.labels["images"] if i["part"] == "a"]
            same(by_stance(m, "--only", "part=a"), by_pycocotools(m, part), f"part of {seed}")
    for name, m in adversarial():
        same(by_stance(m), by_pycocotools(m), name)


def counts():
    m = Maker(50)
    m.image(1), m.image(2)
    for _ in range(23):
        m.found(1, m.person(1, 50, 17))
    m.person(1, 50, 0), m.person(1, 50, 0, crowd=1), m.found(2), m.found(1, category=8)
    found = by_stance(m)
    equal((found["images"], found["people"], found["detections"]), (2, 23, 24), "counts")
    equal(found["ignored"], {"images": 0, "crowds": 1, "people_without_keypoints": 1,
                             "detections_beyond_20": 3, "detections_elsewhere": 1}, "ignored")
    found = by_stance(m, "--only", "file_name=[1]*", "--only", "id=1")
    equal((found["images"], found["ignored"]["images"]), (1, 1), "only image 1")
    done = stance("eval", "pose", "--gt", LABELS, "--results", RESULTS)
    equal([line.split()[0] for line in done.stdout.splitlines()], FIGURES, "lines")
    check("not counted: 1 crowd" in done.stderr, f"what is said: {done.stderr}")
    done = stance("eval", "pose", "--gt", LABELS, "--results", RESULTS, "--quiet")
    equal(done.stderr, "", "--quiet")


# ---- PCK --------------------------------------------------------------------------------


def pck_by_numpy(m, threshold, size_of):
    """Labelled and right points, joint by joint."""
    labelled, right = np.zeros(17, int), np.zeros(17, int)
    for image in {i["id"] for i in m.labels["images"]}:
        people = [p for p in m.labels["annotations"] if p["image_id"] == image
                  and not p["iscrowd"] and p["num_keypoints"] and size_of(p) > 0]
        found = sorted((f for f in m.results if f["image_id"] == image and f["category_id"] == 1),
                       key=lambda f: -f["score"])
        if not people:
            continue
        truth = np.array([p["keypoints"] for p in people], float).reshape(-1, 17, 3)
        sizes = np.array([size_of(p) for p in people])
        poses = np.array([f["keypoints"] for f in found], float).reshape(-1, 17, 3)
        off = np.linalg.norm(poses[:, None, :, :2] - truth[None, :, :, :2], axis=3)
        off = np.where(np.any(poses != 0, axis=2)[:, None], off / sizes[None, :, None], np.inf)
        seen = truth[:, :, 2] > 0
        cost = (np.minimum(off, 1) * seen).sum(2) / seen.sum(1)
        labelled += seen.sum(0)
        while cost.size and cost.min() < 1:
            pose, who = np.unravel_index(np.argmin(cost), cost.shape)
            right += seen[who] & (off[pose, who] <= threshold)
            cost[pose, :] = cost[:, who] = 1
    return labelled, right


def torso(p):
    a, b = np.array(p["keypoints"]).reshape(17, 3)[[5, 12]]
    return np.hypot(*(a - b)[:2]) if a[2] and b[2] else 0


def share_of_points():
    for seed in range(200, 212):
        m = Maker(seed)
        for image in range(1, 6):
            m.image(image)
            people = [m.person(image, 100, m.random.choice([3, 12, 17, 17]))
                      for _ in range(m.random.choice([1, 2, 4]))]
            for like in people + [None] * 2:
                if m.random.random() < 0.8:
                    result = m.found(image, like, m.random.choice([0.01, 0.1, 0.3]))
                    result["keypoints"][3 * 4:3 * 5] = [0, 0, 0]  # nobody gives a right ear
        cases = [(["--pck-of", "box"], 0.2, lambda p: max(p["bbox"][2:])),
                 (["--threshold", 0.05], 0.05, lambda p: max(p["bbox"][2:])),
                 (["--pck-of", "torso"], 0.2, torso)]
        for args, threshold, size_of in cases:
            found = by_stance(m, "--measure", "pck", *args).get("pck", {})
            labelled, right = pck_by_numpy(m, threshold, size_of)
            joints = found.get("joints", [])
            equal([j["labelled"] for j in joints], labelled.tolist(), f"PCK {seed} {args}")
            equal([j["right"] for j in joints], right.tolist(), f"PCK {seed} {args}")
            some = [k for k in range(17) if k != 4] if m.results else range(17)
            close(found.get("share"), right[some].sum() / labelled[some].sum(), 1e-9,
                  f"PCK {seed} {args}: share")
            used = [k for k in some if labelled[k]]
            close(found.get("joint_mean"), np.mean(right[used] / labelled[used]), 1e-9,
                  f"PCK {seed} {args}: mean of joints")


def mpii(**more):
    joints = [[50.0 + 10 * k, 100.0 + 5 * k] for k in range(16)]
    joints[8], joints[9] = [100, 100], [100, 60]  # upper neck, head top: 40 pixels
    return {"image": "a.jpg", "joints": joints, "joints_vis": [1] * 16, "scale": 1.5,
            "center": [120, 130], **more}


def share_of_heads():
    """A pose 19.9 or 20.1 pixels off beside a head of 40: half of it is right."""
    for off, head, expected in ((19.9, {}, 1), (20.1, {}, 0), (20.0, {}, 1),
                                (29.9, {"headbox": [0, 0, 60, 80]}, 1),  # 0.6 x 100
                                (30.1, {"headbox": [0, 0, 60, 80]}, 0),
                                (9.9, {"head_size": 20}, 1), (10.1, {"head_size": 20}, 0)):
        person = mpii(**head)
        LABELS.write_text(json.dumps([person, {**mpii(), "image": "b.jpg"}]))
        points = [v for x, y in person["joints"] for v in (x + off, y, 1)]
        RESULTS.write_text(json.dumps([{"image_id": 1, "category_id": 1, "keypoints": points,
                                        "score": 1}]))
        done = stance("eval", "pose", "--gt", LABELS, "--results", RESULTS, "--json",
                      "--only", "image=a*")
        found = json.loads(done.stdout)
        equal((found["form"], found["images"]), ("mpii", 1), "MPII's form")
        close(found["pckh"]["share"], expected, 0, f"PCKh {off} {head}")
        counted = {j["name"]: j["counted"] for j in found["pckh"]["joints"]}
        equal((counted["pelvis"], counted["thorax"], counted["right_knee"]),
              (False, False, True), "MPII's custom")


# ---- files that are wrong ---------------------------------------------------------------


def good():
    m = Maker(99)
    m.image(1)
    m.found(1, m.person(1, 100, 17), box=True)
    return m


def wrong(what, words, labels=None, results=None, status=2, args=()):
    m = good()
    LABELS.write_text(json.dumps(m.labels) if labels is None else labels)
    RESULTS.write_text(json.dumps(m.results) if results is None else results)
    done = stance("eval", "pose", "--gt", LABELS, "--results", RESULTS, *args, status=status,
                  what=what)
    equal(done.stdout, "", f"{what}: standard output")
    for word in words.split("|"):
        check(word in done.stderr, f"{what}: expected '{word}' in: {done.stderr}")


def damaged(of, path, value):
    """The document with another value at a place; None: the member is not there."""
    document = good().labels if of == "labels" else good().results
    at = document
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return {of: json.dumps(document)}


def wrong_files():
    wrong("labels: not JSON", "labels.json:1:|expected JSON", labels="{]")
    wrong("labels: text", "expected JSON", labels='"labels"')
    wrong("labels: empty", "labels.json", labels="")
    wrong("labels: nothing in them", "categories|found nothing", labels="{}")
    wrong("results: not JSON", "results.json:1:|expected JSON", results="[1,")
    wrong("results: an object", "results.json|expected results", results="{}")
    wrong("results: NaN", "results.json:1:", results='[{"score": NaN}]')
    wrong("results: no objects", "[0]: expected an object", results="[1]")
    first, person, image = [0], ["annotations", 0], ["images", 0]
    for of, path, value, words in (
            ("results", first + ["image_id"], 77, "[0]: image_id|found 77"),
            ("results", first + ["image_id"], "1", "[0].image_id|whole number|found \"1\""),
            ("results", first + ["score"], None, "[0].score|found nothing"),
            ("results", first + ["score"], "high", "[0].score|found \"high\""),
            ("results", first + ["keypoints"], [1, 2, 3], "[0].keypoints|51|array of 3"),
            ("results", first + ["keypoints"], [None] * 51, "[0].keypoints[0]|found null"),
            ("results", first + ["keypoints"], None, "[0].keypoints|found nothing"),
            ("results", first + ["bbox"], [1, 2, 3], "[0].bbox|array of 3"),
            ("results", first + ["category_id"], 1.5, "[0].category_id|found 1.5"),
            ("labels", ["annotations"], None, "annotations|found nothing"),
            ("labels", ["images"], {}, "images|an object"),
            ("labels", ["categories"], [], "categories|array of 0"),
            ("labels", ["categories", 0, "keypoints"], None, "names of its keypoints|--skeleton"),
            ("labels", ["categories", 0, "keypoints", 3], "nose", "'nose' twice"),
            ("labels", ["categories", 0, "keypoints", 3], "tail", "sigma|'tail'|pck"),
            ("labels", image + ["id"], None, "images[0].id|found nothing"),
            ("labels", image + ["width"], -3, "images[0].width|found -3"),
            ("labels", person + ["image_id"], 5, "annotations[0]|image_id|found 5"),
            ("labels", person + ["id"], None, "annotations[0].id"),
            ("labels", person + ["keypoints"], [0] * 50, "annotations[0].keypoints|51|50"),
            ("labels", person + ["keypoints"], None, "keypoints: expected some"),
            ("labels", person + ["area"], "big", "annotations[0].area|found \"big\""),
            ("labels", person + ["area"], -1, "annotations[0].area|found -1"),
            ("labels", person + ["iscrowd"], 7, "annotations[0].iscrowd|found 7"),
            ("labels", person + ["bbox"], [1, 2], "annotations[0].bbox|found 2 numbers"),
            ("labels", person + ["num_keypoints"], 1e99, "num_keypoints")):
        name = f"{of} {'.'.join(map(str, path))} = {str(value)[:20]}"
        args = ["--measure", "ap"] if "tail" in words else []
        wrong(name, words, args=args, **damaged(of, path, value))
    m = good()
    m.labels["annotations"].append(m.labels["annotations"][0])
    wrong("a person listed twice", "id 1, found two", labels=json.dumps(m.labels))
    m = good()
    m.labels["images"].append({"id": 1, "file_name": "other.jpg"})
    wrong("two images of one id", "id 1|other.jpg", labels=json.dumps(m.labels))
    m = good()
    m.labels["annotations"][0].update(keypoints=[0] * 51, num_keypoints=0, bbox=None)
    wrong("nothing labelled, no box", "bbox", labels=json.dumps(m.labels))
    del m.labels["annotations"][0]["area"]
    wrong("no areas", "needs the area", args=["--measure", "ap"], **damaged(
        "labels", person + ["area"], None))
    for text, words in (("[1]", "[0]: expected an object"), ('[{"image": 5}]', "[0].image"),
                        (json.dumps([mpii(joints=[[1, 2]])]), "[0].joints|array of 1"),
                        (json.dumps([mpii(center=3)]), "[0].center"),
                        (json.dumps([mpii(joints_vis=["a"] * 16)]), "[0].joints_vis[0]")):
        wrong(f"MPII's form: {text[:30]}", words, labels=text)


def wrong_use():
    for args, words in (([], "expected 'stance eval pose"), (["pose"], "--gt"),
                        (["posse", "--gt", "x"], "found 'posse'"),
                        (["pose", "--gt", LABELS], "--results|--model"),
                        (["pose", "--gt", LABELS, "--model", "m"], "no --images"),
                        (["pose", "--gt", LABELS, "--images", TMP], "no --model"),
                        (["pose", "--gt", LABELS, "--results", "r", "--model", "m"], "--model"),
                        (["pose", "--gt", LABELS, "--results", "r", "--save", "s"], "--save"),
                        (["pose", "more", "--gt", LABELS], "found 'more'"),
                        (["pose", "--measure", "pkc"], "pck")):
        done = stance("eval", *args, status=1)
        for word in words.split("|"):
            check(word in done.stderr, f"{args}: expected '{word}' in: {done.stderr}")
    wrong("only: no '='", "MEMBER=PATTERN", status=1, args=["--only", "val"])
    wrong("only: no member", "none of 1 images has", status=1, args=["--only", "nope=1"])
    wrong("only: nothing fits", "fits none of 1", status=1, args=["--only", "part=z"])
    wrong("no such skeleton", "no skeleton 'x'", status=1, args=["--skeleton", "x"])
    stance("eval", "pose", "--gt", TMP / "none.json", "--results", RESULTS, status=2)
    stance("eval", "pose", "--gt", LABELS, "--results", TMP / "none.json", status=2)
    done = stance("eval", "pose", "--gt", LABELS, "--model", "movenet-lightning-int8", "--images",
                  TMP, "--offline", status=2)
    check("image 1" in done.stderr and "1.jpg" in done.stderr, f"no picture: {done.stderr}")
    m = good()
    del m.labels["categories"][0]["keypoints"]
    same(by_stance(m, "--skeleton", "coco17"), by_pycocotools(good()), "points by --skeleton")
    check("--gt" in stance("eval", "--help").stdout, "stance eval --help")


average_precision()
counts()
share_of_points()
share_of_heads()
wrong_files()
wrong_use()
finish()
