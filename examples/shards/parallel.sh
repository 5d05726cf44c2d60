#!/usr/bin/env bash
# Embeds a library in shards with GNU parallel, on this machine or on several (--sshlogin), and merges them.
#
#   ./parallel.sh PHOTOS WORK SHARDS [options of parallel, such as --jobs 2 or --sshlogin host1,host2 …]
#
# PHOTOS and WORK must be at the same paths on all machines (a network share). Run it again after an interruption:
# each shard goes on where it stopped. FACE_SETS_MODELS names the models; FACE_SETS the command (default face-sets).
set -euo pipefail
photos=$1 work=$2 shards=$3
shift 3
face_sets=${FACE_SETS:-face-sets}
mkdir -p "$work"
parallel "$@" --halt soon,fail=1 --env FACE_SETS_MODELS \
  "$face_sets embed --quiet --shard {}/$shards" "$(printf %q "$photos")" "$(printf %q "$work")/shard-{}.npz" \
  ::: $(seq "$shards")
rm -f "$work/faces.npz"
eval "$face_sets merge $(for i in $(seq "$shards"); do printf '%q ' "$work/shard-$i.npz"; done) $(printf %q "$work/faces.npz")"
