#!/bin/sh
# Compares a clustering with what you know, a CSV of path,person: is-threshold-right.sh OUT/manifest.json TRUTH.csv
set -eu
npx face-sets evaluate "$1" --truth "$2" --json | node -e '
  const result = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log("F1", result.pairwise.f1);'
