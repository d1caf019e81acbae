# SPDX-License-Identifier: Apache-2.0
"""The card by which stance runs the network; docs/adding-a-model.md says what is in one."""

import hashlib
import json

from . import network


def write(path, name, files, mean, scale):
    card = {
        "schema": "stance-card/1", "name": name,
        "title": f"stance-lite, {network.SIZE}x{network.SIZE}, 17 points",
        "licence": "Apache-2.0", "licence_url": "https://www.apache.org/licenses/LICENSE-2.0",
        "publisher": "stance", "people": "one", "decoder": "heatmap-dark", "skeleton": "coco17",
        "files": [{"name": f.name, "sha256": hashlib.sha256(f.read_bytes()).hexdigest(),
                   "bytes": f.stat().st_size} for f in files],
        "input": {"width": network.SIZE, "height": network.SIZE, "layout": "NCHW",
                  "colour": "RGB", "type": "f32", "mean": [mean] * 3, "scale": [scale] * 3},
        "outputs": [{"name": "heatmaps", "shape": [1, 17, network.CELLS, network.CELLS]}],
        "notes": "One person, 17 points; trained from random weights by training/.",
    }
    path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
