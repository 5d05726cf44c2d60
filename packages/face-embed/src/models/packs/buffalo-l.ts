import { insightFacePack } from './insightface.js';

/** The default pack, which the default thresholds are calibrated for. */
export const buffaloL = insightFacePack('buffalo_l', {
  size: 288621354,
  sha256: '80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f',
  calibrated: true,
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
});
