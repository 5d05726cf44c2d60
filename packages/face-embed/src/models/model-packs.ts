import type { ModelRole } from './model-router.js';

/** One model file of a pack. */
export interface PackFile {
  name: string;
  role: ModelRole;
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
}

/** A set of models that InsightFace publishes as one zip. */
export interface ModelPack {
  name: string;
  /** Where the zip is published. */
  url: string;
  /** Bytes of the zip, where known. */
  size?: number;
  /** Of the zip, lower-case hex, where known. */
  sha256?: string;
  /** Roles that the pack has a model for. */
  roles: readonly ModelRole[];
  /** Its files, where known. */
  files?: readonly PackFile[];
}

/** The pack that is used when none is named. */
export const DEFAULT_PACK = 'buffalo_l';

/** What must be said when InsightFace's models are downloaded. */
export const INSIGHTFACE_LICENSE =
  "InsightFace's pretrained models are for non-commercial research purposes only " +
  '(https://github.com/deepinsight/insightface#license); commercial use needs a license from InsightFace.';

const RELEASE = 'https://github.com/deepinsight/insightface/releases/download/v0.7';

const ALL_ROLES: readonly ModelRole[] = [
  'detection',
  'recognition',
  'landmark_2d_106',
  'landmark_3d_68',
  'genderage',
];

/** The packs known by name. */
export const MODEL_PACKS: Readonly<Record<string, ModelPack>> = Object.fromEntries(
  [
    {
      name: 'buffalo_l',
      size: 288621354,
      sha256: '80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f',
      roles: ALL_ROLES,
      files: [
        {
          name: 'det_10g.onnx',
          role: 'detection',
          size: 16923827,
          sha256: '5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91',
        },
        {
          name: 'w600k_r50.onnx',
          role: 'recognition',
          size: 174383860,
          sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
        },
        {
          name: '2d106det.onnx',
          role: 'landmark_2d_106',
          size: 5030888,
          sha256: 'f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf',
        },
        {
          name: '1k3d68.onnx',
          role: 'landmark_3d_68',
          size: 143607619,
          sha256: 'df5c06b8a0c12e422b2ed8947b8869faa4105387f199c477af038aa01f9a45cc',
        },
        {
          name: 'genderage.onnx',
          role: 'genderage',
          size: 1322532,
          sha256: '4fde69b1c810857b88c64a335084f1c3fe8f01246c9a191b48c7bb756d6652fb',
        },
      ],
    },
    { name: 'buffalo_m', roles: ALL_ROLES },
    { name: 'buffalo_s', roles: ALL_ROLES },
    { name: 'buffalo_sc', roles: ['detection', 'recognition'] },
    { name: 'antelopev2', roles: ALL_ROLES },
  ].map((pack) => [pack.name, { ...pack, url: `${RELEASE}/${pack.name}.zip` } as ModelPack]),
);
