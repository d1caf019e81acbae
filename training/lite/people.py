# SPDX-License-Identifier: Apache-2.0
"""The task of stance-detector: where are people?"""

import numpy as np
import torch

from . import assign, data, detector, maps, precision, sheet

WIDTH, HEIGHT = detector.WIDTH, detector.HEIGHT
CHECKED = 400  # held-out scenes that a training is measured on


class People:
    product, run, batch = "stance-detector", "detector", 32
    size = (WIDTH, HEIGHT)
    outputs, same = ["corners", "scores"], 0.05  # same: in pixels
    beside = "picodet-s-192-pedestrian"
    # Width and height of pictures, from which part of all epochs on; whole cells of stride 32.
    sizes = [(0.0, (256, 192)), (0.6, (WIDTH, HEIGHT))]
    strengths = [(0.0, 1.0)]  # scenes are always changed alike
    further = []

    def read(self, args):
        (photos, kept_out), drawn = data.read_boxes(args), data.read_crowds(args)
        self.held_out = data.Scenes(kept_out, None, 0)
        self.held_out.size = (WIDTH, HEIGHT)
        return data.Scenes(photos, drawn, args.seed), (
            f"{len(photos)} photos, {len(drawn or [])} drawn, {len(kept_out)} held out")

    def network(self):
        return detector.Detector()

    def loss(self, z, rows, size):
        lost, apart = assign.loss(z, rows, *size)
        return lost, {"places": apart}

    def validate(self, net, device, batch, size):
        """As points.Points.validate()."""
        self.found, labels, self.held_out.size = [], [], size
        scenes = [self.held_out.scene(i, worse=False)
                  for i in range(min(CHECKED, len(self.held_out)))]
        for i in range(0, len(scenes), batch):
            pictures = torch.stack([p for p, _ in scenes[i:i + batch]])
            with maps.fast(device):
                z = net(maps.to_input(pictures.to(device)))
            self.found += assign.decode(z, *size)
        labels = [rows[rows[:, 4] >= 0] for _, rows in scenes]
        self.scenes = scenes[:40]
        _, ap50, ap75, *_ = precision.of_rows(self.found, labels)
        return {"ap50": ap50, "ap75": ap75}, []

    def show(self, path):
        """What the network says of some held-out scenes: red; labels are green."""
        tiles = []
        for (picture, rows), found in zip(self.scenes, self.found):
            tile = np.ascontiguousarray(picture.numpy()[..., ::-1])
            sheet.boxes(tile, rows[rows[:, 4] >= 0].numpy())
            tiles.append(sheet.boxes(tile, found[found[:, 4] > 0.3].numpy(), found=True))
        sheet.write(path, tiles, 5)

    def pictures(self, args):
        training, _ = self.read(args)
        training.size = (WIDTH, HEIGHT)
        order = np.random.default_rng(args.seed).permutation(len(training))[:args.photos]
        for n, i in enumerate(order):
            yield training.scene(int(i), worse=n % 3 > 0)[0]

    def exported(self, net):
        return detector.Exported(net)

    def card(self):
        cells = sum((WIDTH // s) * (HEIGHT // s) for s in detector.STRIDES)
        return {"title": f"stance-detector, {WIDTH}x{HEIGHT}, people as boxes",
                "people": "several", "decoder": "boxes-picodet", "skeleton": "box",
                "outputs": [{"name": "corners", "shape": [1, cells, 4]},
                            {"name": "scores", "shape": [1, 1, cells]}],
                "notes": "Finds people as boxes; trained from random weights by training/."}
