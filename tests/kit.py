# SPDX-License-Identifier: Apache-2.0
"""What the test scripts share: running stance and ffmpeg, reading results, keeping count.

A script checks with check() or equal(), which go on after a failure so that one run shows
all of them, and ends with finish(). The environment comes from tests/run.
"""

import json
import os
import pathlib
import platform
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ.get("STANCE_ROOT", pathlib.Path(__file__).parent.parent))
STANCE = os.environ.get("STANCE", str(ROOT / "build/release/stance"))
SHARED = pathlib.Path(os.environ.get("STANCE_SHARED", ROOT / "../shared"))
SANITIZED = bool(os.environ.get("STANCE_SANITIZE"))
TMP = pathlib.Path(tempfile.mkdtemp(prefix="stance-test-"))

failures = 0
checks = 0


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def need_shared():
    """Skip where there is no test data."""
    if not (SHARED / "data").is_dir() or not (SHARED / "models").is_dir():
        skip("no ../shared with data and models")


def coarse_int8():
    """Does this processor add products of eight bits in sixteen, where large sums are cut off?

    x86 does without VNNI. OpenVINO's int8 networks then say something else, by a little more
    than from one implementation to another."""
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return platform.machine() == "x86_64" and "avx512_vnni" not in flags and "avx_vnni" not in flags


def check(good, message):
    global failures, checks
    checks += 1
    if not good:
        failures += 1
        print(f"FAILED: {message}", flush=True)
    return good


def equal(found, expected, what):
    return check(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def close(found, expected, tolerance, what):
    return check(
        found is not None and abs(found - expected) <= tolerance,
        f"{what}: expected {expected} +- {tolerance}, found {found}",
    )


def finish():
    print(f"{checks} checks, {failures} failed")
    subprocess.run(["rm", "-rf", str(TMP)], check=False)
    sys.exit(1 if failures or not checks else 0)


def stance(*args, status=0, what=None, timeout=600, **keywords):
    """Run stance and check its exit status; the result has .stdout and .stderr as text."""
    done = subprocess.run(
        [STANCE, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=timeout,
        **keywords,
    )
    done.stdout_bytes = done.stdout
    done.stdout = done.stdout.decode(errors="replace")
    done.stderr = done.stderr.decode(errors="replace")
    name = what or "stance " + " ".join(map(str, args))
    if status is not None:
        check(
            done.returncode == status,
            f"{name}: expected exit {status}, found {done.returncode}: {done.stderr[-600:]}",
        )
    return done


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def ffmpeg(*args):
    subprocess.run(
        ["ffmpeg", "-y", "-nostdin", "-v", "error", *map(str, args)], check=True, timeout=600
    )


def probe(path, *args):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *args, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=600,
        check=False,
    ).stdout
    return json.loads(out or b"{}")


def frame_times(path):
    """Best-effort times in seconds of all frames that ffprobe decodes; None: no time."""
    frames = probe(
        path, "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"
    ).get("frames", [])
    times = [f.get("best_effort_timestamp_time") for f in frames]
    return [None if t in (None, "N/A") else float(t) for t in times]


def streams(path, kind):
    """Streams of a kind ("v" or "a"), cover pictures left out."""
    found = probe(path, "-select_streams", kind, "-show_streams").get("streams", [])
    return [s for s in found if not s.get("disposition", {}).get("attached_pic")]


def video_facts(path):
    """Frames, size, length in seconds from first to last frame's end, and sound."""
    times = frame_times(path)
    video = streams(path, "v")[0]
    return {
        "frames": len(times),
        "width": video["width"],
        "height": video["height"],
        "times": [t - times[0] for t in times] if times and None not in times else None,
        "sar": video.get("sample_aspect_ratio", "1:1"),
        "rate": video.get("avg_frame_rate", "0/0"),
        "sound": len(streams(path, "a")),
    }


def set_matrix(path, degrees, target):
    """Write the display matrix of a phone held so that the picture has to be turned
    clockwise by that many degrees, straight into the track's header."""
    a, b, c, d = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[
        degrees
    ]
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd") + 4
    equal(data[at], 0, "version of the track's header")
    struct.pack_into(">9i", data, at + 4 + 36, a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0,
                     1 << 30)
    target.write_bytes(data)


def invariants(result, what):
    """What holds in every JSON."""
    s = result["summary"]
    equal(
        s["frames_in"],
        s["frames_out"] + s["dropped"] + s["skipped"] + s["lost"],
        f"{what}: frames_in",
    )
    equal(s["frames_out"], len(result["frames"]), f"{what}: frames_out")
    last = -1.0
    for f in result["frames"]:
        if f.get("timestamp_ms") is not None:
            check(f["timestamp_ms"] > last, f"{what}: time of frame {f['frame_index']}")
            last = f["timestamp_ms"]
