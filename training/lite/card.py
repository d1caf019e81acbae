# SPDX-License-Identifier: Apache-2.0
"""The card by which stance runs the network; docs/adding-a-model.md says what is in one."""

import hashlib
import json

from . import maps


def write(path, task, name, files):
    about = task.card()
    outputs, notes = about.pop("outputs"), about.pop("notes")
    width, height = task.size
    card = {
        "schema": "stance-card/1", "name": name, **about,
        "licence": "Apache-2.0", "licence_url": "https://www.apache.org/licenses/LICENSE-2.0",
        "publisher": "stance",
        "files": [{"name": f.name, "sha256": hashlib.sha256(f.read_bytes()).hexdigest(),
                   "bytes": f.stat().st_size} for f in files],
        "input": {"width": width, "height": height, "layout": "NCHW", "colour": "RGB",
                  "type": "f32", "mean": [maps.MEAN] * 3, "scale": [maps.SCALE] * 3},
        "outputs": outputs, "notes": notes,
    }
    path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
