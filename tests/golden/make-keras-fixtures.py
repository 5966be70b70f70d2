#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes keras/*.h5: weights files laid out as Keras does, good and bad ones, for test-keras.

Weights follow a formula that tests/engine/test-keras.c computes again, so that no second copy of
them is needed. They are ternary, which compresses well.

Usage: make-keras-fixtures.py [FOLDER]   (Debian: python3-h5py)
"""

import os
import sys

import h5py
import numpy

BLOCKS = {11: [1, 1, 2, 2, 2], 19: [2, 2, 4, 4, 4]}
CHANNELS = [8, 16, 32, 64, 64]  # an eighth of the paper's


def make_kernel(layer, inputs, outputs):
    """(3, 3, I, O): -1, 0 or 1, hashed from the position, times a power of two."""
    y, x, i, o = numpy.meshgrid(
        *(numpy.arange(n, dtype=numpy.uint64) for n in (3, 3, inputs, outputs)), indexing="ij"
    )
    position = (((layer * 512 + o) * 512 + i) * 3 + y) * 3 + x + 1
    mask = numpy.uint64(0xFFFFFFFF)
    bits = (position * numpy.uint64(2654435761)) & mask
    bits ^= bits >> numpy.uint64(16)
    bits = (bits * numpy.uint64(0x85EBCA6B)) & mask
    bits ^= bits >> numpy.uint64(13)
    exponent = 2 if inputs <= 8 else 3 if inputs <= 32 else 4
    return ((bits % numpy.uint64(3)).astype(numpy.float32) - 1) / numpy.float32(2**exponent)


def make_bias(outputs):
    return (numpy.arange(outputs, dtype=numpy.float32) % 5 - 1) / numpy.float32(16)


def convolutions(depth):
    layer, inputs = 0, 3
    for block, count in enumerate(BLOCKS[depth]):
        for index in range(count):
            yield "block%d_conv%d" % (block + 1, index + 1), layer, inputs, CHANNELS[block]
            inputs = CHANNELS[block]
            layer += 1
        yield "block%d_pool" % (block + 1), None, None, None


def fixed_strings(names):
    """h5py makes variable-length strings of a list, fixed-length ones of an array."""
    return numpy.array([name.encode() for name in names])


def write_weights_file(path):
    """As vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5, written by Keras 1 with h5py 2."""
    with h5py.File(path, "w", libver="earliest") as file:
        names = ["input_1"]
        file.create_group("input_1").attrs["weight_names"] = numpy.array([])
        for name, layer, inputs, outputs in convolutions(19):
            names.append(name)
            group = file.create_group(name)
            if layer is None:
                group.attrs["weight_names"] = numpy.array([])
                continue
            weights = {
                name + "_W_1:0": make_kernel(layer, inputs, outputs),
                name + "_b_1:0": make_bias(outputs),
            }
            group.attrs["weight_names"] = fixed_strings(weights)
            for weight, values in weights.items():
                group.create_dataset(weight, data=values, compression="gzip", compression_opts=9)
        file.attrs["layer_names"] = fixed_strings(names)


def write_model_file(path):
    """As Model.save() of Keras 2 with h5py 3: one level deeper, nested names, variable-length
    strings; here in half precision, and with a dense layer, which is left out."""
    with h5py.File(path, "w", libver="earliest") as file:
        root = file.create_group("model_weights")
        text = h5py.string_dtype()
        names = []
        for name, layer, inputs, outputs in convolutions(11):
            names.append(name)
            group = root.create_group(name)
            if layer is None:
                group.attrs["weight_names"] = numpy.array([])
                continue
            weights = {
                name + "/kernel:0": make_kernel(layer, inputs, outputs),
                name + "/bias:0": make_bias(outputs),
            }
            group.attrs.create("weight_names", list(weights), dtype=text)
            for weight, values in weights.items():
                group.create_dataset(
                    weight,
                    data=values.astype(numpy.float16),
                    compression="gzip",
                    compression_opts=9,
                )
        group = root.create_group("predictions")
        group.attrs.create("weight_names", ["predictions/kernel:0"], dtype=text)
        group.create_dataset("predictions/kernel:0", data=numpy.zeros((64, 3), numpy.float32))
        root.attrs.create("layer_names", names + ["predictions"], dtype=text)


def write_bad_file(folder, name, layers):
    """`layers`: (layer's name, its list of weights or None, datasets to write)."""
    with h5py.File(os.path.join(folder, name + ".h5"), "w", libver="earliest") as file:
        if layers is None:
            return
        for layer, weights, datasets in layers:
            if weights is None:
                continue
            group = file.create_group(layer)
            group.attrs["weight_names"] = weights
            for dataset, options in datasets.items():
                group.create_dataset(dataset, **options)
        file.attrs["layer_names"] = fixed_strings(layer for layer, _, _ in layers)


def write_bad_files(folder):
    first = "block1_conv1"
    kernel = fixed_strings(["kernel:0"])
    small = numpy.zeros((3, 3, 3, 2), numpy.float32)

    def one(values, weights=kernel):
        return [(first, weights, {"kernel:0": values})]

    write_bad_file(folder, "no-layers", None)
    write_bad_file(folder, "missing-layer", [(first, None, None)])
    write_bad_file(folder, "missing-weight", [(first, kernel, {})])
    write_bad_file(folder, "names-are-numbers", one({"data": small}, numpy.array([1.0, 2.0])))
    write_bad_file(folder, "no-convolution", [("conv2d_1", kernel, {"kernel:0": {"data": small}})])
    write_bad_file(folder, "integers", one({"data": small.astype(numpy.int32)}))
    write_bad_file(folder, "five-by-five", one({"data": numpy.zeros((5, 5, 1, 1), numpy.float32)}))
    write_bad_file(folder, "two-dimensions", one({"data": numpy.zeros((3, 2), numpy.float32)}))
    write_bad_file(folder, "scalar", one({"data": numpy.float32(1)}))
    write_bad_file(folder, "no-channels", one({"data": numpy.zeros((3, 3, 3, 0), numpy.float32)}))
    write_bad_file(folder, "twice", one({"data": small}, numpy.repeat(kernel, 2)))
    # Two terabytes that take no room in the file, as nothing was ever written to them.
    huge = {"shape": (3, 3, 2**18, 2**18), "dtype": "f4", "chunks": (3, 3, 64, 64)}
    write_bad_file(folder, "huge", one(huge))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    folder = os.path.join(root, "keras")
    os.makedirs(folder, exist_ok=True)
    write_weights_file(os.path.join(folder, "weights.h5"))
    write_model_file(os.path.join(folder, "model.h5"))
    write_bad_files(folder)


main()
