#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A fresh clone on a machine without any network: `make demo` and `make test` hold, with the
# system's packages installed, and the pinned OpenVINO and the Python of the tests in the
# cache, as `make setup` leaves them. What is committed is tested, and not what lies about.
set -euo pipefail
. tests/examples_kit.sh

skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

# ---- what a set-up machine has ----

# As root as it is; others need a user namespace, in which they stay who they are.
alone=(unshare --net)
[ "$(id -u)" = 0 ] || alone=(unshare --net --map-current-user --keep-caps)
"${alone[@]}" true 2>/dev/null || skip "no empty network namespace may be made here (unshare --net)"
git -C "$STANCE_ROOT" rev-parse HEAD >/dev/null 2>&1 || skip "not a clone of the repository"
missing=$("$STANCE_ROOT/scripts/setup" --list build test)
[ "$missing" = "setup: nothing is missing" ] || skip "$missing"

home=$TMPDIR/home clone=$TMPDIR/alone/stance
mkdir -p "$home/.cache/stance/deps" "${clone%/*}"
git clone -q "$STANCE_ROOT" "$clone"
[ ! -e "$clone/../shared" ] || fail "expected no ../shared beside the clone"

# The cache is that of the tests' Python. Only what is sure to fit is lent to the clone, as
# its set-up would make the rest anew.
deps=${STANCE_PYTHON%/python/bin/python}
hash_of() { sha256sum <"$clone/tests/$1" | cut -d ' ' -f 1; }
stamp=requirements-$(hash_of requirements.txt)-$(hash_of requirements-alone.txt)
[ -e "$deps/python/$stamp" ] || skip "no Python with the clone's tests/requirements.txt: make setup"
ln -s "$deps/python" "$home/.cache/stance/deps/"
for wheel in "$deps"/openvino-*.whl; do # it is unpacked by the clone's own set-up
    [ ! -e "$wheel" ] || ln -s "$wheel" "$home/.cache/stance/deps/"
done

# ---- alone ----

cat >"$TMPDIR/alone.sh" <<'ALONE'
set -euo pipefail
# Tests have servers of their own: only the way to oneself is open.
python3 - <<'PYTHON'
import fcntl
import socket
import struct

SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket() as s:
    fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
PYTHON
[ "$(wc -l </proc/net/route)" = 1 ] || { echo "FAILED: there is a way out"; exit 1; }
drop=()
[ "$(id -u)" = 0 ] || drop=(setpriv --ambient-caps=-all --inh-caps=-all)
exec "${drop[@]}" make "$@"
ALONE

make_alone() { # TARGET: what it says is in the file TARGET.log
    echo "make $1, alone"
    (cd "$clone" && env -i HOME="$home" PATH="$PATH" USER="$(id -un)" LC_ALL=C.UTF-8 \
        "${alone[@]}" bash "$TMPDIR/alone.sh" "$1") >"$TMPDIR/$1.log" 2>&1 || {
        tail -n 60 "$TMPDIR/$1.log"
        fail "make $1"
    }
}

make_alone demo
grep -q 'network: stance-lite' "$TMPDIR/demo.log" || fail "make demo did not say: stance-lite"
grep -q 'demo/demo.mp4' "$TMPDIR/demo.log" || fail "make demo did not say where the results are"
"$STANCE_PYTHON" - "$clone/demo" <<'PYTHON'
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
result = json.loads((folder / "demo.json").read_text())
seen = sum(bool(frame["keypoints"]) for frame in result["frames"])
assert result["meta"]["model"] == "stance-lite", result["meta"]
assert result["summary"]["complete"] and result["summary"]["frames_out"] > 100, result["summary"]
assert seen > 0.9 * len(result["frames"]), f"found in {seen} of {len(result['frames'])} frames"
assert (folder / "demo.mp4").stat().st_size > 10000
print(f"demo: somebody is found in {seen} of {len(result['frames'])} frames")
PYTHON

make_alone test
"$STANCE_PYTHON" - "$clone/build/release/tests.xml" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

ran, skipped = [], []
for case in tree.parse(sys.argv[1]).iter("testcase"):
    out = (case.findtext("system-out") or "").strip().splitlines()
    if case.find("skipped") is None:
        ran.append(case.get("name"))
    else:
        skipped.append(case.get("name"))
        print(f"  skipped: {skipped[-1]}: {out[-1] if out else 'nothing said'}")
print(f"{len(ran)} tests ran, {len(skipped)} were skipped")
wrong = [name for name in skipped if not name.startswith("data/")]
assert not wrong, f"skipped without need: {wrong}"
assert not [name for name in ran if name.startswith("data/")], "they ran without ../shared"
assert "e2e/builtin" in ran and len(ran) > 80, ran
PYTHON
echo "fresh_machine: good"
