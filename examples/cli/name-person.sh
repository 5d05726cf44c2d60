#!/bin/sh
# Calls a faceset by a name, and exports again, so that its bundles have it: name-person.sh RUN_OUT faceset_001 NAME MODELS
set -eu
echo "$3" > "$1/facesets_swap_ready/$2/NAME.txt"
npx face-sets export-swap "$1/faces.npz" "$1/refined/refine_manifest.json" "$1/facesets_swap_ready" --models "$4"
ls "$1/facesets_swap_ready/$2"
