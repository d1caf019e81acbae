#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The addresses of cards without a checksum are those that the publishers name, as listed in
../shared/docs/model-urls.md; a pinned file may come from anywhere."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

LIST = SHARED / "docs/model-urls.md"
if not LIST.exists():
    skip(f"no {LIST}")
text = LIST.read_text()
whole = set(re.findall(r"https?://[^\s|)]+", text))
ends = [e for e in re.findall(r"…(/[^\s|)]+)", text) if len(e) > 20]
hashes = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])", text))


def is_listed(url):
    if url in whole or any(url.endswith(end) for end in ends):
        return True
    # OpenMMLab's rows share a beginning: the digits in the name tell them apart.
    own = re.findall(r"-([0-9a-f]{8})(?=[_.])", url)
    return url.startswith("https://download.openmmlab.com/mmpose/v1/projects/rtm") and \
        bool(own) and own[-1] in hashes


n = 0
for path in sorted((ROOT / "models").glob("*.json")):
    for file in json.loads(path.read_text())["files"]:
        if "url" in file and "sha256" not in file:
            n += 1
            check(is_listed(file["url"]), f"{path.name}: {file['url']} is not in {LIST.name}")
print(f"{n} addresses")
finish()
