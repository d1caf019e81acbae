# SPDX-License-Identifier: Apache-2.0
"""Weights of a network in a file that is small and needs no PyTorch to be read: numpy's .npz, in
half precision. A training can begin with them, on any machine."""

import numpy as np
import torch

from . import common


def save(path, state):
    """@param state a state_dict"""
    np.savez(path, **{name: v.cpu().numpy().astype(np.float16 if v.is_floating_point() else
                                                   np.int64) for name, v in state.items()})


def load(path, net):
    """Fills a network; its layers have to be those of the file."""
    saved = np.load(common.need(path, "weights (training/export writes them)"))
    wanted = net.state_dict()
    for name, there in wanted.items():
        found = saved[name].shape if name in saved else "nothing"
        if found != tuple(there.shape):
            common.fail(f"{path}: {name}: expected {tuple(there.shape)}, found {found}")
    net.load_state_dict({name: torch.from_numpy(saved[name]).to(there.dtype)
                         for name, there in wanted.items()})
