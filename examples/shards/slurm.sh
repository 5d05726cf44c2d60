#!/usr/bin/env bash
#SBATCH --job-name=face-sets
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=24:00:00
#SBATCH --requeue
# Embeds one shard of a library per array task. A task that is requeued goes on where it stopped.
#
#   sbatch --array=1-16 slurm.sh PHOTOS WORK
#   face-sets merge WORK/shard-*.npz WORK/faces.npz      # when all are done
#
# PHOTOS and WORK are on a file system that all nodes see. Ask for the array as --array=1-N, without gaps.
set -euo pipefail
photos=$1 work=$2
if [ "${SLURM_ARRAY_TASK_MIN}" != 1 ]; then
  echo "the array must begin at 1: --array=1-N" >&2
  exit 2
fi
mkdir -p "$work"
exec ${FACE_SETS:-face-sets} embed --quiet \
  --shard "${SLURM_ARRAY_TASK_ID}/${SLURM_ARRAY_TASK_MAX}" \
  "$photos" "$work/shard-${SLURM_ARRAY_TASK_ID}.npz"
