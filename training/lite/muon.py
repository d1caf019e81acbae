# SPDX-License-Identifier: Apache-2.0
"""The optimizer: Muon for kernels, AdamW for all else.

Muon makes each step of a kernel, seen as a matrix of outputs by inputs, about orthogonal, so that
directions which rarely show in the gradient are learnt as fast as those that fill it. It costs
some matrix products a step, little beside a batch; training/README.md tells what was measured.

Method: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024), with its
Newton-Schulz iteration of the fifth order; AdamW, Loshchilov and Hutter (2019).
"""

import torch


def orthogonal(m):
    """About the nearest matrix with all singular values one (they come to lie between 0.7 and 1.2).

    The iteration x <- p(x x') x is done on g = x x' alone, whose products are smaller than those
    of x: all p together are multiplied with x once, at the end."""
    wide = m.shape[0] <= m.shape[1]
    x = m if wide else m.T
    x = x / x.norm().clamp_min(1e-7)
    g, whole = x @ x.T, torch.eye(x.shape[0], dtype=x.dtype, device=x.device)
    for _ in range(5):
        p = torch.addmm(g, g, g, beta=-4.7750, alpha=2.0315)
        p.diagonal().add_(3.4445)
        whole, g = p @ whole, p @ g @ p
    x = whole @ x
    return x if wide else x.T


class Muon(torch.optim.Optimizer):
    """Groups with `muon` true hold kernels that are orthogonalized, the others are AdamW's.

    A step of a kernel moves each output by about 0.2 x rate, as AdamW's does, so both take the
    same learning rate and decay (Liu et al., "Muon is scalable for LLM training", 2025)."""

    def __init__(self, groups, lr, momentum=0.95, betas=(0.9, 0.99)):
        super().__init__(groups, {"lr": lr, "momentum": momentum, "betas": betas, "muon": False,
                                  "weight_decay": 0.0})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            move = self.kernel if group["muon"] else self.plain
            for p in group["params"]:
                if p.grad is not None:
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    move(p, group, self.state[p])

    @staticmethod
    def kernel(p, group, state):
        if not state:
            state["speed"] = torch.zeros_like(p)
        speed = state["speed"]
        speed.lerp_(p.grad, 1 - group["momentum"])
        ahead = p.grad.lerp(speed, group["momentum"]).reshape(p.shape[0], -1)
        size = 0.2 * max(ahead.shape) ** 0.5
        p.add_(orthogonal(ahead).reshape(p.shape), alpha=-group["lr"] * size)

    @staticmethod
    def plain(p, group, state):
        if not state:
            state["steps"], state["mean"], state["square"] = 0, torch.zeros_like(p), torch.zeros_like(p)
        state["steps"] += 1
        first, second = group["betas"]
        state["mean"].lerp_(p.grad, 1 - first)
        state["square"].mul_(second).addcmul_(p.grad, p.grad, value=1 - second)
        size = (state["square"] / (1 - second ** state["steps"])).sqrt_().add_(1e-8)
        p.addcdiv_(state["mean"], size, value=-group["lr"] / (1 - first ** state["steps"]))


def groups(net, decay):
    """What of a network is orthogonalized: kernels that mix channels, but for the first and the
    last ones, whose inputs or outputs are not features. Decay is for kernels only."""
    kernels = [p for p in net.parameters() if p.ndim > 1]
    mixing = [p for p in kernels[1:] if p.shape[1] > 1 and p.shape[0] > 20]
    chosen = {id(p) for p in mixing}
    rest = [p for p in kernels if id(p) not in chosen]
    return [{"params": mixing, "muon": True, "weight_decay": decay},
            {"params": rest, "weight_decay": decay},
            {"params": [p for p in net.parameters() if p.ndim <= 1]}]
