#!/bin/sh
# How many files hold a photo that another file holds too: duplicates.sh FACES.npz
set -eu
npx face-sets dedup "$1" --json | node -e '
  const { summary } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log(summary);'
