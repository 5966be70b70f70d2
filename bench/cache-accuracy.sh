#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What kept features cost in accuracy: trains the same network with four variants of each picture,
# with pictures as they are, and with pictures augmented anew in every epoch, for some seeds each.
set -eu

usage () {
  cat <<'U'
Usage: cache-accuracy.sh MIEN-CLI DATASET WEIGHTS [EPOCHS [SEED...]]

Trains on the folder DATASET from the weights file WEIGHTS, 10 epochs and the seeds 1 2 3 unless
told. Prints a row a training: mode, seed, epochs, best epoch, validation accuracy and loss,
accuracy on the test split (or the validation one where there is none), seconds. Models, runs and
features go to a temporary folder that is removed at the end. A settings file that names the weights
may stand in the weights' place.
U
}

case "${1-}" in
'' | --help | -h)
  usage
  exit 2
  ;;
esac
[ $# -ge 3 ] || { usage >&2; exit 2; }

cli=$1
dataset=$2
weights=$3
epochs=${4-10}
if [ $# -gt 4 ]; then shift 4; else set -- 1 2 3; fi

case $weights in *.json) from=--settings ;; *) from=--backbone ;; esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export MIEN_FEATURE_CACHE="$folder/features"

# A number of a JSON document.
value () { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }

train () {
  mode=$1
  seed=$2
  shift 2
  "$cli" train "$dataset" -o "$folder/model.safetensors" "$from" "$weights" --epochs "$epochs" \
    --patience 0 --seed "$seed" --run "$folder/$mode-$seed" --json "$@" > "$folder/train.json" \
    2> "$folder/train.log" || { cat "$folder/train.log" >&2; exit 1; }
  "$cli" evaluate "$folder/model.safetensors" "$dataset" --json > "$folder/evaluate.json" 2> /dev/null
  printf '%-12s %6s %6s %6s %10.4f %10.4f %10.4f %9.0f\n' "$mode" "$seed" \
    "$(value "$folder/train.json" epochs)" "$(value "$folder/train.json" best_epoch)" \
    "$(value "$folder/train.json" validation_accuracy)" \
    "$(value "$folder/train.json" validation_loss)" \
    "$(value "$folder/evaluate.json" accuracy)" "$(value "$folder/train.json" seconds)"
}

printf '%-12s %6s %6s %6s %10s %10s %10s %9s\n' mode seed epochs best validation loss test seconds
for seed in "$@"; do
  train variants-4 "$seed" --cache-variants 4
  train as-they-are "$seed" --cache-variants 1
  train anew "$seed" --no-cache
done
