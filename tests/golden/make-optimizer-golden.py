#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes optimizer.safetensors: three steps of every PyTorch optimiser, for test-optimizer.

Usage: make-optimizer-golden.py [FOLDER]   (Debian: python3-torch)
"""

import os
import sys

import torch

from golden_file import write_safetensors

RATES = [0.1, 0.05, 0.02]

# The settings stand again, in C, in tests/engine/test-optimizer.c.
CASES = {
    "sgd": (torch.optim.SGD, dict()),
    "sgd-decay": (torch.optim.SGD, dict(weight_decay=0.1)),
    "sgd-momentum": (torch.optim.SGD, dict(momentum=0.9, weight_decay=0.01)),
    "sgd-nesterov": (torch.optim.SGD, dict(momentum=0.8, nesterov=True, weight_decay=0.01)),
    "rmsprop": (torch.optim.RMSprop, dict()),
    "rmsprop-decay": (torch.optim.RMSprop, dict(alpha=0.9, eps=1e-3, weight_decay=0.1)),
    "adagrad": (torch.optim.Adagrad, dict()),
    "adagrad-decay": (torch.optim.Adagrad, dict(eps=1e-3, weight_decay=0.1)),
    "adam": (torch.optim.Adam, dict()),
    "adam-decay": (torch.optim.Adam, dict(betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "adamw": (torch.optim.AdamW, dict()),
    "adamw-decay": (torch.optim.AdamW, dict(betas=(0.8, 0.95), eps=1e-3, weight_decay=0.3)),
}


def run_case(optimizer_class, options, start, gradients):
    """Steps a kernel, which decays, and a bias, which does not."""
    kernel = start["kernel"].clone().requires_grad_()
    bias = start["bias"].clone().requires_grad_()
    groups = [{"params": [kernel]}, {"params": [bias], "weight_decay": 0}]
    optimizer = optimizer_class(groups, lr=RATES[0], **options)
    for rate, gradient in zip(RATES, gradients):
        for group in optimizer.param_groups:
            group["lr"] = rate
        kernel.grad = gradient["kernel"].clone()
        bias.grad = gradient["bias"].clone()
        optimizer.step()
        yield {"kernel": kernel.detach().clone(), "bias": bias.detach().clone()}


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.manual_seed(1)
    shapes = {"kernel": (2, 3, 3, 3), "bias": (2,)}
    start = {name: torch.randn(shape) for name, shape in shapes.items()}
    gradients = [
        {name: torch.randn(shape) for name, shape in shapes.items()} for _ in RATES
    ]

    tensors = {"start.%s" % name: tensor for name, tensor in start.items()}
    for i, gradient in enumerate(gradients):
        tensors.update({"gradient%d.%s" % (i + 1, n): t for n, t in gradient.items()})
    for case, (optimizer_class, options) in CASES.items():
        for i, values in enumerate(run_case(optimizer_class, options, start, gradients)):
            tensors.update({"%s%d.%s" % (case, i + 1, n): t for n, t in values.items()})

    write_safetensors(os.path.join(folder, "optimizer.safetensors"), tensors)


main()
