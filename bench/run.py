#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The speed of stance, beside others and beside what is possible, in one run.

    bench/run.py [--stance PROGRAM] [--rounds N] [--json FILE] [--svg FILE] [CLIP...]

On each clip, in turns, several rounds: stance with JSON only, with --fast, and with an
annotated video; a Python script of the usual form (OpenCV, LiteRT) with JSON only and with
a video of the same codec and quality; MediaPipe's PoseLandmarker for one pose and for two;
rtmlib's detector; ffmpeg decoding, and decoding and encoding again with the same settings.

The bound is the least that a run could take on this machine's C cores: the computing that
ffmpeg's decoding (and encoding) needs, spread over all cores, and for each frame the time
that the network takes when C runners of one thread each do nothing else (measured in every
round). Other work on the machine moves the numbers; ratios of the same round less so, which
is why ratios are medians of rounds and not ratios of medians.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("STANCE_SHARED", ROOT / "../shared")).resolve()
DEPS = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "stance/deps"
PEERS_PYTHON = DEPS / "peers/bin/python"
PEERS = ROOT / "bench/peers"
CLIPS = ["pushup_320x240.mov", "one_by_one_person.mp4", "jumping_jacks.mp4",
         "street_walk_multi_720p50.avi", "balance_beam_single_cam01.mp4"]
NETWORK = "lite-model_movenet_singlepose_lightning_tflite_int8_4.tflite"
ENCODING = ["-c:v", "libx264", "-crf", "23", "-preset", "medium"]
CORES = len(os.sched_getaffinity(0))
JSON_ONLY, FAST, VIDEO = "stance, JSON only", "stance --fast", "stance, JSON and video"
SCRIPT, SCRIPT_VIDEO = "Python script, JSON only", "Python script, JSON and video"
MEDIAPIPE, MEDIAPIPE_2 = "MediaPipe, one pose", "MediaPipe, two poses"
RTMLIB, DECODE, ENCODE = "rtmlib, boxes only", "ffmpeg, decoding", "ffmpeg, re-encoding"


class Done:
    """One process, run to its end: seconds, seconds of computing, peak memory, output."""

    def __init__(self, command, env):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.monotonic()
            child = subprocess.Popen([str(c) for c in command], env=env, stdout=out, stderr=err,
                                     stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.monotonic() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read().decode(), err.read().decode()
        if child.returncode:
            sys.exit(f"{' '.join(map(str, command))}: exit {child.returncode}\n{self.err}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024


def find_network():
    for folder in os.environ.get("STANCE_MODEL_PATH", str(SHARED / "models")).split(":"):
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
    return {
        JSON_ONLY: run,
        SCRIPT: script,
        FAST: run + ["--fast"],
        MEDIAPIPE: poses + ["1"],
        MEDIAPIPE_2: poses + ["2"],
        RTMLIB: boxes,
        DECODE: ffmpeg + ["-f", "null", "-"],
        VIDEO: run + ["-o", folder / "a.mp4", "--crf", "23", "--preset", "medium"],
        SCRIPT_VIDEO: script + [folder / "p.mp4"],
        ENCODE: ffmpeg + [*ENCODING, folder / "f.mp4"],
    }


def after_start(name, done, folder):
    """Seconds from the first frame to the end, where the contestant tells; else the whole."""
    if name.startswith("stance"):
        return json.loads((folder / "stats.json").read_text())["wall_ms"] / 1000
    if name.startswith("ffmpeg"):
        return done.seconds
    return json.loads(next(line for line in reversed(done.err.splitlines())
                           if line.startswith("{")))["seconds"]


def bench_round(stance, clip, network, folder, env):
    """{contestant: {seconds, after_start, cpu, megabytes}}, and the network's own time."""
    found = {}
    for name, command in contestants(stance, clip, network, folder).items():
        done = Done(command, env)
        found[name] = {"seconds": done.seconds, "after_start": after_start(name, done, folder),
                       "cpu": done.cpu, "megabytes": done.megabytes}
    runners = Done([PEERS_PYTHON, PEERS / "runners.py", network, "1.5"], env)
    return found, float(runners.out)


def bounds(found, inference_ms, frames):
    """Seconds that JSON only, and with video, take at least."""
    network = frames * inference_ms / 1000
    return (found[DECODE]["cpu"] / CORES + network, found[ENCODE]["cpu"] / CORES + network)


def ratios(found, inference_ms, frames):
    json_bound, video_bound = bounds(found, inference_ms, frames)
    later = {name: f["after_start"] for name, f in found.items()}
    whole = {name: f["seconds"] for name, f in found.items()}
    return {
        "JSON only to the Python script, after the start": later[SCRIPT] / later[JSON_ONLY],
        "JSON only to the Python script, whole processes": whole[SCRIPT] / whole[JSON_ONLY],
        "JSON only to MediaPipe, after the start": later[MEDIAPIPE] / later[JSON_ONLY],
        "with video to the Python script, after the start": later[SCRIPT_VIDEO] / later[VIDEO],
        "--fast to JSON only, after the start": later[JSON_ONLY] / later[FAST],
        "JSON only, of the bound": later[JSON_ONLY] / json_bound,
        "with video, of the bound": later[VIDEO] / video_bound,
        "with video, of ffmpeg's re-encoding": later[VIDEO] / later[ENCODE],
    }


def count_frames(clip):
    found = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=size", "-of",
         "json", str(clip)], stdout=subprocess.PIPE, check=True).stdout
    return len(json.loads(found)["packets"])


def middle(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def bench_clip(stance, clip, network, folder, rounds, env):
    frames = count_frames(clip)
    bench_round(stance, clip, network, folder, env)  # only warms the caches
    done = [bench_round(stance, clip, network, folder, env) for _ in range(rounds)]
    found = {"frames": frames, "inference_ms": middle([ms for _, ms in done]), "runs": {},
             "ratios": {}}
    for name in done[0][0]:
        found["runs"][name] = {key: middle([r[name][key] for r, _ in done])
                               for key in ("seconds", "after_start", "cpu", "megabytes")}
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


def machine():
    model = "unknown"
    flags = ""
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
        if line.startswith("flags"):
            flags = line
    known = [f for f in ("avx2", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8") if f in flags]
    versions = subprocess.run([PEERS_PYTHON, "-m", "pip", "freeze"], stdout=subprocess.PIPE,
                              text=True, check=True).stdout.split()
    wanted = ("mediapipe", "rtmlib", "onnxruntime", "ai-edge-litert", "opencv-python-headless",
              "openvino")
    ffmpeg = subprocess.run(["ffmpeg", "-version"], stdout=subprocess.PIPE, text=True, check=True)
    release = platform.release().split("-")[0]
    return [f"{model}, {CORES} cores ({', '.join(known)}), {platform.system()} {release}",
            "ffmpeg " + ffmpeg.stdout.split()[2] + ", Python " + platform.python_version() + ", " +
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
    parser.add_argument("--stance", default=str(ROOT / "build/release/stance"))
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
    network = find_network()
    env = {**os.environ, "STANCE_MODEL_PATH": str(network.parent.parent)}
    lines, results = machine(), {}
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for clip in clips:
            results[clip.name] = bench_clip(args.stance, clip, network, pathlib.Path(folder),
                                            args.rounds, env)
            table(clip.name, results[clip.name])
    if args.json:
        args.json.write_text(json.dumps({"machine": lines, "clips": results}, indent=2))
    if args.svg:
        args.svg.write_text(plot(results, lines))


main()
