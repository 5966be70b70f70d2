#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the network that comes along is worth on the sample data set: trains on it from scratch and
# with what Mien offers for it, for some seeds each.
set -eu

usage () {
  cat <<'U'
Usage: sample-backbone.sh MIEN-CLI [SEED...]

Writes the sample and trains on it, with the seeds 1 2 3 unless told. Prints a row a training: what
it started from, seed, epochs, best epoch, first epoch with 97 % or more of the validation pictures
and the seconds until then, seconds in all, accuracy on the test pictures. Everything goes to a
temporary folder that is removed at the end.
U
}

case "${1-}" in
'' | --help | -h)
  usage
  exit 2
  ;;
esac

cli=$1
shift
[ $# -gt 0 ] || set -- 1 2 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$cli" sample "$folder/sample" >/dev/null

# A number of a JSON document.
value () { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }

# From the history of a run: the first epoch at 97 % or more, and the seconds until its end.
reached () {
  python3 - "$1/history.csv" <<'P'
import csv
import sys

seconds = 0.0
for row in csv.DictReader(open(sys.argv[1])):
    seconds += float(row["seconds"])
    if float(row["validation_accuracy"]) >= 0.97:
        print(row["epoch"], f"{seconds:.1f}")
        break
else:
    print("- -")
P
}

row () {
  from=$1
  seed=$2
  shift 2
  run=$folder/$from-$seed
  "$cli" train "$folder/sample" -o "$run.safetensors" --seed "$seed" --run "$run" --json "$@" \
    >"$run.json" 2>/dev/null
  "$cli" evaluate "$run.safetensors" "$folder/sample" --split test --json >"$run-test.json" \
    2>/dev/null
  echo "$from $seed $(value "$run.json" epochs) $(value "$run.json" best_epoch) $(reached "$run")" \
    "$(value "$run.json" seconds) $(value "$run-test.json" accuracy)"
}

echo "from seed epochs best_epoch epoch_97 seconds_97 seconds test_accuracy"
for seed in "$@"; do
  row scratch "$seed" --backbone scratch
  row offered "$seed"
done
