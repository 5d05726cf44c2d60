import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { onnxRuntime } from './onnx-runtime.js';

/** Where the networks run. `auto`: the fastest that the installed ONNX Runtime offers, else the processor. */
export type ExecutionProvider = 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu' | 'auto';

/** The providers that may be asked for. */
export const EXECUTION_PROVIDERS: readonly ExecutionProvider[] = [
  'cpu',
  'cuda',
  'dml',
  'coreml',
  'webgpu',
  'auto',
];

/** The installed ONNX Runtime has no such provider, or it does not start on this machine. */
export class ExecutionProviderError extends Error {
  override name = 'ExecutionProviderError';
}

/** Tried in this order by `auto`. WebGPU is left out: what it computes varies with the driver. */
const AUTO_ORDER: readonly ExecutionProvider[] = ['cuda', 'dml', 'coreml'];

/**
 * The providers to try in turn until one starts. Single operators that a provider lacks are run on the
 * processor by ONNX Runtime itself.
 *
 * @throws {ExecutionProviderError} when the installed runtime does not have the provider.
 */
export function providersToTry(provider: ExecutionProvider): ExecutionProvider[] {
  if (!EXECUTION_PROVIDERS.includes(provider)) {
    throw new ExecutionProviderError(
      `unknown provider "${provider}"; expected one of ${EXECUTION_PROVIDERS.join(', ')}`,
    );
  }
  // The default backend list differs per platform and build: it is asked, not assumed.
  const backends = onnxRuntime().listSupportedBackends();
  const available = backends.map((backend) => backend.name);
  if (provider === 'auto') {
    const installed = (name: string) =>
      backends.some(
        (backend) => backend.name === name && (backend.bundled || (name === 'cuda' && cudaIsInstalled())),
      );
    return [...AUTO_ORDER.filter(installed), 'cpu'];
  }
  if (!available.includes(provider)) {
    throw new ExecutionProviderError(
      `the installed ONNX Runtime has no "${provider}" provider (it has: ${available.join(', ')}); ` +
        'use "cpu", or a machine and build of onnxruntime-node that support it',
    );
  }
  if (provider === 'cuda' && !cudaIsInstalled()) {
    throw new ExecutionProviderError(
      'the CUDA libraries of ONNX Runtime are not installed: run "npm rebuild onnxruntime-node" with ' +
        'ONNXRUNTIME_NODE_INSTALL=cuda12 in the environment, which downloads them, or use provider "cpu"',
    );
  }
  return [provider];
}

/** CUDA is named as supported on every Linux, but its library is only there when it was asked for. */
function cudaIsInstalled(): boolean {
  const runtime = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
  const files = readdirSync(join(runtime, 'bin'), { recursive: true, encoding: 'utf8' });
  return files.some((file) => /onnxruntime_providers_cuda\.(so|dll)$/.test(file));
}
