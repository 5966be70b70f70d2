#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails on an include line that reaches into a layer above, or past the one below.

The layers are folders of src: each may include its own headers and what LAYERS grants it. Output is
TAP: first the checker itself, on lines whose verdict is known, then the source.

Usage: layering.py SRC
"""

import os
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*(?:include|include_next|import)\b\s*(?:"([^"]*)"|<([^>]*)>)?')

# Header names of the libraries in use; what is neither here nor in LIBC is unknown, hence refused.
LIBRARIES = {
    "glib": r"glib\.h|glib-(object|unix)\.h|glib/.+",
    "gio": r"gio/.+",
    "gdk-pixbuf": r"gdk-pixbuf/.+",
    "cairo": r"cairo(-[a-z]+)?\.h",
    "pango": r"pango/.+",
    "json-glib": r"json-glib/.+",
    "hdf5": r"hdf5\.h|H5.*\.h|hdf5_hl\.h",
    "cblas": r"(cblas|openblas_config|f77blas|lapacke?)\.h|openblas/.+",
    "zlib": r"zlib\.h",
    "soup": r"libsoup/.+",
    "opencv": r"opencv2/.+",
    "c++": r"algorithm|exception|memory|vector",
    "gtk": r"(gtk|gdk|gsk|graphene)(-[0-9.]+)?/.+|graphene\.h",
    "adwaita": r"adwaita\.h",
}
LIBC = (
    r"(assert|ctype|dirent|errno|fcntl|fenv|float|inttypes|langinfo|limits|locale|math|poll|pthread"
    r"|sched|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string"
    r"|strings|termios|tgmath|time|unistd|wchar|sys/[a-z]+"
    r"|[a-z]*mmintrin|x86intrin|cpuid|arm_neon)\.h"
)

# The longest folder that a file lies in is its layer.
LAYERS = {
    "engine/kernels": {"layers": [], "headers": [], "libraries": []},
    "engine": {
        "layers": ["engine/kernels"],
        "headers": [],
        "libraries": ["glib", "json-glib", "hdf5", "cblas"],
    },
    "data": {
        "layers": [],
        "headers": [
            "engine/vgg-error.h",
            "engine/vgg-random.h",
            "engine/vgg-tensor.h",
            "engine/vgg-warp.h",
        ],
        "libraries": ["glib", "gio", "gdk-pixbuf", "cairo", "json-glib", "opencv", "c++"],
    },
    "train": {
        "layers": ["data", "engine"],
        "headers": [],
        "libraries": ["glib", "gio", "gdk-pixbuf", "json-glib", "zlib", "soup"],
    },
    "plot": {
        "layers": ["train", "data"],
        "headers": [],
        "libraries": ["glib", "gio", "gdk-pixbuf", "cairo", "pango", "json-glib"],
    },
    "cli": {
        "layers": ["plot", "train", "data", "engine"],
        "headers": [],
        "libraries": ["glib", "gio", "gdk-pixbuf", "json-glib"],
    },
    "app": {
        "layers": ["plot", "train", "data"],
        "headers": ["engine/vgg-error.h", "engine/vgg-tensor.h"],
        "libraries": [
            "glib",
            "gio",
            "gdk-pixbuf",
            "cairo",
            "pango",
            "json-glib",
            "gtk",
            "adwaita",
        ],
    },
}

# Libraries that a single file of their layer wraps.
WRAPPED = {
    "cblas": "engine/vgg-blas.c",
    "hdf5": "engine/vgg-keras.c",
    "opencv": "data/mien-faces.cc",
    "c++": "data/mien-faces.cc",
    "zlib": "train/mien-feature-set.c",
    "soup": "train/mien-fetch.c",
}

# A file, a line in it, and whether it is to be refused.
SELF_TEST = [
    ("engine/kernels/a.c", '#include "engine/kernels/b.h"', False),
    ("engine/kernels/a.c", "#include <immintrin.h>", False),
    ("engine/kernels/a.c", "#include <glib.h>", True),
    ("engine/kernels/a.c", "#include <cblas.h>", True),
    ("engine/kernels/a.c", '#include "engine/vgg-tensor.h"', True),
    ("engine/a.c", '#include "engine/kernels/b.h"', False),
    ("engine/a.c", "#include <json-glib/json-glib.h>", False),
    ("engine/a.c", "  #  include   <gio/gio.h>", True),
    ("engine/a.c", "#include <gdk-pixbuf/gdk-pixbuf.h>", True),
    ("engine/a.c", "#include <cblas.h>", True),
    ("engine/vgg-blas.c", "#include <cblas.h>", False),
    ("engine/a.c", "#include <hdf5.h>", True),
    ("engine/vgg-keras.c", "#include <hdf5.h>", False),
    ("engine/a.c", '#include "data/mien-dataset.h"', True),
    ("data/a.c", '#include "engine/vgg-warp.h"', False),
    ("data/a.c", '#include "engine/vgg-network.h"', True),
    ("data/a.c", '#include "train/mien-session.h"', True),
    ("data/a.c", "#include <gtk/gtk.h>", True),
    ("data/a.c", "#include <opencv2/objdetect.hpp>", True),
    ("data/mien-faces.cc", "#include <opencv2/objdetect.hpp>", False),
    ("data/mien-faces.cc", "#include <vector>", False),
    ("train/a.c", '#include "engine/vgg-network.h"', False),
    ("train/a.c", '#include "engine/vgg-network-private.h"', True),
    ("train/a.c", '#include "train/mien-model-private.h"', False),
    ("train/a.c", '#include "engine/kernels/b.h"', True),
    ("train/a.c", "#include <gdk/gdk.h>", True),
    ("train/a.c", "#include <zlib.h>", True),
    ("train/mien-feature-set.c", "#include <zlib.h>", False),
    ("train/a.c", "#include <libsoup/soup.h>", True),
    ("train/mien-fetch.c", "#include <libsoup/soup.h>", False),
    ("train/a.c", '#include "app/chart/mien-chart.h"', True),
    ("plot/a.c", '#include "train/mien-history.h"', False),
    ("plot/a.c", '#include "engine/vgg-network.h"', True),
    ("plot/a.c", "#include <pango/pangocairo.h>", False),
    ("plot/a.c", "#include <gdk/gdk.h>", True),
    ("train/a.c", '#include "plot/mien-plot.h"', True),
    ("cli/a.c", '#include "plot/mien-plot.h"', False),
    ("cli/a.c", '#include "train/mien-session.h"', False),
    ("cli/a.c", "#include <gtk/gtk.h>", True),
    ("cli/a.c", "#include <libsoup/soup.h>", True),
    ("cli/a.c", '#include "app/chart/mien-chart.h"', True),
    ("app/a.c", "#include <adwaita.h>", False),
    ("app/a.c", '#include "engine/vgg-tensor.h"', False),
    ("app/a.c", '#include "engine/vgg-optimizer.h"', True),
    ("app/a.c", '#include "cli/mien-cli.h"', True),
    ("app/a.c", "#include <cblas.h>", True),
    ("app/a.c", "#include <libsoup/soup.h>", True),
    ("app/a.c", '#include "mien-chart.h"', True),
    ("app/a.c", '#include "../engine/vgg-network.h"', True),
    ("app/a.c", '#include "data/../engine/vgg-network.h"', True),
    ("app/a.c", "#include <engine/vgg-network.h>", True),
    ("app/a.c", "#include <curl/curl.h>", True),
    ("app/a.c", "#include HEADER", True),
    ("app/a.c", "/* #include <cblas.h> is not for here */", False),
    ("misc/a.c", "#include <string.h>", True),
]


def layer_of(path):
    folders = [name for name in LAYERS if path.startswith(name + "/")]
    return max(folders, key=len, default=None)


def judge_project_header(layer, header):
    if ".." in header.split("/"):
        return "steps out of its folder"
    target = layer_of(header)
    if target is None:
        return "does not begin with a layer's folder"
    if target == layer:
        return None
    if header.endswith("-private.h"):
        return "is private to %s" % target
    if target in LAYERS[layer]["layers"] or header in LAYERS[layer]["headers"]:
        return None
    return "is not for %s" % layer


def judge_system_header(layer, path, header):
    if re.fullmatch(LIBC, header):
        return None
    for library, pattern in LIBRARIES.items():
        if not re.fullmatch(pattern, header):
            continue
        if library not in LAYERS[layer]["libraries"]:
            return "is %s's, not for %s" % (library, layer)
        if WRAPPED.get(library, path) != path:
            return "is %s's, which only %s may call" % (library, WRAPPED[library])
        return None
    return "is of no library that this project knows"


def judge(path, line):
    """Why the line may not stand in the file, or None."""
    match = INCLUDE.match(line)
    if match is None:
        return None
    layer = layer_of(path)
    if layer is None:
        return "lies in no layer"
    project, system = match.groups()
    if project is not None:
        return judge_project_header(layer, project)
    if system is not None:
        return judge_system_header(layer, path, system)
    return "names no file"


def check_tree(root):
    """(number of include lines, complaints) of all C files below the folder."""
    count, complaints = 0, []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            if not name.endswith((".c", ".cc", ".h")):
                continue
            full = os.path.join(folder, name)
            path = os.path.relpath(full, root).replace(os.sep, "/")
            with open(full, encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    count += INCLUDE.match(line) is not None
                    reason = judge(path, line)
                    if reason is not None:
                        complaints.append("%s:%d: %s: %s" % (path, number, line.strip(), reason))
    return count, complaints


def test_lines():
    return [
        "%s: %s: %s" % (path, line, "let pass" if refused else "refused")
        for path, line, refused in SELF_TEST
        if (judge(path, line) is not None) != refused
    ]


def test_tree():
    """A bad line deep in a tree is found, with its place."""
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, "engine", "kernels"))
        with open(os.path.join(root, "engine", "kernels", "a.c"), "w", encoding="utf-8") as file:
            file.write("#include <math.h>\n\n#include <gtk/gtk.h>\n")
        count, complaints = check_tree(root)
    if count != 2 or len(complaints) != 1 or not complaints[0].startswith("engine/kernels/a.c:3: "):
        return ["found %d lines, %s" % (count, complaints)]
    return []


def main():
    count, complaints = check_tree(sys.argv[1])
    if count == 0:
        complaints.append("%s holds no include line: is it the source folder?" % sys.argv[1])
    results = [
        ("checker judges lines", test_lines()),
        ("checker reads a tree", test_tree()),
        ("source keeps to its layers, %d include lines" % count, complaints),
    ]

    print("1..%d" % len(results))
    for number, (name, failures) in enumerate(results, 1):
        for failure in failures:
            print("# " + failure)
        print("%s %d - %s" % ("not ok" if failures else "ok", number, name))
    return any(failures for _, failures in results)


sys.exit(main())
