#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes keras-transforms.txt: affine maps and pixels as keras-preprocessing 1.1.2 makes them.

The matrices are multiplied as keras_preprocessing/image/affine_transformations.py does, in
apply_affine_transform() and transform_matrix_offset_center(), over (row, column). Pixels are then
sampled as scipy.ndimage.affine_transform (order=1, mode='nearest') does, and flipped last.

A line: rotation shear (degrees), shift_y shift_x (fractions), zoom_y zoom_x, flip, picture width and
height, output width and height; the map of the pixel centres at + 0.5, in (x, y), xx xy x0 yx yy y0;
then, where picture and output have one size, the output's rows of pixel(x, y).

Usage: make-keras-transforms.py [FOLDER]   (Debian: python3-numpy)
"""

import os
import sys

import numpy

CASES = [
    # rotation, shear, shift_y, shift_x, zoom_y, zoom_x, flip, width, height, output width, height
    (0, 0, 0, 0, 1, 1, 0, 7, 5, 7, 5),
    (0, 0, 0, 0, 1, 1, 1, 7, 5, 7, 5),
    (90, 0, 0, 0, 1, 1, 0, 5, 5, 5, 5),
    (20, 0, 0, 0, 1, 1, 0, 7, 5, 7, 5),
    (0, 0, 0.2, 0, 1, 1, 0, 7, 5, 7, 5),
    (0, 0, 0, -0.3, 1, 1, 0, 7, 5, 7, 5),
    (0, 0, 0, 0, 0.8, 1.3, 0, 7, 5, 7, 5),
    (0, 25, 0, 0, 1, 1, 0, 7, 5, 7, 5),
    (-15, 12, 0.1, -0.15, 1.1, 0.9, 0, 7, 5, 7, 5),
    (-15, 12, 0.1, -0.15, 1.1, 0.9, 1, 7, 5, 7, 5),
    (30, -8, -0.25, 0.05, 0.7, 1.2, 1, 8, 9, 8, 9),
    (0, 0, 0, 0, 1, 1, 0, 14, 20, 7, 5),
    (-15, 12, 0.1, -0.15, 1.1, 0.9, 1, 640, 480, 224, 224),
]


def pixel(x, y):
    return (x * 37 + y * 59 + x * y * 7) % 256


def keras_matrix(rotation, shear, shift_y, shift_x, zoom_y, zoom_x, width, height):
    theta, shear = numpy.deg2rad(rotation), numpy.deg2rad(shear)
    tx, ty = shift_y * height, shift_x * width
    matrix = numpy.array(
        [[numpy.cos(theta), -numpy.sin(theta), 0], [numpy.sin(theta), numpy.cos(theta), 0], [0, 0, 1]]
    )
    matrix = matrix @ numpy.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    matrix = matrix @ numpy.array([[1, -numpy.sin(shear), 0], [0, numpy.cos(shear), 0], [0, 0, 1]])
    matrix = matrix @ numpy.array([[zoom_y, 0, 0], [0, zoom_x, 0], [0, 0, 1]])
    o_x, o_y = height / 2 - 0.5, width / 2 - 0.5
    offset = numpy.array([[1, 0, o_x], [0, 1, o_y], [0, 0, 1]])
    reset = numpy.array([[1, 0, -o_x], [0, 1, -o_y], [0, 0, 1]])
    return offset @ matrix @ reset


def sample(matrix, picture):
    height, width = picture.shape
    output = numpy.zeros((height, width))
    for row in range(height):
        for column in range(width):
            y, x, _ = matrix @ (row, column, 1)
            y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
            top, left = min(int(y), height - 2), min(int(x), width - 2)
            down, right = y - top, x - left
            output[row, column] = (
                picture[top, left] * (1 - down) * (1 - right)
                + picture[top, left + 1] * (1 - down) * right
                + picture[top + 1, left] * down * (1 - right)
                + picture[top + 1, left + 1] * down * right
            )
    return output


def centre_map(matrix, flip, width, height, output_width, output_height):
    """From (row, column) counted from 0 to (x, y) with pixel centres at + 0.5, and a resize."""
    swap = numpy.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    half = numpy.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    mirror = numpy.array([[-1, 0, output_width], [0, 1, 0], [0, 0, 1]]) if flip else numpy.eye(3)
    resize = numpy.diag([width / output_width, height / output_height, 1])
    return resize @ half @ swap @ matrix @ swap @ numpy.linalg.inv(half) @ mirror


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "keras-transforms.txt"), "w") as file:
        for case in CASES:
            flip, width, height, output_width, output_height = case[6:]
            matrix = keras_matrix(*case[:6], output_width, output_height)
            numbers = list(case)
            numbers += list(centre_map(matrix, flip, *case[7:])[:2].ravel())
            if (width, height) == (output_width, output_height):
                picture = numpy.fromfunction(lambda y, x: pixel(x, y), (height, width))
                output = sample(matrix, picture)
                numbers += list((output[:, ::-1] if flip else output).ravel())
            file.write(" ".join("%.10g" % number for number in numbers) + "\n")


main()
