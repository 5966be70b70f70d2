#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes figures.safetensors: what an evaluation's figures are by scikit-learn and PyTorch, for
test-curve and test-confidence.

Usage: make-figures-golden.py [FOLDER]   (Debian: python3-sklearn, python3-torch)
"""

import os
import sys

import numpy as np
import torch
from sklearn.metrics import average_precision_score, cohen_kappa_score, roc_auc_score

from golden_file import write_safetensors

N, CLASSES, BINS = 400, 3, 15


def make_logits():
    """Answers that are right more often than not, too sure of themselves, some of them equal."""
    random = np.random.default_rng(5)
    labels = random.choice(CLASSES, N, p=[0.2, 0.5, 0.3])
    logits = random.normal(size=(N, CLASSES)) * 2.5
    logits[np.arange(N), labels] += 2
    return np.round(logits, 1).astype(np.float32), labels


def calibration_error(confidences, right):
    edges = np.linspace(0, 1, BINS + 1)
    error = 0
    for low, high in zip(edges[:-1], edges[1:]):
        chosen = (confidences > low) & (confidences <= high)
        if chosen.any():
            error += abs(confidences[chosen].mean() - right[chosen].mean()) * chosen.mean()
    return error


def temperature(logits, labels):
    logits = torch.tensor(logits, dtype=torch.float64)
    labels = torch.tensor(labels)
    inverse = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([inverse], max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-14)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(logits * inverse, labels, label_smoothing=1 / (N + 2))
        loss.backward()
        return loss

    optimizer.step(closure)
    return 1 / inverse.item()


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    logits, labels = make_logits()
    # In single precision, as the program has them: rounding makes ties, and ties count.
    probabilities = torch.softmax(torch.tensor(logits), 1).numpy()
    predicted = probabilities.argmax(1)
    confidences = probabilities.max(1).astype(np.float64)
    right = predicted == labels
    write_safetensors(
        os.path.join(folder, "figures.safetensors"),
        {
            "logits": logits,
            "probabilities": probabilities,
            "labels": labels,
            "roc_area": [roc_auc_score(labels == c, probabilities[:, c]) for c in range(CLASSES)],
            "average_precision": [average_precision_score(labels == c, probabilities[:, c]) for c in range(CLASSES)],
            "kappa": [cohen_kappa_score(labels, predicted)],
            "calibration_error": [calibration_error(confidences, right)],
            "temperature": [temperature(logits, labels)],
        },
    )


if __name__ == "__main__":
    main()
