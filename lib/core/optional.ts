/**
 * Packages that are not installed with this library, because only a few functions need them: those
 * functions load them when they are called, and say what to install when they are missing.
 */
import { demand } from './errors';

/** The versions this library is tested with. */
const { peerDependencies: VERSIONS } = require('../../package.json') as {
  readonly peerDependencies: Readonly<Record<string, string>>;
};

/** Is a package installed where this library finds it? */
export function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Refuses to go on without packages that are optional.
 *
 * @param what  what needs them, the first words of the sentence
 * @param names the packages
 * @throws CourseError naming those that are missing and the command that installs them
 */
export function needPackages(what: string, ...names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  const versions = missing.map((name) => `${name}@${VERSIONS[name] ?? 'latest'}`);
  demand(
    missing.length === 0,
    () => `${what} needs ${missing.join(', ')}, not installed here.`,
    `Run 'npm install ${versions.join(' ')}'.`,
  );
}
