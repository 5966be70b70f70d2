# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts beside it write their values with."""

import json
import struct

import numpy


def write_safetensors(path, tensors, metadata=None):
    """Arrays of NumPy or PyTorch, by name, as single precision."""
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        raw = numpy.ascontiguousarray(tensor, dtype="<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(numpy.shape(tensor)),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
