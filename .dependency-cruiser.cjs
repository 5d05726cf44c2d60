/**
 * Which package may import which. One way through the house:
 *
 *   cli → { face-embed, fsz-export } → { quality, cache-npz };  fsz-export and cli → cluster
 *
 * `quality`, `cluster` and `cache-npz` import no sibling, and the arithmetic packages no native module, so that
 * each can be installed alone. Tests may use any package; `tools` may use any package, and no package uses `tools`
 * outside its tests.
 */
const ALLOWED = {
  quality: [],
  cluster: [],
  'cache-npz': [],
  'face-embed': ['quality', 'cache-npz'],
  'fsz-export': ['quality', 'cache-npz', 'cluster'],
  cli: ['face-embed', 'fsz-export', 'quality', 'cache-npz', 'cluster'],
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
      name: 'detection-is-injected',
      comment: 'fsz-export and cache-npz must be installable without ONNX Runtime',
      severity: 'error',
      from: { path: '^packages/(fsz-export|cache-npz)/src/' },
      to: { path: 'node_modules/onnxruntime' },
    },
    {
      name: 'telemetry-off',
      comment:
        'face-embed/src/onnx-runtime.ts loads ONNX Runtime with its telemetry off; use what it returns',
      severity: 'error',
      from: { path: '^(packages|tools)/[^/]+/src/', pathNot: '^packages/face-embed/src/onnx-runtime[.]ts$' },
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
