#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The examples give what stance itself gives: the same JSON of a picture, a line for each
# frame of a video, and a joint's places in the CSV equal to those in the JSON.
set -euo pipefail
. tests/examples_kit.sh

clip=$STANCE_SHARED/data/videos/squats_portrait_5fps.mp4
if [ ! -e "$clip" ] || [ ! -d "$STANCE_SHARED/models" ]; then
    echo "skipped: no ../shared with data and models"
    exit 77
fi
build_examples "$TMPDIR"
cd "$TMPDIR"
ffmpeg -nostdin -v error -ss 5 -i "$clip" -frames:v 1 photo.jpg

expect_status 0 ./picture_to_json photo.jpg photo.json
expect_status 0 "$STANCE" run photo.jpg --json stance.json
cmp photo.json stance.json || fail "picture_to_json: another JSON than stance's"
grep -q '"nose"' photo.json || fail "picture_to_json: nobody was found"

frames=65
expect_status 0 ./video_callback "$clip"
[ "$(grep -c ' s: [01] found' out)" = $frames ] ||
    fail "video_callback: expected $frames frames, found $(grep -c ' found' out)"
grep -q "^$frames frames$" out || fail "video_callback: expected a sum of $frames frames"

expect_status 0 ./own_sink "$clip" left_wrist=wrist.csv
expect_status 0 "$STANCE" run "$clip" --json video.json
"$STANCE_PYTHON" - <<'PYTHON' || fail "own_sink: not what the JSON says"
import csv, json
result = json.load(open("video.json"))
rows = list(csv.DictReader(open("wrist.csv")))
assert len(rows) == len(result["frames"]) == 65, len(rows)
found = 0
for row, frame in zip(rows, result["frames"]):
    assert int(row["frame"]) == frame["frame_index"], row
    assert abs(float(row["time_ms"]) - frame["timestamp_ms"]) < 0.001, row
    points = [p for p in frame["keypoints"] if p["name"] == "left_wrist"]
    if not points:
        assert row["x"] == row["y"] == row["score"] == "", row
        continue
    found += 1
    for name, tolerance in (("x", 0.06), ("y", 0.06), ("score", 0.0001)):
        assert abs(float(row[name]) - points[0][name]) <= tolerance, (row, points)
assert found > 50, found
PYTHON

# A joint that is not there: wrong use, told by name, and nothing left behind.
expect_status 1 ./own_sink "$clip" left_wing=wing.csv
grep -q left_wing out || fail "own_sink: expected the joint's name, found: $(cat out)"
left=$(find . -name 'wing*')
[ -z "$left" ] || fail "own_sink: $left was left behind"
echo "examples: good"
