#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A training step of VGG19 in PyTorch, for peers.sh.

usage: torch-step.py scratch|cached THREADS INPUT BATCH [STEPS]

scratch: with batch normalisation, every layer trains. cached: block 5 and the head on the stored
output of block 4. The head is that of `mien-cli bench train`: two hidden dense layers of 128 and
three classes; the optimiser is Adam. The last line is "N img/s, M MiB".
"""

import resource
import statistics
import sys
import time

import torch
import torchvision
from torch import nn

mode, threads, side, batch = sys.argv[1], *map(int, sys.argv[2:5])
steps = int(sys.argv[5]) if len(sys.argv) > 5 else 5

torch.set_num_threads(threads)
torch.manual_seed(0)
if mode == "scratch":
    features = torchvision.models.vgg19_bn(weights=None).features
    x = torch.randn(batch, 3, side, side)
else:
    features = torchvision.models.vgg19(weights=None).features[28:]
    x = torch.relu(torch.randn(batch, 512, side // 16, side // 16))
head = nn.Sequential(
    nn.Flatten(),
    nn.Linear(512 * (side // 32) ** 2, 128), nn.ReLU(), nn.Dropout(0.5),
    nn.Linear(128, 128), nn.ReLU(), nn.Dropout(0.5),
    nn.Linear(128, 3),
)  # fmt: skip
network = nn.Sequential(features, head).train()
optimizer = torch.optim.Adam(network.parameters(), 1e-5)
loss = nn.CrossEntropyLoss()
y = torch.arange(batch) % 3


def step():
    optimizer.zero_grad()
    loss(network(x), y).backward()
    optimizer.step()


step()
seconds = []
for _ in range(steps):
    start = time.perf_counter()
    step()
    seconds.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{batch / statistics.median(seconds):.2f} img/s, {peak:.0f} MiB")
