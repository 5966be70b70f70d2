#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a linear model on pixels gets on a data set folder: what a network has to beat.

Multinomial logistic regression with L2 on the pictures at 48x48, colour and grey, trained on train/, tested on
test/. The strength of the L2 is the one that is best on the test pictures, in the linear model's favour.
Needs python3-numpy and gdk-pixbuf (python3-gi, gir1.2-gdkpixbuf-2.0).

    mien-cli sample /tmp/sample && bench/sample-linear.py /tmp/sample
"""
import pathlib
import sys

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf, GLib
import numpy as np

SIDE = 48


def read(folder, classes):
    pixels, labels = [], []
    for label, name in enumerate(classes):
        for path in sorted((folder / name).iterdir()):
            try:
                picture = GdkPixbuf.Pixbuf.new_from_file_at_scale(str(path), SIDE, SIDE, False)
            except GLib.Error:
                continue
            rows = np.frombuffer(picture.get_pixels() + bytes(64), np.uint8)
            stride = picture.get_rowstride()
            rows = np.stack([rows[y * stride:y * stride + 3 * SIDE] for y in range(SIDE)])
            pixels.append(rows.astype(np.float64) / 255)
            labels.append(label)
    return np.stack(pixels).reshape(len(labels), SIDE, SIDE, 3), np.array(labels)


def fit(x, y, n_classes, l2, steps=300):
    """Nesterov's accelerated gradient descent; the step follows from the largest eigenvalue."""
    truth = np.eye(n_classes)[y]
    lipschitz = 0.5 * np.linalg.norm(x, 2) ** 2 / len(x) + l2
    w = np.zeros((x.shape[1], n_classes))
    ahead, momentum = w.copy(), 1.0
    for _ in range(steps):
        logits = x @ ahead
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        new = ahead - (x.T @ (p - truth) / len(x) + l2 * ahead) / lipschitz
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - w)
        w, momentum = new, following
    return w


def main():
    root = pathlib.Path(sys.argv[1])
    classes = sorted(p.name for p in (root / "train").iterdir() if p.is_dir())
    x_train, y_train = read(root / "train", classes)
    x_test, y_test = read(root / "test", classes)
    for title, pick in (("colour", lambda x: x), ("grey", lambda x: x @ (0.299, 0.587, 0.114))):
        a, b = pick(x_train).reshape(len(y_train), -1), pick(x_test).reshape(len(y_test), -1)
        mean, deviation = a.mean(0), a.std(0) + 1e-6
        a, b = (a - mean) / deviation, (b - mean) / deviation
        a, b = (np.hstack([m, np.ones((len(m), 1))]) for m in (a, b))
        results = []
        for l2 in (0.01, 0.1, 1.0, 10.0, 100.0):
            w = fit(a, y_train, len(classes), l2)
            results.append((np.mean((b @ w).argmax(1) == y_test), np.mean((a @ w).argmax(1) == y_train), l2))
        test, train, l2 = max(results)
        print(f"{title}: test accuracy {test:.3f} of {len(y_test)} (training {train:.3f}, L2 {l2})")


main()
