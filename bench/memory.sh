#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Whether a plan's bytes are what is taken: announced memory, the process' peak, and peak over
# announced, for the passes and sizes that are measured elsewhere. Code, libraries and the BLAS'
# buffers, some 15 to 20 MiB, are in the peak alone.
#
#   bench/memory.sh BUILD [THREADS=2]
set -eu

cli=${1:?the build folder}/src/cli/mien-cli
threads=${2:-2}

row () {
  "$cli" bench "$@" --threads "$threads" --rounds 1 --json | "${PYTHON:-/usr/bin/python3}" -c '
import json, sys
d = json.load(sys.stdin)
said, peak = d["announced_bytes"] / 2**20, d["peak_bytes"] / 2**20
print(f"{sys.argv[1]}: {said:.0f} MiB announced, {peak:.0f} MiB at most, {peak / said:.2f}")' "$*"
}

row forward --batch 1
row forward --batch 8
row train --mode cached --input 224 --batch 32
row train --mode cached --input 96 --batch 32
row train --mode front --input 224 --batch 8
row train --mode naive --input 96 --batch 32
row train --freeze 0 --batch-norm --input 48 --batch 64
