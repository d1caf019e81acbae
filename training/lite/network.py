# SPDX-License-Identifier: Apache-2.0
"""The network: a picture of 160 x 160 in, a heatmap of 40 x 40 for each of 17 points out.

A ladder down and up again: plain 3 x 3 convolutions where pictures are large and channels few,
which every processor does fast in eight bits, then wider ones on small maps; the way up adds
what the way down saw at each size. Two 5 x 5 convolutions of one channel each, at the bottom,
let a point see the whole body.

Methods: residual blocks, He et al. (2016); the way up, Lin et al., "Feature Pyramid Networks"
(2017); depthwise convolutions, Howard et al., "MobileNets" (2017); heatmaps, Tompson et al.
(2014). The weights begin at random: nothing is taken from another network.
"""

import torch
from torch import nn

SIZE = 160
STRIDE = 4
CELLS = SIZE // STRIDE
# Channels at strides 2, 4, 8, 16, 32 and blocks at strides 4 to 32.
WIDTHS = (16, 32, 64, 128, 192)
BLOCKS = (1, 2, 2, 2)
UP = (32, 48, 64)  # on the way up, at strides 4, 8, 16


def conv(a, b, kernel, stride=1, groups=1, active=True):
    layers = [nn.Conv2d(a, b, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(b)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if active else []))


class Block(nn.Module):
    """3 x 3, then 1 x 1, added to what came in."""

    def __init__(self, n):
        super().__init__()
        self.body = nn.Sequential(conv(n, n, 3), conv(n, n, 1, active=False))
        self.out = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.out(x + self.body(x))


class Wide(nn.Module):
    """5 x 5 within each channel, then across channels: far sight for few multiply-adds."""

    def __init__(self, n):
        super().__init__()
        self.body = nn.Sequential(conv(n, n, 5, groups=n), conv(n, n, 1, active=False))
        self.out = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.out(x + self.body(x))


class Ladder(nn.Module):
    """The way down, which the networks share: `stem`, then a step a halving, to stride 32."""

    def __init__(self, widths, blocks):
        super().__init__()
        self.stem = conv(3, widths[0], 3, 2)
        self.down = nn.ModuleList()
        for i, n in enumerate(blocks):
            layers = [conv(widths[i], widths[i + 1], 3, 2)]
            layers += [Block(widths[i + 1]) for _ in range(n)]
            if i == 3:
                layers += [Wide(widths[4]), Wide(widths[4])]
            self.down.append(nn.Sequential(*layers))
        self.grow = nn.Upsample(scale_factor=2, mode="nearest")

    def look(self, x):
        """@return what is seen at strides 4, 8, 16, 32"""
        x = self.stem(x)
        seen = []
        for step in self.down:
            x = step(x)
            seen.append(x)
        return seen


class Network(Ladder):
    def __init__(self, widths=WIDTHS, blocks=BLOCKS, up=UP):
        super().__init__(widths, blocks)
        self.lateral = nn.ModuleList([conv(widths[i + 1], up[i], 1) for i in range(3)])
        self.rise = nn.ModuleList([conv(a, b, 1) for a, b in
                                   ((up[1], up[0]), (up[2], up[1]), (widths[4], up[2]))])
        self.mix = nn.ModuleList([conv(n, n, 3) for n in up])
        self.last = nn.Conv2d(up[0], 17, 1)
        nn.init.normal_(self.last.weight, std=0.01)
        nn.init.constant_(self.last.bias, -4.0)

    def forward(self, x):
        """@return logits; their sigmoid is the heatmap"""
        seen = self.look(x)
        x = seen[3]
        for i in (2, 1, 0):
            x = self.mix[i](self.grow(self.rise[i](x)) + self.lateral[i](seen[i]))
        return self.last(x)


def count(network, size=(SIZE, SIZE)):
    """@param size (width, height) @return (multiply-adds of one picture, parameters)"""
    total = 0

    def hook(layer, _, out):
        nonlocal total
        k = layer.kernel_size[0] * layer.kernel_size[1] * layer.in_channels // layer.groups
        total += k * out.shape[1] * out.shape[2] * out.shape[3]

    hooks = [m.register_forward_hook(hook) for m in network.modules()
             if isinstance(m, nn.Conv2d)]
    mode = network.training
    network.eval()
    device = next(network.parameters()).device
    with torch.no_grad():
        network(torch.zeros(1, 3, *size[::-1], device=device))
    network.train(mode)
    for h in hooks:
        h.remove()
    return total, sum(p.numel() for p in network.parameters())
