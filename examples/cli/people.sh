#!/bin/sh
# Sorts photos by person, without facesets: people.sh PHOTOS OUT MODELS
set -eu
mkdir -p "$2"
npx face-sets embed "$1" "$2/faces.npz" --models "$3"
npx face-sets cluster "$2/faces.npz" "$2/people" --link sym
npx face-sets report "$2/people"
