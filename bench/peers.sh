#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The engine beside PyTorch and PIL on the same work, in turn, so that a machine's drift meets both:
# training from scratch, a step on cached features with its memory, and augmented input. In the end
# the error of pool5 against double precision.
#
#   apt-get install python3-torch python3-torchvision python3-pil
#   ninja -C BUILD src/cli/mien-cli bench/bench-pool5-error
#   bench/peers.sh BUILD [ROUNDS=3] [THREADS=2]
set -eu

build=${1:?the build folder}
rounds=${2:-3}
threads=${3:-2}
here=$(cd "$(dirname "$0")" && pwd)
cli=$build/src/cli/mien-cli
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# PyTorch may start with one thread unless it is told.
export OMP_NUM_THREADS=$threads

mkdir "$work/pictures"
"$python" "$here/pil-input.py" make "$work/pictures"

record () { # row who command…
  local row=$1 who=$2
  shift 2
  "$@" | tail -n 1 | sed "s/^/$row $who /" | tee -a "$work/rows"
}

# Rate and peak in the form of torch-step.py.
ours () {
  "$cli" bench train --json --threads "$threads" "$@" | "$python" -c 'import json, sys
d = json.load(sys.stdin)
print("%.2f img/s, %.0f MiB" % (d["pictures_per_second"], d["peak_bytes"] / 2**20))'
}

for _ in $(seq "$rounds"); do
  record scratch-48 peer "$python" "$here/torch-step.py" scratch "$threads" 48 64
  record scratch-48 ours ours --freeze 0 --batch-norm --input 48 --batch 64
  record cached-224 peer "$python" "$here/torch-step.py" cached "$threads" 224 32
  record cached-224 ours ours --mode cached --input 224 --batch 32
  record input peer "$python" "$here/pil-input.py" run "$work/pictures"
  record input ours "$cli" bench input "$work/pictures" --threads 1
done

"$python" - "$work/rows" <<'P'
import statistics, sys
rates, peaks = {}, {}
for line in open(sys.argv[1]):
    row, who, *rest = line.replace(",", "").split()
    rates.setdefault(row, {}).setdefault(who, []).append(float(rest[0]))
    if len(rest) > 2:
        peaks.setdefault(row, {}).setdefault(who, []).append(float(rest[2]))
for what, table in (("img/s", rates), ("MiB", peaks)):
    for row, sides in table.items():
        ours, peer = (statistics.median(sides[who]) for who in ("ours", "peer"))
        ratio = ours / peer if what == "img/s" else peer / ours
        print(f"{row}: {ratio:.2f}x ({ours:.2f} {what} beside {peer:.2f}, medians)")
P

for batch in 1 8; do
  echo "batch $batch: $("$build/bench/bench-pool5-error" 224 "$batch")"
done
