// The check of package-lock.json in npm test. It needs no network: the versions with published
// advisories are listed in refused-packages.json.
import fs from 'node:fs';
import semver from 'semver';
import { at, Fault } from './setup/base.mjs';

const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/**
 * What is wrong with a lock file, one phrase for each fault: a refused version, or a package that
 * is neither a folder of this repository nor a registry package with a checksum.
 */
export function faultsOf(lock, refused) {
  return Object.entries(lock.packages)
    .filter(([place, { link }]) => place.includes('node_modules/') && !link)
    .flatMap(([place, { name, version, resolved, integrity }]) => {
      const packageName = name ?? place.split('node_modules/').pop();
      const is = `${packageName}@${version} (${place})`;
      const found = refused
        .filter(
          (entry) =>
            entry.package === packageName &&
            semver.satisfies(version, entry.range, { includePrerelease: true }),
        )
        .map(({ range, advisory, reason }) => `${is} is refused: ${range}, ${advisory}, ${reason}`);
      if (!integrity) found.push(`${is} has no checksum`);
      if (resolved) found.push(`${is} comes from outside the registry: ${resolved}`);
      return found;
    });
}

/** Refuses package-lock.json (or another lock file) with every fault in a line of its own. */
export function checkLockFile(file = at('package-lock.json')) {
  const faults = faultsOf(readJson(file), readJson(at('bin', 'refused-packages.json')));
  if (faults.length)
    throw new Fault(
      `${file} names packages that may not be installed:\n${faults.join('\n')}\n`,
      'raise the version, override it in package.json, or put a stand-in into bin/stubs.',
    );
}
