import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** What the `onnxruntime-node` package exports. */
export type OnnxRuntime = typeof import('onnxruntime-node');

/** ONNX Runtime reads this variable once, when its library is loaded, from the environment of the process. */
const OPT_OUT = 'ORT_DISABLE_TELEMETRY';

/** ONNX Runtime was not loaded, since it would have sent telemetry. */
export class TelemetryError extends Error {
  override name = 'TelemetryError';
  /** Stable, for programs. */
  readonly code = 'ERR_TELEMETRY_NOT_DISABLED';
}

/** The `onnxruntime-node` package, or the library in it, is not there or does not run on this machine. */
export class OnnxRuntimeMissingError extends Error {
  override name = 'OnnxRuntimeMissingError';
  /** Stable, for programs. */
  readonly code = 'ERR_ONNX_RUNTIME_MISSING';
}

let loaded: OnnxRuntime | undefined;

/**
 * ONNX Runtime, loaded on the first call with its telemetry off. Everything that runs a model goes through here.
 *
 * On Linux and macOS ONNX Runtime 1.30 keeps a device id and a store of events in the user's cache folder and sends
 * both to its maker, unless `ORT_DISABLE_TELEMETRY` is `1` in the environment of the process before its library is
 * loaded. This function sets it, for the rest of the process. A value that is there already is left alone: whoever
 * wants the telemetry sets `ORT_DISABLE_TELEMETRY=0`.
 *
 * `process.env` of a worker thread is a copy that the library does not read, so a worker can only look whether the
 * variable was there when the worker was started. It was, if the main thread imported this package first.
 *
 * @throws {OnnxRuntimeMissingError} when it is not installed, or not for this machine.
 * @throws {TelemetryError} in a worker thread that was started before the variable was set.
 */
export function onnxRuntime(): OnnxRuntime {
  if (loaded) return loaded;
  disableTelemetry();
  if (process.env[OPT_OUT] === undefined) {
    throw new TelemetryError(
      `ONNX Runtime would send telemetry: ${OPT_OUT} is not set, and a worker thread cannot set it; ` +
        `import @face-sets/face-embed in the main thread before the worker is started, or set ${OPT_OUT}=1`,
    );
  }
  // Not an import statement: these run before anything of this file does, and a bundler may move them further up.
  loaded = load();
  // What goes wrong is thrown; ONNX Runtime would print it on standard error as well, several times.
  loaded.env.logLevel = 'fatal';
  return loaded;
}

function load(): OnnxRuntime {
  try {
    return createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime;
  } catch (error) {
    throw new OnnxRuntimeMissingError(
      `onnxruntime-node cannot be loaded on ${process.platform} ${process.arch}: ` +
        `${(error as Error).message.split('\n', 1)[0]}; if its installation failed because a download was blocked, ` +
        'install again with ONNXRUNTIME_NODE_INSTALL=skip in the environment',
      { cause: error },
    );
  }
}

function disableTelemetry(): void {
  if (isMainThread) process.env[OPT_OUT] ??= '1';
}

// When the package is imported, so that workers which are started afterward find it in their copy.
disableTelemetry();
