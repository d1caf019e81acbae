# SPDX-License-Identifier: Apache-2.0
"""Photos and labels in memory, and batches of them for training and validation.

All photos are decoded once, about 1.5 GB; worker processes share them. What is done to photo i in
epoch e depends on the seed, e and i alone, so a training that was broken off goes on as if it had
not been, with any number of workers.
"""

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from . import augment, common, scenes

# Workers share the processor with the training: one thread each. It is said here, before the
# first picture is read, because a forked process that inherits OpenCV's threads waits forever.
cv2.setNumThreads(1)


class Pictures:
    """Pictures in memory: `files`, `pictures` (RGB)."""

    def __init__(self, folder, files, others=None):
        """@param others Pictures, some of which may be the same"""
        self.files, self.pictures = list(files), []
        there = dict(zip(others.files, others.pictures)) if others else {}
        for name in self.files:
            if name not in there:
                picture = cv2.imread(str(folder / name))
                if picture is None:
                    common.fail(f"{folder / name}: expected a picture, could not read one")
                there[name] = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            self.pictures.append(there[name])

    def __len__(self):
        return len(self.files)


class Photos(Pictures):
    """Labelled photos with `points`, N x 17 x (x, y, weight, seen), and `boxes` of what is to be
    seen of the people, N x (x0, y0, x1, y1), or N x None: not known."""

    def __init__(self, folder, files, points, others=None, boxes=None):
        super().__init__(folder, files, others)
        self.points = points
        self.boxes = [None] * len(self) if boxes is None else boxes


class People(Pictures):
    """Photos with `rows`, for each N x (x0, y0, x1, y1, weight: 1 a person, 0 in doubt), and
    `free`, the parts without anybody: (number of the photo, x0, y0, x1, y1)."""

    def __init__(self, folder, files, rows, others=None):
        super().__init__(folder, files, others)
        self.rows, self.free = rows, []
        for number, (picture, found) in enumerate(zip(self.pictures, rows)):
            part = scenes.free_part(found, picture.shape[1], picture.shape[0])
            if part:
                self.free.append((number, *part))

    def place(self, i):
        """The i-th part without anybody."""
        number, x0, y0, x1, y1 = self.free[i]
        return self.pictures[number][y0:y1, x0:x1]


def rows_of(saved, limit):
    """@return (files, boxes of each file) of boxes.npz or crowds.npz"""
    files, flat = saved["files"], saved["boxes"].astype(np.float32).reshape(-1, 6)
    if limit:
        files = files[:limit]
    numbers = flat[:, 0].astype(int)
    return files, [flat[numbers == n, 1:] for n in range(len(files))]


def read_boxes(args, others=(None, None)):
    """Where people are in the pool's photos, and where nobody is (training/boxes).

    @param others pairs of Photos, whose pictures are used again
    @return (training photos, photos held out)"""
    saved = np.load(common.need(args.work / "boxes.npz", "boxes (run training/boxes first)"))
    files, rows = rows_of(saved, args.limit)
    folder = common.need(args.shared / "data/train_pool/images", "the pool's photos")
    out = np.array([common.held_out(str(f)) for f in files], bool)
    return tuple(People(folder, files[part], [rows[i] for i in np.flatnonzero(part)], other)
                 for part, other in zip((~out, out), others))


def read_crowds(args):
    """Drawn frames with boxes (training/draw --task people); None: there are none."""
    path = args.work / "crowds.npz"
    return People(args.work / "crowds", *rows_of(np.load(path), args.limit)) if path.exists() else None


def read_photos(args, path, others=(None, None), boxes=False):
    """Labels of the pool's photos.

    @param others pairs of Photos, whose pictures are used again
    @param boxes  the file's boxes are detectors', and not those of the points
    @return (training photos, photos held out)"""
    saved = np.load(path)
    files, points = saved["files"], saved["points"].astype(np.float32)
    found = saved["box"].astype(np.float32)
    folder = common.need(args.shared / "data/train_pool/images", "the pool's photos")
    out = np.array([common.held_out(str(f)) for f in files], bool)
    wanted = np.arange(len(files)) < (args.limit or len(files))
    return tuple(Photos(folder, files[part], points[part], other, found[part] if boxes else None)
                 for part, other in zip((wanted & ~out, wanted & out), others))


def read_pool(args):
    """Whom the photos are about (training/label). @return (training photos, photos held out)"""
    return read_photos(args, common.need(args.work / "labels.npz",
                                         "labels (run training/label first)"))


def read_others(args, photos):
    """The other people in them (training/others).

    @param photos what read_pool() returned @return the same, or two None: there are none"""
    path = args.work / "others.npz"
    return read_photos(args, path, photos, True) if path.exists() else (None, None)


def read_drawn(args):
    """Drawn people (training/draw); None: there are none."""
    path = args.work / "drawn.npz"
    if not path.exists():
        return None
    saved = np.load(path)
    files, points = saved["files"], saved["points"].astype(np.float32)
    if args.limit:
        files, points = files[:args.limit], points[:args.limit]
    return Photos(args.work / "drawn", files, points)


class Training(Dataset):
    """One epoch: each photo once, further people in them, drawn people, and places without
    anybody."""

    # How many for each photo.
    OTHERS, DRAWN, NOBODY = 0.9, 0.25, 0.2

    def __init__(self, photos, others, drawn, places, seed):
        """@param places People, whose free parts are shown"""
        self.photos, self.seed, self.epoch, self.size = photos, seed, 0, None
        self.strength = 1.0  # as augment.augment() takes it
        self.further = [(of, int(share * len(photos)))
                        for of, share in ((others, self.OTHERS), (drawn, self.DRAWN),
                                          (places if places.free else None, self.NOBODY)) if of]

    def __len__(self):
        return len(self.photos) + sum(n for _, n in self.further)

    def choose(self, i, rng):
        """@return (Photos, which of them)"""
        left = i - len(self.photos)
        for of, n in self.further if left >= 0 else ():
            if left < n:
                return of, int(rng.integers(len(of)))
            left -= n
        return self.photos, i

    def __getitem__(self, i):
        rng = np.random.default_rng([self.seed, self.epoch, i])
        of, n = self.choose(i, rng)
        if isinstance(of, People):
            place = of.place(int(rng.integers(len(of.free))))
            picture, points = augment.nobody(place, self.size, rng)
            return torch.from_numpy(picture), torch.from_numpy(points)
        other = int(rng.integers(len(self.photos)))
        picture, points = augment.augment(of.pictures[n], of.points[n], of.boxes[n],
                                          self.photos.pictures[other], self.photos.points[other],
                                          self.size, rng, self.strength)
        return torch.from_numpy(picture), torch.from_numpy(points.astype(np.float32))


class Scenes(Dataset):
    """One epoch for the detector: each photo once at least, in scenes with others."""

    def __init__(self, photos, drawn, seed):
        self.photos, self.drawn, self.seed, self.epoch, self.size = photos, drawn, seed, 0, None

    def __len__(self):
        return len(self.photos)

    def __getitem__(self, i):
        return self.scene(i, worse=True)

    def scene(self, i, worse):
        """@param worse as cameras and encoders make it, and with patches in front"""
        rng = np.random.default_rng([self.seed, self.epoch, i])
        picture, rows = scenes.make(self.photos, self.drawn, i, self.size, rng, worse)
        return torch.from_numpy(picture), torch.from_numpy(rows)


def batches(training, epoch, size, batch, workers, part=(0, 1)):
    """The shuffled batches of one epoch.

    @param part (number, of how many): the share of it that a process learns from"""
    training.epoch, training.size = epoch, size
    order = torch.Generator().manual_seed(training.seed * 100003 + epoch)
    order = torch.randperm(len(training), generator=order)
    order = order[:len(order) // part[1] * part[1]][part[0]::part[1]].tolist()
    return DataLoader(training, batch_size=batch, sampler=order, drop_last=len(order) > batch,
                      num_workers=workers, multiprocessing_context="fork" if workers else None)


def place_batches(people, size, batch):
    """(pictures, points) without anybody, always the same."""
    for i in range(0, len(people.free), batch):
        pairs = [augment.nobody(people.place(n), size, np.random.default_rng(n))
                 for n in range(i, min(i + batch, len(people.free)))]
        yield tuple(torch.from_numpy(np.stack(part)) for part in zip(*pairs))


def held_out_batches(photos, size, batch):
    """(pictures, points) in plain crops, in the photos' order."""
    for i in range(0, len(photos), batch):
        pairs = [augment.plain(p, q, size)[:2] for p, q in
                 zip(photos.pictures[i:i + batch], photos.points[i:i + batch])]
        yield (torch.from_numpy(np.stack([p for p, _ in pairs])),
               torch.from_numpy(np.stack([q for _, q in pairs]).astype(np.float32)))
