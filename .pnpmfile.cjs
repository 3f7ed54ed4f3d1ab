/**
 * Makes the changes that `publishConfig` cannot express. A published package declares ranges instead of exact versions.
 * It omits dependencies that are bundled into `dist` (`packed.inlined`) or that only unpublished programs need
 * (`packed.omitted`), and declares those of some entry points as optional peers (`packed.optional`).
 */
function beforePacking(manifest) {
  const { inlined = [], omitted = [], optional = {} } = manifest.packed ?? {};
  delete manifest.packed;
  delete manifest.devDependencies;
  for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
    if (inlined.includes(name) || omitted.includes(name) || name in optional)
      delete manifest.dependencies[name];
    else manifest.dependencies[name] = `^${version}`;
  }
  for (const [name, range] of Object.entries(optional)) {
    manifest.peerDependencies[name] = range;
    manifest.peerDependenciesMeta[name] = { optional: true };
  }
}

module.exports = { hooks: { beforePacking } };
