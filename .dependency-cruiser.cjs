/**
 * Which package may import which, lowest first: the house as `docs/design.md` draws it. Tests may use any package; `tools`
 * may use any package, and no package uses `tools` outside its tests.
 */
const ALLOWED = {
  files: [],
  quality: [],
  cluster: [],
  npz: ['files'],
  'cache-npz': ['npz', 'files'],
  photos: ['quality', 'files'],
  manifests: ['quality', 'cache-npz', 'files'],
  'face-embed': ['photos', 'quality', 'cache-npz', 'files'],
  dedup: ['photos', 'quality', 'cluster', 'cache-npz', 'manifests', 'files'],
  people: ['cluster', 'quality', 'cache-npz', 'files'],
  'fsz-export': ['quality', 'cluster', 'cache-npz', 'npz', 'manifests', 'files'],
  outputs: ['fsz-export', 'photos', 'quality', 'cluster', 'cache-npz', 'manifests', 'files'],
  review: ['outputs', 'fsz-export', 'quality', 'cluster', 'cache-npz', 'manifests', 'files'],
  pipeline: [
    ...['review', 'outputs', 'people', 'fsz-export', 'dedup', 'face-embed', 'photos'],
    ...['quality', 'cluster', 'cache-npz', 'manifests', 'files'],
  ],
  cli: ['pipeline'],
};

const siblings = Object.entries(ALLOWED).map(([name, allowed]) => ({
  name: `direction-${name}`,
  comment: `${name} may import only: ${allowed.join(', ') || 'no other package'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: {
    path: '(^|/)(packages|tools)/[^/]+/(src|dist)/',
    pathNot: [name, ...allowed].map((to) => `(^|/)packages/${to}/(src|dist)/`),
  },
}));

module.exports = {
  forbidden: [
    ...siblings,
    {
      name: 'arithmetic-only',
      comment: 'quality and cluster must be installable without a native module',
      severity: 'error',
      from: { path: '^packages/(quality|cluster)/src/' },
      to: { path: 'node_modules/(onnxruntime|sharp|@img)' },
    },
    {
      name: 'npz-in-a-browser',
      comment: 'all of npz but its entry ./file runs in a browser',
      severity: 'error',
      from: { path: '^packages/npz/src/', pathNot: '^packages/npz/src/file/' },
      to: { path: '^packages/(npz/src/file|files)/' },
    },
    {
      name: 'npz-without-node',
      comment: 'all of npz but its entry ./file runs in a browser',
      severity: 'error',
      from: { path: '^packages/npz/src/', pathNot: '^packages/npz/src/file/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'detection-is-injected',
      comment: 'ONNX Runtime is needed where faces are found, and nowhere else',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/face-embed/' },
      to: { path: 'node_modules/onnxruntime' },
    },
    {
      name: 'telemetry-off',
      comment:
        'face-embed/src/models/onnx-runtime.ts loads ONNX Runtime with its telemetry off; use what it returns',
      severity: 'error',
      from: {
        path: '^(packages|tools)/[^/]+/src/',
        pathNot: '^packages/face-embed/src/models/onnx-runtime[.]ts$',
      },
      to: { path: 'node_modules/onnxruntime', dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-cycle', severity: 'error', from: { pathNot: '/dist/' }, to: { circular: true } },
    {
      name: 'declared',
      comment: 'import only what the package itself declares in its package.json',
      severity: 'error',
      from: { path: '^(packages|tools)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: { pathNot: '/dist/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/out-tsc/', '^(packages|tools)/[^/]+/dist/.*[.]d[.]ts[.]map$'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};
