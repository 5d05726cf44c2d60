import { basename } from 'node:path';
import type { ModelIdentity } from '@face-sets/cache-npz';
import { fileSha256 } from '@face-sets/files';
import { availableProcessors, onceAsync } from '@face-sets/photos';
import { InvalidArgumentError } from '@face-sets/quality';
import type { InferenceSession } from 'onnxruntime-node';
import { type ExecutionProvider, ExecutionProviderError, providersToTry } from './execution-provider.js';
import { type ModelFolder, readModelFolder } from './find-models.js';
import type { ModelRole } from './model-router.js';
import { type OnnxGraph, readOnnxGraph } from './onnx-graph.js';
import { onnxRuntime } from './onnx-runtime.js';

export interface LoadModelsOptions {
  /** Roles that must be there. Default: detection and recognition. Other roles of the folder stay usable. */
  roles?: readonly ModelRole[];
  /** Threads inside one network call. Default: what `availableProcessors` returns. */
  threads?: number;
  /** Default `cpu`. */
  provider?: ExecutionProvider;
}

/** A model that could not be started. */
export class ModelLoadError extends Error {
  override name = 'ModelLoadError';
}

/**
 * The models of one folder. A network is loaded when it is first used, so a role that is never used costs
 * nothing. Get one with {@link loadModels}.
 */
export class FaceModels {
  /** What it takes to load the same models in another thread: can be posted to it. */
  readonly source: { folder: ModelFolder; options: Pick<LoadModelsOptions, 'threads' | 'provider'> };
  readonly #loaded: InferenceSession[] = [];
  readonly #session = oncePerRole((role) => this.#load(role));
  readonly #graph = oncePerRole((role) => readOnnxGraph(this.path(role)));
  readonly #identity = oncePerRole((role) => this.#identify(role));
  readonly #sessionOptions: InferenceSession.SessionOptions;
  /** Tried in turn; the first is in use, or the next to be tried. */
  #providers: ExecutionProvider[];

  constructor(
    private readonly folder: ModelFolder,
    options: Pick<LoadModelsOptions, 'threads' | 'provider'> = {},
  ) {
    const threads = options.threads ?? availableProcessors();
    if (!(Number.isInteger(threads) && threads >= 1)) {
      throw new InvalidArgumentError(`threads is ${threads}; expected a whole number of 1 or more`);
    }
    this.source = { folder, options: { threads, provider: options.provider } };
    this.#providers = providersToTry(options.provider ?? 'cpu');
    this.#sessionOptions = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Warnings about a graph's unused weights are nothing a user could act on.
      logSeverityLevel: 3,
    };
  }

  /** Absolute path of the folder. */
  get dir(): string {
    return this.folder.dir;
  }

  /** One line for each `.onnx` file of the folder that is not used, with the reason. */
  get notes(): readonly string[] {
    return this.folder.notes;
  }

  /** The roles that the folder has a model for. */
  get roles(): ModelRole[] {
    return Object.keys(this.folder.files) as ModelRole[];
  }

  has(role: ModelRole): boolean {
    return this.folder.files[role] !== undefined;
  }

  /** Name of a role's file (without `.onnx`) and SHA-256 of its bytes. The file is hashed once. */
  async identity(role: ModelRole): Promise<ModelIdentity> {
    return this.#identity(role);
  }

  /**
   * Absolute path of a role's file.
   *
   * @throws {ModelLoadError} when the folder has no model for the role.
   */
  path(role: ModelRole): string {
    const path = this.folder.files[role];
    if (path === undefined) {
      throw new ModelLoadError(
        `${this.folder.dir} holds no model for ${role}; it has ${this.roles.join(', ') || 'none'}`,
      );
    }
    return path;
  }

  /** Inputs, outputs and first nodes of a role's graph. */
  async graph(role: ModelRole): Promise<OnnxGraph> {
    return this.#graph(role);
  }

  /**
   * The running network of a role; loaded on the first call.
   *
   * @throws {ModelLoadError} when the file cannot be loaded.
   * @throws {ExecutionProviderError} when the provider does not start.
   */
  async session(role: ModelRole): Promise<InferenceSession> {
    return this.#session(role);
  }

  /** Frees the networks. The object must not be used afterward. */
  async release(): Promise<void> {
    for (const session of this.#loaded.splice(0)) await session.release();
  }

  async #identify(role: ModelRole): Promise<ModelIdentity> {
    const path = this.path(role);
    return { name: basename(path).replace(/\.onnx$/i, ''), sha256: await fileSha256(path) };
  }

  async #load(role: ModelRole): Promise<InferenceSession> {
    const path = this.path(role);
    for (;;) {
      const [provider, ...others] = this.#providers;
      try {
        const executionProviders = provider === 'cpu' ? ['cpu'] : [provider, 'cpu'];
        const session = await onnxRuntime().InferenceSession.create(path, {
          ...this.#sessionOptions,
          executionProviders,
        });
        this.#loaded.push(session);
        return session;
      } catch (error) {
        const reason = reasonOf(error as Error);
        if (provider === 'cpu') throw new ModelLoadError(`${path} could not be loaded as a model: ${reason}`);
        if (others.length === 0) {
          throw new ExecutionProviderError(
            `${path} could not be started on "${provider}": ${reason}; use provider "cpu"`,
          );
        }
        // What does not start for one network does not for the next either.
        this.#providers = others;
      }
    }
  }
}

/**
 * Prepares the models of a folder. Only the graphs' outlines are read; networks are loaded when first used.
 *
 * @param source a folder of `.onnx` files, or what `findModels` returned
 * @throws {ModelFolderError} when a role is missing or ambiguous.
 * @throws {ExecutionProviderError} when the installed ONNX Runtime lacks the provider.
 * @throws {InvalidArgumentError} when `threads` is not a positive integer.
 */
export async function loadModels(
  source: string | ModelFolder,
  options: LoadModelsOptions = {},
): Promise<FaceModels> {
  const roles = options.roles ?? ['detection', 'recognition'];
  const folder = await readModelFolder(typeof source === 'string' ? source : source.dir, { roles });
  return new FaceModels(folder, options);
}

/** What ONNX Runtime says went wrong, without the place in its source that it says first. */
function reasonOf({ message }: Error): string {
  const [line] = message.split('\n', 1);
  return line!.replace(/^\/\S+:\d+ .* was false\. /, '');
}

function oncePerRole<V>(make: (role: ModelRole) => Promise<V>): (role: ModelRole) => Promise<V> {
  const made = new Map<ModelRole, () => Promise<V>>();
  return (role) => {
    const get = made.get(role) ?? onceAsync(() => make(role));
    made.set(role, get);
    return get();
  };
}
