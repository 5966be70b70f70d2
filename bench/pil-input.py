#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Augmented network input by PIL and torchvision on one thread, for peers.sh.

usage: pil-input.py make FOLDER     writes 500 grey JPEG files of 48x48 pixels
       pil-input.py run FOLDER      decodes and augments them to 224x224; last line "N img/s"

The augmentation is that of `mien-cli bench input`: mirror, turn, shift, zoom, brightness.
"""

import os
import random
import statistics
import sys
import time

from PIL import Image


def make(folder):
    random.seed(0)
    for i in range(500):
        spots = Image.new("L", (10, 10))
        spots.putdata([random.randrange(256) for _ in range(100)])
        spots.resize((48, 48), Image.BICUBIC).save(f"{folder}/{i:03}.jpg", quality=90)


def run(folder):
    import torch
    import torchvision.transforms as transforms

    torch.set_num_threads(1)
    pipeline = transforms.Compose([
        transforms.Resize((224, 224)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomAffine(
            10, (0.1, 0.1), (0.9, 1.1), interpolation=transforms.InterpolationMode.BILINEAR
        ),
        transforms.ColorJitter(0.1),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])  # fmt: skip
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        for path in paths:
            pipeline(Image.open(path).convert("RGB"))
        seconds.append(time.perf_counter() - start)
    print(f"{len(paths) / statistics.median(seconds):.2f} img/s")


{"make": make, "run": run}[sys.argv[1]](sys.argv[2])
