#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Takes the pictures of the window anew: starts the real one on a screen of its own, has it train on the sample data
# set, and renders each view. Needs a build folder, xvfb and dbus:
#
#   docs/screenshots/make.sh [BUILD_FOLDER]      (_build by default)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../_build}
build=$(cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ninja -C "$build" tests/app/mien-screenshot data/gschemas.compiled

# A home of its own, so that the pictures show nothing of whoever takes them.
export HOME="$work" XDG_DATA_HOME="$work/.local/share" XDG_CACHE_HOME="$work/.cache"
export GSETTINGS_BACKEND=memory GSETTINGS_SCHEMA_DIR="$build/data"
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y=none

"$build/src/cli/mien-cli" sample "$work/sample" 2>/dev/null
mkdir "$work/new" "$work/pictures"
for class in joy anger sadness; do
  for picture in "$work/sample/test/$class"/*-00[1-3].*; do
    cp "$picture" "$work/new/"
  done
done
echo "no picture" > "$work/new/notes.png"

shoot () {
  dbus-run-session -- xvfb-run -a -s "-screen 0 1400x1000x24" \
    "$build/tests/app/mien-screenshot" --output "$work/pictures" --predict "$work/new" "$@"
}

shoot --width 1100 --height 760 --save "$work/model.safetensors"
shoot --width 1280 --height 800 --dark --prefix dark- --model "$work/model.safetensors"
shoot --width 400 --height 720 --prefix narrow- --model "$work/model.safetensors"

# Those that the documentation shows, and what a reviewer wants to see beside them.
for name in dataset prepare augmentation mistakes training-running training run evaluation \
  evaluation-curves evaluation-confidence prediction prediction-part dark-evaluation \
  narrow-dataset narrow-training narrow-evaluation narrow-prediction; do
  cp "$work/pictures/$name.png" "$here/"
done
