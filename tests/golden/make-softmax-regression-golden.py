#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes softmax-regression.safetensors: fits of scikit-learn's LogisticRegression, for
test-softmax-regression.

Usage: make-softmax-regression-golden.py [FOLDER]   (Debian: python3-sklearn)
"""

import os
import sys

import numpy
from sklearn.linear_model import LogisticRegression

from golden_file import write_safetensors

N_ROWS, N_FEATURES, N_CLASSES = 90, 7, 4
N_USED = 70

# The penalties stand again, in C, in tests/train/test-softmax-regression.c.
PENALTIES = [100, 10, 1]


def make_data():
    """Four overlapping clouds of different sizes."""
    random = numpy.random.RandomState(3)
    labels = random.choice(N_CLASSES, N_ROWS, p=[0.4, 0.3, 0.2, 0.1])
    centres = random.normal(0, 1, (N_CLASSES, N_FEATURES))
    rows = centres[labels] + random.normal(0, 1.5, (N_ROWS, N_FEATURES))
    return rows.astype(numpy.float32), labels


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    rows, labels = make_data()
    tensors = {"rows": rows, "labels": labels}
    for index, penalty in enumerate(PENALTIES):
        fit = LogisticRegression(C=1 / penalty, tol=1e-9, max_iter=10000)
        fit.fit(rows[:N_USED].astype(float), labels[:N_USED])
        tensors["probabilities-%d" % index] = fit.predict_proba(rows.astype(float))
    write_safetensors(os.path.join(folder, "softmax-regression.safetensors"), tensors)


main()
