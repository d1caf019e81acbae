# SPDX-License-Identifier: Apache-2.0
"""Who is who, through the whole program, on drawn people whose truth stands in for a network:
whom to follow, zones, smoothing, gaps, and what is refused."""

import http.server
import json
import pathlib
import sys
import threading

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import TMP, check, close, equal, ffmpeg, finish, stance  # noqa: E402
from replay import REPLAY, write_blank, write_replay, write_tensors  # noqa: E402


def run(scene, *args, status=0):
    done = stance("run", f"mannequin:{scene}", "--model", "truth", "--json", "-", "-q", *args,
                  status=status)
    return json.loads(done.stdout) if status == 0 else done


def ids(doc):
    return [[p["id"] for p in f["people"]] for f in doc["frames"]]


def stays(doc):
    """Seconds that each person is there."""
    seen = {}
    for frame in doc["frames"]:
        for p in frame["people"]:
            first, _ = seen.get(p["id"], (frame["timestamp_ms"], 0))
            seen[p["id"]] = (first, frame["timestamp_ms"])
    return {k: last - first for k, (first, last) in seen.items()}


# ---- whom to follow ----

SCENE = "enter-leave?people=3&seconds=12&fps=15"
everybody = run(SCENE)
for words in ([], ["--threads", "1"]):
    longest = run(SCENE, "--follow", "longest", *words)
    stay = stays(everybody)
    best = max(stay.values())
    followed = {i for frame in ids(longest) for i in frame}
    equal(len(followed), 1, "longest: people followed")
    equal(stay[followed.pop()], best, "longest: their time")
    equal(len(longest["frames"]), len(everybody["frames"]), "longest: frames")
    one = ids(longest)
    equal([f for f in one if f], [f for f in one if len(f) == 1], "longest: one at most")

chosen = run(SCENE, "--follow", "id:2,3")
equal(ids(chosen), [[i for i in f if i in (2, 3)] for f in ids(everybody)], "id:2,3")

largest = run("crowd?people=5&seconds=2&fps=10", "--follow", "largest")
crowd = run("crowd?people=5&seconds=2&fps=10")
first = max(crowd["frames"][0]["people"], key=lambda p: p["box"][2] * p["box"][3])["id"]
equal(ids(largest)[0], [first], "largest: the first choice")
equal({len(f) for f in ids(largest)}, {1}, "largest: one in each frame")

# What is refused is refused before the input is looked at for the first time, and what cannot be
# read any further is read no further the second time.
folder = TMP / "there.mp4.part"
folder.mkdir()
for words, status in ((["-o", TMP / "there.mp4"], 4), (["-o", TMP / "x.mp4", "--encoder", "none"], 1)):
    stance("run", "mannequin:walk?seconds=3600", "--model", "truth", "--follow", "longest", *words,
           status=status, timeout=60)

card = {"schema": "stance-card/1", "name": "several", "title": "Recorded", "licence": "Apache-2.0",
        "people": "several", "decoder": "movenet-multi", "skeleton": "coco17",
        "files": [{"name": "several.tflite"}], "outputs": [{"shape": [1, 6, 56]}],
        "input": {"width": 64, "height": 64, "layout": "NHWC", "colour": "RGB"}}
(TMP / "several.json").write_text(json.dumps(card))
found = numpy.zeros((1, 6, 56), "float32")
found[0, 0, :51] = numpy.tile([0.5, 0.5, 0.9], 17)
found[0, 0, 51:] = (0.3, 0.3, 0.7, 0.7, 0.9)
write_tensors(TMP / "several.tensors", [("in", "float32", (1, 64, 64, 3))],
              [("out", "float32", (1, 6, 56))], [[found]] * 40)
write_blank(TMP / "cut.y4m", 64, 48, 20)
whole = (TMP / "cut.y4m").read_bytes()


class CutShort(http.server.BaseHTTPRequestHandler):
    """Says how long the clip is, and ends after 15 frames and a half."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole[: len(whole) * 31 // 40])

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), CutShort)
threading.Thread(target=server.serve_forever, daemon=True).start()
for words in ([], ["--follow", "longest"]):
    js = TMP / f"cut{len(words)}.json"
    done = stance("run", f"http://127.0.0.1:{server.server_port}/cut.y4m", "--live", "no", "--engine",
                  "replay", "--card", TMP / "several.json", "--replay", TMP / "several.tensors",
                  "--json", js, *words, status=2)
    check("broke off after 15 frames" in done.stderr, f"broken off, {words}: {done.stderr}")
    if check(js.exists(), f"broken off, {words}: what was read is kept"):
        doc = json.loads(js.read_text())
        equal((len(doc["frames"]), doc["summary"]["complete"]), (15, False), f"broken off, {words}")
        equal(ids(doc), [[1]] * 15, f"broken off, {words}: people")
server.shutdown()

# ---- zones ----

inside = run("crowd?people=5&seconds=2&fps=10", "--zone", "50%,0% 100%,0% 100%,110% 50%,110%")
kept = run("crowd?people=5&seconds=2&fps=10", "--zone", "50%,0% 100%,0% 100%,110% 50%,110%",
           "--outside", "keep")
equal(ids(kept), ids(crowd), "--outside keep: everybody")
for frame, all_ in zip(inside["frames"], crowd["frames"]):
    for p in all_["people"]:
        x = p["box"][0] + p["box"][2] / 2
        if abs(x - 320) > 60:  # clearly on one side
            equal(p["id"] in [q["id"] for q in frame["people"]], x > 320,
                  f"zone: person {p['id']} at {x:.0f} in frame {frame['frame_index']}")

# Pictures of several sizes: percent is of each, and so is the centre.
write_replay(TMP, 40)
for name, size in (("1.png", "320x240"), ("2.png", "640x480"), ("3.png", "160x120")):
    ffmpeg("-f", "lavfi", "-i", f"color=gray:s={size}", "-frames:v", 1, TMP / name)
pictures = [TMP / "1.png", TMP / "2.png", TMP / "3.png"]
for zone, n in (("0,40% 20%,40% 20%,75% 0,75%", 1), ("0,75% 100%,75% 100%,100% 0,100%", 0)):
    shown = json.loads(stance("run", *pictures, *REPLAY(TMP), "--zone", zone, "--json", "-").stdout)
    equal([int(bool(f["keypoints"])) for f in shown["frames"]], [n] * 3, f"--zone {zone}: pictures")

# ---- events ----

for scene in ("enter-leave?people=3&seconds=12", "enter-leave?people=2&seconds=10&seed=4&fps=24",
              "cross?seconds=4"):
    events, truth = TMP / "events.json", TMP / "truth.json"
    stance("run", f"mannequin:{scene}", "--model", "truth", "--events-json", events, "--truth", truth,
           "--min-life", "0", "--max-lost", "0.5", "-q")
    found = [(e["kind"], e["id"], round(e["start_ms"])) for e in json.loads(events.read_text())["events"]
             if e.get("label") != "at-start"]
    true = [(e["kind"], e["id"], round(e["start_ms"])) for e in json.loads(truth.read_text())["events"]
            if e["kind"] in ("enter", "exit") and e["start_ms"] < 12000]
    equal(sorted(found), sorted(true), f"{scene}: events beside the truth")

# ---- smoothing ----

plain = run("jacks?seconds=4")
low = run("jacks?seconds=4", "--smooth", "low", "--raw")
phase = run("jacks?seconds=4", "--smooth", "zero-phase", "--cutoff", "5", "--raw")
for name, doc in (("low", low), ("zero-phase", phase)):
    moved = 0
    for a, b in zip(plain["frames"], doc["frames"]):
        for p, q in zip(a["people"], b["people"]):
            for k, m in zip(p["keypoints"], q["keypoints"]):
                close(m["raw"][0], k["x"], 0.011, f"{name}: raw x")
                moved = max(moved, abs(m["x"] - k["x"]))
    check(0.5 < moved < 60, f"{name}: moved by at most {moved} pixels")
check("raw" not in json.dumps(run("jacks?seconds=1", "--smooth", "low")), "raw without --raw")

try:
    import numpy
    from scipy.signal import butter, filtfilt

    def wrist(doc, key):
        return numpy.array([[f["people"][0]["keypoints"][9][c] if key == "x" else
                             f["people"][0]["keypoints"][9]["raw"][i]
                             for i, c in enumerate("xy")] for f in doc["frames"]])

    expected = filtfilt(*butter(2, 5, fs=30), wrist(phase, "raw"), axis=0, padtype=None)
    worst = numpy.abs(expected - wrist(phase, "x")).max()
    check(worst < 0.05, f"zero-phase beside SciPy's filtfilt: {worst:.3f} pixels")
except ImportError:
    print("no SciPy: not compared")

for threads in ("1", "3"):
    again = stance("run", "mannequin:jacks?seconds=4", "--model", "truth", "--json", "-", "-q",
                   "--smooth", "zero-phase", "--fill-gaps", "0.5", "--threads", threads).stdout
    equal(again, stance("run", "mannequin:jacks?seconds=4", "--model", "truth", "--json", "-", "-q",
                        "--smooth", "zero-phase", "--fill-gaps", "0.5").stdout,
          f"bytes with --threads {threads}")

# ---- gaps, with times of their own ----

equal(run("jacks?seconds=1", "--fill-gaps", "0.3")["summary"]["interpolated"], 0,
      "nothing to fill in")

# ---- what is refused ----

for words, message in (
    (["--follow", "longest", "--live", "yes"], "not with live input"),
    (["--follow", "id:3", "--live", "yes"], "not with live input"),
    (["--smooth", "zero-phase", "--live", "yes"], "not with live input"),
    (["--follow", "tallest"], "expected largest, centre, longest or id:"),
    (["--zone", "1,2 3,4"], "three points or more"),
    (["--line", "door=1,2", "--events-json", TMP / "e"], "two points"),
    (["--tracker", "off", "--smooth", "low"], "--tracker off"),
    (["--tracker", "off", "--line", "1,2 3,4", "--screenshots", TMP], "--tracker off"),
    (["--tracker", "off", "--events-json", TMP / "e", "--dwell", "3"], "--tracker off"),
    (["--tracker", "best"], "byte"),
    (["--max-lost", "-1"], "--max-lost"),
):
    done = run("jacks?seconds=1", *words, status=1)
    check(message in done.stderr, f"{words}: expected '{message}', found '{done.stderr.strip()}'")
done = stance("run", "-", "--model", "truth", "--follow", "longest", "--json", "-", status=1,
              input=b"")
check("read twice" in done.stderr, f"longest of standard input: {done.stderr.strip()}")

finish()
