import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples/shards');
const FACE_SETS = `${process.execPath} ${resolve(import.meta.dirname, '../dist/main.js')}`;
const hasParallel = spawnSync('parallel', ['--version']).status === 0;

describe('the examples for spreading over machines', () => {
  it.skipIf(!hasParallel)(
    'parallel.sh embeds the shards and merges them (skipped without GNU parallel)',
    async () => {
      const { dir } = await toyLibrary('small');
      const work = join(tempDir('parallel'), 'with a space');
      execFileSync('bash', [join(EXAMPLES, 'parallel.sh'), dir, work, '2', '--jobs', '1'], {
        env: { ...process.env, FACE_SETS, FACE_SETS_MODELS: await toyModels() },
        stdio: 'pipe',
      });
      expect(readdirSync(work).sort()).toEqual(['faces.npz', 'shard-1.npz', 'shard-2.npz']);
    },
  );

  it('slurm.sh embeds the share of its array task', async () => {
    const { dir } = await toyLibrary('small');
    const work = tempDir('slurm');
    execFileSync('bash', [join(EXAMPLES, 'slurm.sh'), dir, work], {
      env: {
        ...process.env,
        FACE_SETS,
        FACE_SETS_MODELS: await toyModels(),
        SLURM_ARRAY_TASK_ID: '2',
        SLURM_ARRAY_TASK_MIN: '1',
        SLURM_ARRAY_TASK_MAX: '9',
      },
      stdio: 'pipe',
    });
    expect(readdirSync(work)).toEqual(['shard-2.npz']);
  });

  it('kubernetes.yaml is an Indexed Job whose command embeds one share per index', async () => {
    const job = parse(readFileSync(join(EXAMPLES, 'kubernetes.yaml'), 'utf8'));
    expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', spec: { completionMode: 'Indexed' } });
    const [container] = job.spec.template.spec.containers;
    const shards = container.env.find(({ name }: { name: string }) => name === 'SHARDS').value;
    expect(Number(shards)).toBe(job.spec.completions);
    const { dir } = await toyLibrary('small');
    const work = tempDir('k8s');
    // The container's own command line, with the volumes where they are here.
    const [shell, flag, script] = container.command as string[];
    const here = script!
      .replace('/photos', `"${dir}"`)
      .replace('/shards/', `${work}/`)
      .replace('exec face-sets', FACE_SETS);
    execFileSync(shell!, [flag!, here], {
      env: {
        ...process.env,
        SHARDS: shards,
        JOB_COMPLETION_INDEX: '7',
        FACE_SETS_MODELS: await toyModels(),
      },
      stdio: 'pipe',
    });
    expect(readdirSync(work)).toEqual(['shard-8.npz']);
  });
});
