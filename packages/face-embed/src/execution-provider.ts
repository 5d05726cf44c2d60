import { type InferenceSession, listSupportedBackends } from 'onnxruntime-node';

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
 * The session options that select a provider. ONNX Runtime falls back to the processor for single operators
 * that a provider lacks.
 *
 * @throws {ExecutionProviderError} when the installed runtime does not have the provider.
 */
export function providerOptions(
  provider: ExecutionProvider,
): NonNullable<InferenceSession.SessionOptions['executionProviders']> {
  if (!EXECUTION_PROVIDERS.includes(provider)) {
    throw new ExecutionProviderError(
      `unknown provider "${provider}"; expected one of ${EXECUTION_PROVIDERS.join(', ')}`,
    );
  }
  // The default backend list differs per platform and build: it is asked, not assumed.
  const available = listSupportedBackends().map((backend) => backend.name);
  if (provider === 'auto') {
    return [...AUTO_ORDER.filter((name) => available.includes(name)), 'cpu'];
  }
  if (!available.includes(provider)) {
    throw new ExecutionProviderError(
      `the installed ONNX Runtime has no "${provider}" provider (it has: ${available.join(', ')}); ` +
        'use --provider cpu, or a machine and build of onnxruntime-node that support it',
    );
  }
  return provider === 'cpu' ? ['cpu'] : [provider, 'cpu'];
}
