import type { InferenceSession } from 'onnxruntime-node';
import { onnxRuntime } from './onnx-runtime.js';

/** Runs a network that has one input; returns its outputs in the order in which the network names them. */
export async function runNetwork(
  session: InferenceSession,
  input: Float32Array,
  shape: readonly number[],
): Promise<Float32Array[]> {
  const { Tensor } = onnxRuntime();
  const outputs = await session.run({ [session.inputNames[0]]: new Tensor('float32', input, shape) });
  return session.outputNames.map((name) => outputs[name].data as Float32Array);
}
