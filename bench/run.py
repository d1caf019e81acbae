#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The speed of stance, beside others and beside what is possible, in one run.

    bench/run.py [--stance PROGRAM] [--rounds N] [--json FILE] [--svg FILE] [CLIP...]

On each clip, in turns, several rounds: stance with JSON only, with --fast, and with an
annotated video; a Python script of the usual form (OpenCV, LiteRT) with JSON only and with
a video of the same codec and quality; MediaPipe's PoseLandmarker for one pose and for two;
rtmlib's detector; ffmpeg decoding, and decoding and encoding again with the same settings.

The bound is the least that a run could take, after its start, on this machine's C cores: the
computing that ffmpeg's decoding (and encoding) needs, spread over all cores, and for each frame
the time that the network takes when C runners of one thread each do nothing else (measured in
every round). ffmpeg does not tell when it has started: what the same command takes for one frame
is measured as well, and taken off where times after the start are compared. Whole processes are
compared with whole processes. What is above the bound is told in two parts: what stance computes
beyond it (less what it computes for one frame alone), and how long cores wait. Memory is that of a program and of all that it starts, each one's
own peak, added up.

Other work on the machine moves the numbers; ratios of the same round less so, which is why ratios
are medians of rounds and not ratios of medians. At the end come one table of all clips, and with
--svg a plot.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import tempfile

from bench_kit import CORES, ROOT, SHARED, STANCE, Done, machine, use_shared_models

DEPS = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "stance/deps"
PEERS_PYTHON = DEPS / "peers/bin/python"
PEERS = ROOT / "bench/peers"
CLIPS = ["pushup_320x240.mov", "one_by_one_person.mp4", "jumping_jacks.mp4",
         "street_walk_multi_720p50.avi", "balance_beam_single_cam01.mp4"]
NETWORK = "lite-model_movenet_singlepose_lightning_tflite_int8_4.tflite"
ENCODING = ["-c:v", "libx264", "-crf", "23", "-preset", "medium"]
JSON_ONLY, FAST, VIDEO = "stance, JSON only", "stance --fast", "stance, JSON and video"
SCRIPT, SCRIPT_VIDEO = "Python script, JSON only", "Python script, JSON and video"
MEDIAPIPE, MEDIAPIPE_2 = "MediaPipe, one pose", "MediaPipe, two poses"
RTMLIB, DECODE, ENCODE = "rtmlib, boxes only", "ffmpeg, decoding", "ffmpeg, re-encoding"
STARTS = {name: name + ", one frame" for name in (JSON_ONLY, VIDEO, DECODE, ENCODE)}


def find_network():
    for folder in filter(None, os.environ.get("STANCE_MODEL_PATH", "").split(":")):
        for path in pathlib.Path(folder).rglob(NETWORK):
            return path
    sys.exit(f"bench: {NETWORK} is neither below ../shared/models nor in STANCE_MODEL_PATH")


def contestants(stance, clip, network, folder):
    run = [stance, "run", clip, "--quiet", "--model", "movenet-lightning-int8", "--stats-json",
           folder / "stats.json", "--json", folder / "a.json"]
    script = [PEERS_PYTHON, PEERS / "opencv_litert.py", network, clip, folder / "p.json"]
    poses = [PEERS_PYTHON, PEERS / "mediapipe_pose.py",
             SHARED / "models/blazepose-detector/pose_detection.tflite",
             SHARED / "models/blazepose-landmark-lite/pose_landmark_lite.tflite", clip,
             folder / "m.json"]
    boxes = [PEERS_PYTHON, PEERS / "rtmlib_boxes.py", SHARED / "models/yolox-nano/yolox_nano.onnx",
             clip, folder / "r.json"]
    ffmpeg = ["ffmpeg", "-y", "-nostdin", "-v", "error", "-i", clip, "-an"]
    decode, encode, first = ["-f", "null", "-"], [*ENCODING, folder / "f.mp4"], ["-frames:v", "1"]
    video, one = ["-o", folder / "a.mp4", "--crf", "23", "--preset", "medium"], ["--max-frames", "1"]
    return {
        STARTS[JSON_ONLY]: run + one,
        JSON_ONLY: run,
        SCRIPT: script,
        FAST: run + ["--fast"],
        MEDIAPIPE: poses + ["1"],
        MEDIAPIPE_2: poses + ["2"],
        RTMLIB: boxes,
        DECODE: ffmpeg + decode,
        STARTS[DECODE]: ffmpeg + first + decode,
        STARTS[VIDEO]: run + video + one,
        VIDEO: run + video,
        SCRIPT_VIDEO: script + [folder / "p.mp4"],
        ENCODE: ffmpeg + encode,
        STARTS[ENCODE]: ffmpeg + first + encode,
    }


def after_start(name, done, folder):
    """Seconds from the first frame to the end, as the contestant tells; of ffmpeg the whole."""
    if name.startswith("stance"):
        return json.loads((folder / "stats.json").read_text())["wall_ms"] / 1000
    if name.startswith("ffmpeg"):
        return done.seconds
    return json.loads(next(line for line in reversed(done.err.splitlines())
                           if line.startswith("{")))["seconds"]


def bench_round(stance, clip, network, folder):
    """{contestant: {seconds, after_start, cpu, megabytes}}, and the network's own time.

    ffmpeg's and stance's have cpu_after_start as well.
    """
    found = {}
    for name, command in contestants(stance, clip, network, folder).items():
        done = Done(command)
        found[name] = {"seconds": done.seconds, "after_start": after_start(name, done, folder),
                       "cpu": done.cpu, "megabytes": done.megabytes}
    for name, start in STARTS.items():
        start = found.pop(start)
        if name.startswith("ffmpeg"):
            found[name]["after_start"] -= start["seconds"]
        found[name]["cpu_after_start"] = found[name]["cpu"] - start["cpu"]
    runners = Done([PEERS_PYTHON, PEERS / "runners.py", network, "1.5"])
    return found, float(runners.out)


def bounds(found, inference_ms, frames):
    """Seconds that JSON only, and with video, take at least after their start."""
    network = frames * inference_ms / 1000
    return [found[name]["cpu_after_start"] / CORES + network for name in (DECODE, ENCODE)]


def ratios(found, inference_ms, frames):
    json_bound, video_bound = bounds(found, inference_ms, frames)
    later = {name: f["after_start"] for name, f in found.items()}
    whole = {name: f["seconds"] for name, f in found.items()}
    computing = {name: f["cpu_after_start"] / CORES for name, f in found.items() if name in STARTS}
    return {
        "JSON only to the Python script, after the start": later[SCRIPT] / later[JSON_ONLY],
        "JSON only to the Python script, whole processes": whole[SCRIPT] / whole[JSON_ONLY],
        "JSON only to MediaPipe, after the start": later[MEDIAPIPE] / later[JSON_ONLY],
        "with video to the Python script, after the start": later[SCRIPT_VIDEO] / later[VIDEO],
        "--fast to JSON only, after the start": later[JSON_ONLY] / later[FAST],
        "JSON only, of the bound": later[JSON_ONLY] / json_bound,
        "*above the bound:* more computing": (computing[JSON_ONLY] - json_bound) / json_bound,
        "*above the bound:* cores that wait": (later[JSON_ONLY] - computing[JSON_ONLY]) / json_bound,
        "with video, of the bound": later[VIDEO] / video_bound,
        "*above the bound:* more computing, with video": (computing[VIDEO] - video_bound) / video_bound,
        "*above the bound:* cores that wait, with video": (later[VIDEO] - computing[VIDEO]) / video_bound,
        "with video, of ffmpeg's re-encoding, whole processes": whole[VIDEO] / whole[ENCODE],
    }


def shape(clip):
    """Width, height and number of frames."""
    found = json.loads(Done(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
                             "stream=width,height:packet=size", "-of", "json", clip]).out)
    return found["streams"][0]["width"], found["streams"][0]["height"], len(found["packets"])


def middle(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def bench_clip(stance, clip, network, folder, rounds):
    width, height, frames = shape(clip)
    bench_round(stance, clip, network, folder)  # only warms the caches
    done = [bench_round(stance, clip, network, folder) for _ in range(rounds)]
    found = {"size": f"{width} x {height}", "frames": frames,
             "inference_ms": middle([ms for _, ms in done]), "runs": {}, "ratios": {}}
    for name in done[0][0]:
        found["runs"][name] = {key: middle([r[name][key] for r, _ in done]) for key in done[0][0][name]}
    each = [ratios(r, ms, frames) for r, ms in done]
    for what in each[0]:
        found["ratios"][what] = middle([e[what] for e in each])
    return found


def table(name, found):
    frames, ms = found["frames"], found["inference_ms"]
    print(f"\n### {name}: {frames} frames\n")
    print("| | whole process | frames/s after the start | least to most | peak memory |")
    print("|---|---|---|---|---|")
    for who, run in found["runs"].items():
        fps = {k: frames / v for k, v in run["after_start"].items()}
        print(f"| {who} | {run['seconds']['median']:.2f} s | {fps['median']:.0f} | "
              f"{fps['most']:.0f} to {fps['least']:.0f} | {run['megabytes']['median']:.0f} MB |")
    print(f"\nThe network itself, {CORES} runners of one thread: {ms['median']:.2f} ms a frame "
          f"({ms['least']:.2f} to {ms['most']:.2f}).\n")
    print("| ratio | median | least to most |\n|---|---|---|")
    for what, r in found["ratios"].items():
        print(f"| {what} | {r['median']:.2f} | {r['least']:.2f} to {r['most']:.2f} |")
    sys.stdout.flush()


def summary(results):
    """What is in docs/performance.md: one table of all clips, medians."""
    first = next(iter(results.values()))
    rows = {what: [f"{r['ratios'][what]['median']:.2f}" for r in results.values()] for what in first["ratios"]}
    rows["*frames/s after the start:* " + JSON_ONLY] = [
        f"{r['frames'] / r['runs'][JSON_ONLY]['after_start']['median']:.0f}" for r in results.values()]
    rows["*ms a frame:* the network alone, all cores"] = [
        f"{r['inference_ms']['median']:.2f}" for r in results.values()]
    for who in first["runs"]:
        rows["*peak memory, MB:* " + who] = [
            f"{r['runs'][who]['megabytes']['median']:.0f}" for r in results.values()]
    head = " | ".join(f"{r['size']}, {r['frames']} frames" for r in results.values())
    print(f"\n### All clips\n\n| | {head} |")
    print("|" + "---|" * (1 + len(results)))
    for what, cells in rows.items():
        print(f"| {what} | {' | '.join(cells)} |")


def surroundings():
    """What the numbers belong to."""
    versions = Done([PEERS_PYTHON, "-m", "pip", "freeze"]).out.split()
    wanted = ("mediapipe", "rtmlib", "onnxruntime", "ai-edge-litert", "opencv-python-headless",
              "openvino")
    ffmpeg = Done(["ffmpeg", "-version"]).out.split()[2]
    return [machine(),
            "ffmpeg " + ffmpeg + ", Python " + platform.python_version() + ", " +
            ", ".join(v.replace("==", " ") for v in versions if v.split("==")[0] in wanted)]


# ---- the plot ----

COLOURS = {JSON_ONLY: "#0b7285", FAST: "#3bc9db", VIDEO: "#1098ad", SCRIPT: "#e8590c",
           SCRIPT_VIDEO: "#ffa94d", MEDIAPIPE: "#5f3dc4", MEDIAPIPE_2: "#b197fc", RTMLIB: "#868e96"}


def plot(results, lines):
    """Bars of frames a second after the start, as SVG."""
    left, width, bar, gap = 230, 560, 16, 4
    most = max(r["frames"] / run["after_start"]["median"] for r in results.values()
               for who, run in r["runs"].items() if who in COLOURS)
    parts, y = [], 50
    for clip, r in results.items():
        parts.append(f'<text x="10" y="{y}" class="clip">{clip}, {r["frames"]} frames</text>')
        y += 10
        for who, colour in COLOURS.items():
            run = r["runs"][who]["after_start"]
            fps = r["frames"] / run["median"]
            low, high = (left + width * r["frames"] / run[k] / most for k in ("most", "least"))
            middle_y = y + bar / 2
            parts.append(f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">{who}</text>'
                         f'<rect x="{left}" y="{y}" width="{width * fps / most:.1f}" height="{bar}" '
                         f'fill="{colour}"/>'
                         f'<path d="M{low:.1f} {middle_y}H{high:.1f}" stroke="#000" opacity=".5"/>'
                         f'<text x="{max(high, left + width * fps / most) + 6:.1f}" y="{y + 12}">'
                         f'{fps:.0f}</text>')
            y += bar + gap
        y += 26
    foot = "".join(f'<text x="10" y="{y + 14 * i}" class="foot">{line}</text>'
                   for i, line in enumerate(lines))
    height = y + 14 * len(lines) + 6
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" width="860" '
            f'height="{height}"><style>text{{font:12px sans-serif;fill:#212529}}'
            '.clip{font-weight:bold;font-size:13px}.foot{font-size:10px;fill:#495057}'
            '.title{font-size:15px;font-weight:bold}</style>'
            f'<rect width="860" height="{height}" fill="#fff"/>'
            '<text x="10" y="24" class="title">Frames a second after the start '
            '(the line: least to most of all rounds)</text>'
            + "".join(parts) + foot + "</svg>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--svg", type=pathlib.Path)
    parser.add_argument("clips", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    clips = args.clips or [SHARED / "data/videos" / c for c in CLIPS]
    if not clips[0].exists():
        sys.exit("bench: no clips: name some")
    if not PEERS_PYTHON.exists():
        sys.exit("bench: no peers: scripts/setup bench installs them")
    use_shared_models()
    network = find_network()
    lines, results = surroundings(), {}
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for clip in clips:
            results[clip.name] = bench_clip(args.stance, clip, network, pathlib.Path(folder),
                                            args.rounds)
            table(clip.name, results[clip.name])
    summary(results)
    if args.json:
        args.json.write_text(json.dumps({"machine": lines, "clips": results}, indent=2))
    if args.svg:
        args.svg.write_text(plot(results, lines))


main()
