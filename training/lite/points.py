# SPDX-License-Identifier: Apache-2.0
"""The task of stance-lite: where are the 17 points of one person?"""

import numpy as np
import torch

from . import augment, common, data, maps, network, sheet


class Points:
    product, run, batch = "stance-lite", "lite", 64
    size = (network.SIZE, network.SIZE)
    outputs, same = ["heatmaps"], 1e-3  # same: how far exported values may be from the training's
    beside = "movenet-lightning-int8"  # whose time is told, too
    # From which part of all epochs on pictures have which size.
    sizes = [(0.0, 96), (0.3, 128), (0.9, 160)]
    # The same, of how much pictures are changed (augment.augment). Much is for long trainings.
    strengths = [(0.0, 1.0), (0.3, 0.4)]
    further = [f"pck_{p}" for p in common.POINTS]  # columns of curves.csv after the figures

    def read(self, args):
        """@return (the training's data set, what it is in words)"""
        photos = data.read_pool(args)
        others, drawn = data.read_others(args, photos), data.read_drawn(args)
        places = data.read_boxes(args, photos)
        self.held_out, self.others_out, self.places_out = photos[1], others[1], places[1]
        return data.Training(photos[0], others[0], drawn, places[0], args.seed), (
            f"{len(photos[0])} photos, {len(others[0] or [])} others in them, {len(drawn or [])} "
            f"drawn, {len(places[0].free)} places without anybody, {len(self.held_out)} held out")

    def network(self):
        return network.Network()

    def loss(self, z, points, _):
        """@param _ size of the pictures
        @return (sum to minimise, {name: a share of it})"""
        lost, places = maps.loss(z, points)
        return lost, {"places": places}

    def look(self, net, device, batches):
        """@return (what is found in pictures, what is true)"""
        found, points = [], []
        for pictures, labels in batches:
            with maps.fast(device):
                z = net(maps.to_input(pictures.to(device)))
            found.append(maps.decode(z).cpu())
            points.append(labels)
        return torch.cat(found), torch.cat(points)

    def validate(self, net, device, batch, size):
        """@param size of the pictures, that of the training at this time
        @return (figures, those of `further`); what was found is kept for show()"""
        def batches(photos):
            return data.held_out_batches(photos, size, batch)

        self.found, points = self.look(net, device, batches(self.held_out))
        self.shown = size
        result = maps.measure(self.found, points)
        figures = {"pck": result["pck"], "oks": result["oks"]}
        if self.others_out:
            others = maps.measure(*self.look(net, device, batches(self.others_out)))
            figures["others_oks"] = others["oks"]
        if self.places_out.free:
            nobody, _ = self.look(net, device, data.place_batches(self.places_out, size, batch))
            figures["nobody"] = nobody[..., 2].mean().item()
        return figures, result["joints"]

    def show(self, path):
        """What the network says of some photos that were held out."""
        tiles = []
        crops, _ = next(data.held_out_batches(self.held_out, self.shown, 40))
        for crop, points in zip(crops.numpy(), self.found.numpy()):
            picture, places = sheet.fit(crop[..., ::-1], points[:, :2], network.SIZE)
            tiles.append(sheet.draw(picture, places, points[:, 2], 0.2))
        sheet.write(path, tiles, 8)

    def pictures(self, args):
        """Crops for quantization: one in three plain, the rest changed as in training."""
        training, _ = self.read(args)
        training.size = network.SIZE
        photos = training.photos
        order = np.random.default_rng(args.seed).permutation(len(training))[:args.photos]
        for n, i in enumerate(order):
            if n % 3 == 0 and i < len(photos):
                picture = augment.plain(photos.pictures[i], photos.points[i], network.SIZE)[0]
                yield torch.from_numpy(picture)
            else:
                yield training[int(i)][0]

    def exported(self, net):
        return Heights(net)

    def card(self):
        """What the card says of this network alone."""
        return {"title": f"stance-lite, {network.SIZE}x{network.SIZE}, 17 points", "people": "one",
                "decoder": "heatmap-dark", "skeleton": "coco17",
                "outputs": [{"name": "heatmaps", "shape": [1, 17, network.CELLS, network.CELLS]}],
                "notes": "One person, 17 points; trained from random weights by training/."}


class Heights(torch.nn.Module):
    """With the sigmoid that makes scores of the network's numbers."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return torch.sigmoid(self.net(x))
