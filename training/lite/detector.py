# SPDX-License-Identifier: Apache-2.0
"""The network that finds people: a picture of 320 x 256 in, a box and a score for each cell out.

Cells lie at strides 8, 16 and 32, for small, middling and large people. Each says how sure it is
that somebody's box is best told by it, where the box's middle is, from its own, and how large it
is. The input is a little wider than high, since most videos are. The way down is that of
lite.network, slimmer; so few layers that the description of the network stays small as well.

Methods: cells without anchors, Ge et al., "YOLOX" (2021); the way up, Lin et al. (2017). The
weights begin at random: nothing is taken from another network.
"""

import torch
from torch import nn

from .network import Ladder, conv

WIDTH, HEIGHT = 320, 256
STRIDES = (8, 16, 32)
WIDTHS = (16, 24, 48, 96, 128)
BLOCKS = (0, 1, 2, 0)
UP = (48, 64, 64)  # on the way up, at strides 8, 16, 32
LARGEST = 6.0      # exponent of a size in strides: no box is larger than exp(6) of them


class Detector(Ladder):
    def __init__(self, widths=WIDTHS, blocks=BLOCKS, up=UP):
        super().__init__(widths, blocks)
        self.lateral = nn.ModuleList([conv(widths[i + 2], up[i], 1) for i in range(3)])
        self.rise = nn.ModuleList([conv(up[i + 1], up[i], 1) for i in range(2)])
        self.mix = nn.ModuleList([conv(n, n, 3) for n in up])
        self.last = nn.ModuleList([nn.Conv2d(n, 5, 1) for n in up])
        for layer in self.last:
            nn.init.normal_(layer.weight, std=0.01)
            with torch.no_grad():  # nobody is there, or somebody about four strides large
                layer.bias.copy_(torch.tensor([0, 0, 1.2, 1.6, -4.5]))

    def forward(self, x):
        """@return N x 5 x cells: middle and size, in strides, and the logit of the score"""
        seen = self.look(x)[1:]
        x, out = None, []
        for i in (2, 1, 0):
            y = self.lateral[i](seen[i])
            x = self.mix[i](y if x is None else y + self.grow(self.rise[i](x)))
            out.append(self.last[i](x).flatten(2))
        return torch.cat(out[::-1], dim=2)


def cells(width, height, device=None):
    """@return (2 x cells middles of all cells in pixels, cells: their strides)"""
    middles, strides = [], []
    for s in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // s), torch.arange(width // s), indexing="ij")
        middles.append((torch.stack([x, y]).flatten(1) + 0.5) * s)
        strides.append(torch.full((middles[-1].shape[1],), float(s)))
    return torch.cat(middles, dim=1).to(device), torch.cat(strides).to(device)


def corners(z, middles, strides):
    """@return N x cells x 4: x0, y0, x1, y1 in pixels"""
    middle = z[:, :2] * strides + middles
    half = torch.exp(z[:, 2:4].clamp(max=LARGEST)) * (0.5 * strides)
    return torch.cat([middle - half, middle + half], dim=1).transpose(1, 2)


class Exported(nn.Module):
    """With the arithmetic of the corners: N x cells x 4 corners in pixels, N x 1 x cells scores."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        middles, strides = cells(WIDTH, HEIGHT)
        self.register_buffer("middles", middles)
        self.register_buffer("strides", strides)

    def forward(self, x):
        z = self.net(x)
        return corners(z, self.middles, self.strides), torch.sigmoid(z[:, 4:])
