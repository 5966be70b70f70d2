#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the values that tests/engine/test-network-golden.c and test-imagenet.c and
tests/train/test-heat-map.c compare with.

    make-network-golden.py                 network-*.safetensors and heat-map.safetensors, beside
                                           this script
    make-network-golden.py WEIGHTS         imagenet.safetensors, from a VGG19 weights file

Needs PyTorch (Debian: python3-torch). Everything runs in double precision, so that the values are
exact as far as single precision is concerned.
"""

import hashlib
import json
import os
import struct
import sys

import torch
import torch.nn.functional as F

from golden_file import write_safetensors

DIRECTORY = os.path.dirname(os.path.abspath(__file__))
DEPTH_11 = [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)]
DEPTH_19 = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]


def save(name, tensors, metadata):
    values = {key: tensor.detach() for key, tensor in tensors.items()}
    write_safetensors(os.path.join(DIRECTORY, name), values, metadata)


def load(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        tensor = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
        tensors[name] = tensor.reshape(entry["shape"]).double()
    return tensors


def ramp(*shape, seed):
    """Numbers in -1 … 1 that C makes too: see test-network-golden.c."""
    n = 1
    for size in shape:
        n *= size
    state = seed
    values = []
    for _ in range(n):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append((state >> 8) / 2**23 - 1)
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


class Network:
    """The same network, its parameters named as Mien names them."""

    def __init__(self, batch_norm, head, size, eighths=1, n_classes=3, table=DEPTH_11):
        self.batch_norm = batch_norm
        self.head = head
        self.table = table
        self.parameters = {}
        self.statistics = {}
        self.outputs = {}
        seed = 1
        channels = 3

        def add(name, *shape, scale, offset=0.0):
            nonlocal seed
            value = ramp(*shape, seed=seed) * scale + offset
            # Rounded as C rounds them.
            self.parameters[name] = value.float().double().requires_grad_()
            seed += 1

        for block, (n, width) in enumerate(table, 1):
            for index in range(1, n + 1):
                name = f"block{block}_conv{index}"
                out = width * eighths // 8
                add(name + ".kernel", out, channels, 3, 3, scale=(6 / (9 * channels)) ** 0.5)
                add(name + ".bias", out, scale=0.1)
                if batch_norm:
                    add(name + "_bn.gamma", out, scale=0.5, offset=1.0)
                    add(name + "_bn.beta", out, scale=0.5)
                    self.statistics[name + "_bn.mean"] = torch.zeros(out).double()
                    self.statistics[name + "_bn.variance"] = torch.ones(out).double()
                channels = out

        features = channels * (size // 32) ** 2
        if head == "reference":
            for index, inputs in ((1, features), (2, 128)):
                add(f"dense_{index}.kernel", 128, inputs, scale=(6 / inputs) ** 0.5)
                add(f"dense_{index}.bias", 128, scale=0.1)
            features = 128
        else:
            features = channels
        add("logits.kernel", n_classes, features, scale=(6 / features) ** 0.5)
        add("logits.bias", n_classes, scale=0.1)

    def forward(self, x, training):
        p = self.parameters
        for block, (n, _) in enumerate(self.table, 1):
            for index in range(1, n + 1):
                name = f"block{block}_conv{index}"
                x = F.conv2d(x, p[name + ".kernel"], p[name + ".bias"], padding=1)
                if self.batch_norm:
                    self.outputs[name] = x
                    name += "_bn"
                    x = F.batch_norm(
                        x,
                        self.statistics[name + ".mean"],
                        self.statistics[name + ".variance"],
                        p[name + ".gamma"],
                        p[name + ".beta"],
                        training,
                    )
                x = F.relu(x)
                self.outputs[name] = x
            x = F.max_pool2d(x, 2)
            self.outputs[f"block{block}_pool"] = x
        if self.head == "reference":
            x = x.flatten(1)
            for name in ("dense_1", "dense_2"):
                x = F.relu(F.linear(x, p[name + ".kernel"], p[name + ".bias"]))
                self.outputs[name] = x
        else:
            x = x.mean((2, 3))
        return F.linear(x, p["logits.kernel"], p["logits.bias"])


    def maps_gradient(self, x, classes):
        """What the last convolution makes, and the gradient of each picture's logit by it."""
        logits = self.forward(x, False)
        name = f"block{len(self.table)}_conv{self.table[-1][0]}"
        maps = self.outputs[name + "_bn" if self.batch_norm else name]
        wanted = logits.gather(1, classes[:, None]).sum()
        return maps, torch.autograd.grad(wanted, maps)[0]


def keep_some(tensors, name, value, limit=600):
    """A tensor, or for a large one as many values as `limit`, evenly spread."""
    flat = value.detach().reshape(-1)
    step = max(1, -(-flat.numel() // limit))
    tensors[name] = flat[::step]


def make_network(name, batch_norm, head, size, l2, eighths=1):
    network = Network(batch_norm, head, size, eighths)
    # No pixel is so near a ReLU's or a pool's edge that rounding moves it across.
    x = (ramp(2, 3, size, size, seed=1004) * 2).float().double()
    labels = torch.tensor([2, 0])
    class_weights = torch.tensor([0.5, 2.0, 1.5]).double()
    tensors = {}

    tensors["evaluation/logits"] = network.forward(x, False)
    for layer, value in network.outputs.items():
        keep_some(tensors, "evaluation/" + layer, value)
    maps, gradient = network.maps_gradient(x, torch.tensor([0, 2]))
    keep_some(tensors, "maps/output", maps)
    keep_some(tensors, "maps/gradient", gradient)

    logits = network.forward(x, True)
    loss = F.cross_entropy(logits, labels, weight=class_weights, label_smoothing=0.1)
    tensors["training/logits"] = logits
    tensors["training/objective"] = loss.reshape(1)
    tensors["training/cross_entropy"] = F.cross_entropy(logits, labels).reshape(1)

    # The penalty is no part of the objective that Mien reports, but of its gradient.
    penalty = sum(
        l2 * (value**2).sum()
        for key, value in network.parameters.items()
        if key in ("dense_1.kernel", "dense_2.kernel")
    )
    logits.retain_grad()
    (loss + penalty).backward()
    tensors["gradient/logits"] = logits.grad
    for key, value in network.parameters.items():
        keep_some(tensors, "gradient/" + key, value.grad)
    for key, value in network.statistics.items():
        keep_some(tensors, "statistic/" + key, value)

    save(f"network-{name}.safetensors", tensors, {"framework": "PyTorch " + torch.__version__})


def heat_map_picture(size):
    """A colour picture from a formula; see test-heat-map.c."""
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    planes = [(x * 29 + y * 7) % 256, (x * y * 3) % 256, ((x ^ (2 * y)) * 11) % 256]
    return torch.stack(planes).double()[None]


def make_heat_maps():
    tensors = {}
    for name, batch_norm, head in (
        ("reference", False, "reference"),
        ("reference-bn", True, "reference"),
        ("light", False, "light"),
        ("light-bn", True, "light"),
    ):
        network = Network(batch_norm, head, 64)
        for seed, (key, value) in enumerate(network.statistics.items(), 101):
            spread = ramp(*value.shape, seed=seed).float().double() * 0.5
            network.statistics[key] = spread + (1.0 if key.endswith("variance") else 0.0)
        x = (heat_map_picture(64) / 255).float().double()
        tensors[name + "/probabilities"] = network.forward(x, False).softmax(1)
        for c in range(3):
            # Selvaraju et al. 2017, equations 1 and 2.
            maps, gradient = network.maps_gradient(x, torch.tensor([c]))
            heat = F.relu((gradient.mean((2, 3), keepdim=True) * maps).sum(1))[0]
            tensors[f"{name}/{c}/peak"] = heat.max().reshape(1)
            tensors[f"{name}/{c}/map"] = heat / heat.max() if heat.max() > 0 else heat
    save("heat-map.safetensors", tensors, {"framework": "PyTorch " + torch.__version__})


def imagenet_picture():
    """A colour picture from a formula; see test-imagenet.c."""
    y, x = torch.meshgrid(torch.arange(224), torch.arange(224), indexing="ij")
    planes = [(x * 3 + y) % 256, (x * y // 64) % 256, (x ^ (2 * y)) % 256]
    return torch.stack(planes).double()[None]


def make_imagenet(path):
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    weights = load(path)
    means = torch.tensor([123.68, 116.779, 103.939], dtype=torch.float32).double()
    x = imagenet_picture() - means[None, :, None, None]
    tensors = {}
    for block, (n, _) in enumerate(DEPTH_19, 1):
        for index in range(1, n + 1):
            name = f"block{block}_conv{index}"
            x = F.relu(F.conv2d(x, weights[name + ".kernel"], weights[name + ".bias"], padding=1))
        x = F.max_pool2d(x, 2)
        tensors[f"block{block}_pool.means"] = x.mean((0, 2, 3))
    keep_some(tensors, "block5_pool", x, 2000)
    metadata = {"framework": "PyTorch " + torch.__version__, "weights_sha256": digest}
    save("imagenet.safetensors", tensors, metadata)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        make_imagenet(sys.argv[1])
    else:
        make_network("reference", False, "reference", 32, 0.01)
        make_network("light-bn", True, "light", 64, 0.0)
        make_network("light-bn-w3", True, "light", 64, 0.0, 3)
        make_heat_maps()
