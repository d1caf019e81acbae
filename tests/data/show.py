#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--show, in a display of the test's own (Xvfb): the window opens, the annotated picture is
in it, the space bar holds it, q ends the run well."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
for tool in ("Xvfb", "xdotool", "import"):
    if not shutil.which(tool):
        skip(f"no {tool}: scripts/setup installs it")
CLIP = SHARED / "data/videos/squats_portrait_5fps.mp4"

done = stance("run", CLIP, "--show", status=4,
              env={k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")})
check("--show" in done.stderr, f"without a display: {done.stderr}")
equal(len(done.stderr.splitlines()), 1, f"without a display: lines ({done.stderr!r})")

if "no output 'show'" in done.stderr:
    skip("built without SDL2")

read_end, write_end = os.pipe()
# Without -noreset it begins anew when a client has gone, and refuses the next one meanwhile.
server = subprocess.Popen(
    ["Xvfb", "-displayfd", str(write_end), "-noreset", "-screen", "0", "800x900x24"],
    pass_fds=[write_end], stderr=subprocess.DEVNULL,
)
os.close(write_end)
display = os.read(read_end, 20).decode().strip()
ENV = {**os.environ, "DISPLAY": f":{display}", "SDL_VIDEODRIVER": "x11"}
LONG = TMP / "long.mp4"
ffmpeg("-stream_loop", "40", "-i", CLIP, "-c", "copy", LONG)


def window():
    """The number of stance's window; None: there is none."""
    found = subprocess.run(["xdotool", "search", "--name", "stance"], env=ENV,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.split()
    return found[0].decode() if found else None


def wait(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    return None


def key(name):
    subprocess.run(["xdotool", "key", "--window", window(), name], env=ENV, check=True)


def shot():
    """What is to be seen, as raw RGB."""
    return subprocess.run(["import", "-window", window(), "-depth", "8", "rgb:-"], env=ENV,
                          stdout=subprocess.PIPE, check=True).stdout


def count(raw, like):
    return sum(1 for i in range(0, len(raw) - 2, 3) if like(raw[i], raw[i + 1], raw[i + 2]))


try:
    js = TMP / "show.json"
    child = subprocess.Popen([STANCE, "run", str(LONG), "--show", "--json", str(js)], env=ENV,
                             stderr=subprocess.PIPE)
    shown = wait(window, 30)
    if not shown:
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)[1].decode()
        check(False, f"no window; stance said, before and after Ctrl-C: {said!r}")
    else:
        time.sleep(2)
        raw = shot()
        cyan = count(raw, lambda r, g, b: g > 180 and b > 180 and r < 90)
        green = count(raw, lambda r, g, b: g > 180 and b < 90 and r < 90)
        check(cyan > 200, f"bones: {cyan} pixels")
        check(green > 40, f"joints: {green} pixels")
        size = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window()], env=ENV,
                              stdout=subprocess.PIPE).stdout.decode()
        facts = dict(line.split("=") for line in size.split())
        width, height = int(facts["WIDTH"]), int(facts["HEIGHT"])
        check(height <= 900 and width <= 800, f"larger than the screen: {width}x{height}")
        close(height / width, 1280 / 720, 0.02, "proportions")
        key("space")
        time.sleep(0.5)
        first, second = shot(), (time.sleep(0.7), shot())[1]
        check(first == second, "the space bar does not hold the picture")
        key("space")
        time.sleep(0.7)
        check(shot() != second, "the space bar does not let it go on")
        key("q")
        child.wait(timeout=30)
        words = child.stderr.read().decode()
        check(child.returncode in (0, 130), f"q: exit {child.returncode} ({words})")
        found = read_json(js)
        invariants(found, "q")
        equal(found["summary"]["complete"], False, "q: complete")
finally:
    if child.poll() is None:
        child.kill()
    server.kill()
    server.wait()
finish()
