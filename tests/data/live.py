#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Live inputs, served by the test itself: HTTP and UDP streams, a FIFO, standard input; and
how a run ends: --max-frames, Ctrl-C once, twice, a closed pipe, a server that goes away.
"""

import functools
import http.server
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
CLIP = SHARED / "data/videos/jumping_jacks.mp4"
LONG = TMP / "long.mp4"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(*target):
    """ffmpeg sends a small clip at its own pace, again and again."""
    return subprocess.Popen(
        ["ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(SMALL), *target],
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )


def stop(process):
    process.kill()
    process.wait()


def start(*args, **keywords):
    return subprocess.Popen([STANCE, *map(str, args)], stderr=subprocess.PIPE, **keywords)


def interrupt(process, js, times=1):
    """Ctrl-C as soon as some frames are written, however slow the machine is."""
    part = pathlib.Path(f"{js}.part")
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        if part.exists() and part.stat().st_size > 16000:
            break
        time.sleep(0.05)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.15)
    _, words = process.communicate(timeout=120)
    return process.returncode, words.decode(errors="replace")


SMALL = TMP / "small.mp4"
ffmpeg("-ss", "10", "-i", CLIP, "-t", "4", "-vf", "scale=320:-2", "-an", "-c:v", "libx264",
       "-preset", "ultrafast", "-g", "15", "-movflags", "+faststart", SMALL)


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def http_file():
    """A file over HTTP is a file: every frame of it."""
    handler = functools.partial(Files, directory=str(TMP))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/small.mp4"
    js = TMP / "http.json"
    stance("run", url, "--json", js)
    found = read_json(js)
    equal(len(found["frames"]), len(frame_times(SMALL)), "a file over HTTP: frames")
    equal(found["summary"]["dropped"], 0, "a file over HTTP: dropped")
    stance("run", f"{url}.none", "--json", js, status=2)
    server.shutdown()


def soon(stats, name):
    """From when a frame came in to its row: no longer than it lasts, and the network takes."""
    frame_ms, network_ms = 1000 / 29.97, stats["stages"]["inference"]["median_ms"]
    print(f"{name}: latency {stats['latency_median_ms']:.1f} ms, 95th percentile "
          f"{stats['latency_p95_ms']:.1f} ms; the network takes {network_ms:.1f} ms")
    check(0 < stats["latency_median_ms"] < frame_ms + network_ms, f"{name}: latency {stats}")


def live_stream(name, url, *target, wait_for_reader=False):
    js = TMP / f"{name}.json"
    sender = None if wait_for_reader else serve(*target)
    time.sleep(0 if wait_for_reader else 1)
    stats = TMP / f"{name}.stats"
    child = start("run", url, "--json", js, "--max-frames", 40, "--stats-json", stats)
    if wait_for_reader:
        time.sleep(0.3)
        sender = serve(*target)
    try:
        _, words = child.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        child.kill()
        _, words = child.communicate()
    stop(sender)
    if equal(child.returncode, 0, f"{name}: exit ({words.decode()})"):
        found = read_json(js)
        invariants(found, name)
        equal(len(found["frames"]), 40, f"{name}: frames")
        check(found["summary"]["complete"], f"{name}: complete")
        check(found["meta"]["duration_ms"] is not None, f"{name}: duration")
        soon(json.loads(stats.read_text()), name)


def http_live():
    port = free_port()
    url = f"http://127.0.0.1:{port}/live.ts"
    args = ["-c", "copy", "-f", "mpegts", "-listen", "1", url]
    live_stream("http", url, *args)
    # Ctrl-C ends a live run well, with everything written
    sender = serve(*args)
    time.sleep(1)
    js, video = TMP / "ctrl-c.json", TMP / "ctrl-c.mp4"
    child = start("run", url, "--json", js, "-o", video)
    status, words = interrupt(child, js)
    stop(sender)
    if equal(status, 0, f"Ctrl-C on a live run: exit ({words})"):
        found = read_json(js)
        check(found["summary"]["complete"], "Ctrl-C on a live run: complete")
        check(len(found["frames"]) > 5, f"Ctrl-C on a live run: {len(found['frames'])} frames")
        equal(video_facts(video)["frames"], len(found["frames"]), "Ctrl-C: frames of the video")


def udp_live():
    port = free_port()
    live_stream("udp", f"udp://127.0.0.1:{port}", "-c", "copy", "-f", "mpegts",
                f"udp://127.0.0.1:{port}?pkt_size=1316", wait_for_reader=True)


def slow_reader():
    """Frames come faster than they can be looked at: the newest count, the others are
    counted."""
    js = TMP / "slow.json"
    ts = TMP / "slow.ts"
    ffmpeg("-i", CLIP, "-c", "copy", ts)
    stance("run", "-", "--live", "yes", "--json", js, "--max-frames", 200, input=ts.read_bytes())
    found = read_json(js)
    invariants(found, "faster than it can be looked at")
    check(found["summary"]["dropped"] > 0, f"nothing was dropped: {found['summary']}")


def clip_as_camera():
    """A clip treated as live comes at its own pace, and with --loop again and again."""
    js, video = TMP / "paced.json", TMP / "paced.mjpeg"
    clip = TMP / "second.mp4"
    ffmpeg("-i", SMALL, "-t", "1", "-c:v", "libx264", "-preset", "ultrafast", clip)
    began = time.monotonic()
    stance("run", clip, "--live", "yes", "--loop", "--json", js, "-o", video, "--max-frames", 75)
    took = time.monotonic() - began
    found = read_json(js)
    invariants(found, "a clip as a camera")
    times = [f["timestamp_ms"] for f in found["frames"]]
    seconds = (times[-1] - times[0]) / 1000
    check(seconds <= took and seconds > 2, f"75 frames of {seconds:.1f} s took {took:.1f} s")
    check(max(b - a for a, b in zip(times, times[1:])) < 500, f"times go on: {times}")
    equal(video_facts(video)["frames"], 75, "MJPEG: frames")
    equal(found["meta"]["frame_count"], 75, "frames in the document")
    stance("run", clip, "--loop", "--json", js, "--max-frames", 70)
    found = read_json(js)
    equal([f["frame_index"] for f in found["frames"]], list(range(70)), "--loop: every frame")
    equal(found["summary"]["complete"], True, "--loop: ended by an option")
    done = stance("run", next((SHARED / "data/coco_kpt/images").glob("*.jpg")), "--loop", status=1)
    check("--loop" in done.stderr, f"--loop with a picture: {done.stderr}")
    done = stance("run", "-", "--loop", "--json", js, status=1, input=(TMP / "slow.ts").read_bytes())
    check("--loop" in done.stderr, f"--loop with a pipe: {done.stderr}")
    for options, words in ((["--max-megapixels", 1], ""), (["--max-duration", "0.5"], "0.5 s")):
        done = stance("run", clip, *options, "--json", js, status=2 if words else 0)
        check(words in done.stderr, f"{options}: {done.stderr}")


def standard_input():
    js = TMP / "stdin.json"
    n = len(frame_times(SMALL))
    with open(SMALL, "rb") as file:  # a file as standard input can be searched
        stance("run", "-", "--json", js, stdin=file)
    equal(len(read_json(js)["frames"]), n, "standard input from a file")
    ts = TMP / "small.ts"
    ffmpeg("-i", SMALL, "-c", "copy", ts)
    done = stance("run", "-", "--json", js, input=ts.read_bytes())
    equal(len(read_json(js)["frames"]), n, f"standard input from a pipe ({done.stderr})")
    picture = next((SHARED / "data/coco_kpt/images").glob("*.jpg"))
    stance("run", "-", "--json", js, input=picture.read_bytes())
    equal(len(read_json(js)["frames"]), 1, "a picture on standard input")


def ctrl_c():
    ffmpeg("-stream_loop", "6", "-i", CLIP, "-c", "copy", LONG)
    js, video = TMP / "broken-off.json", TMP / "broken-off.mp4"
    child = start("run", LONG, "--json", js, "-o", video)
    status, words = interrupt(child, js)
    equal(status, 130, f"Ctrl-C: exit ({words})")
    found = read_json(js)
    invariants(found, "Ctrl-C")
    equal(found["summary"]["complete"], False, "Ctrl-C: complete")
    check(len(found["frames"]) > 3, "Ctrl-C: frames")
    equal(video_facts(video)["frames"], len(found["frames"]), "Ctrl-C: frames of the video")
    for path in (js, video):
        path.unlink()
    child = start("run", LONG, "--json", js, "-o", video)
    status, words = interrupt(child, js, times=2)
    check(status in (130, -signal.SIGINT), f"Ctrl-C twice: exit {status}")
    # a pipe that nobody reads any more
    child = start("run", LONG, "--json", "-", stdout=subprocess.PIPE)
    child.stdout.read(2000)
    child.stdout.close()
    _, words = child.communicate(timeout=120)
    equal(child.returncode, 4, f"a closed pipe: exit ({words})")


def skip_existing():
    folder = TMP / "batch"
    folder.mkdir()
    for name in ("one.mp4", "two.mp4"):
        shutil.copy(SMALL, folder / name)
    args = ["run", folder, "--json", TMP / "joints", "--skip-existing"]
    stance(*args)
    equal(sorted(p.name for p in (TMP / "joints").iterdir()), ["one.json", "two.json"], "batch")
    (TMP / "joints/two.json").unlink()
    before = (TMP / "joints/one.json").stat().st_mtime_ns
    stance(*args)
    equal((TMP / "joints/one.json").stat().st_mtime_ns, before, "--skip-existing: touched")
    check((TMP / "joints/two.json").exists(), "--skip-existing: made")


def config():
    text = stance("run", "--print-config", "--threshold", "0.35", "--crf", 30).stdout
    conf = TMP / "stance.conf"
    conf.write_text(text + "max-frames = 7\n")
    js = TMP / "config.json"
    stance("run", SMALL, "--config", conf, "--json", js)
    equal(len(read_json(js)["frames"]), 7, "--config")
    stance("run", SMALL, "--config", conf, "--max-frames", 5, "--json", js)
    equal(len(read_json(js)["frames"]), 5, "the command line counts more")
    check("threshold = 0.35" in text, f"--print-config: {text}")
    folder = TMP / "plain"
    folder.mkdir()
    stance("run", SMALL, "--quiet", cwd=folder)
    equal(sorted(p.name for p in folder.iterdir()), ["small.pose.json", "small.pose.mp4"],
          "names given by themselves")
    stats = json.loads(stance("run", SMALL, "--json", js, "--stats-json", "-").stdout)
    check("decode" in json.dumps(stats), f"--stats-json: {stats}")
    lines = stance("run", SMALL, "--json", js, "--log-format", "json").stderr.splitlines()
    check(lines and all(json.loads(line) for line in lines), "--log-format json")


for part in (http_file, http_live, udp_live, slow_reader, clip_as_camera, standard_input, ctrl_c,
             skip_existing, config):
    part()
    print(f"{part.__name__}: done", flush=True)
finish()
