/**
 * Where the course lies around this library: its data, notebooks and commands.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { checkTexts } from './checks';
import { demand } from './errors';

/** The installation this library lies in. */
export const courseRoot = realpathSync(join(__dirname, '..', '..', '..'));

/**
 * A path inside the installation.
 *
 * @throws CourseError when the library is used as a package, without the course around it
 */
export function coursePath(...parts: string[]): string {
  checkTexts('The parts of a path', parts);
  demand(
    existsSync(join(courseRoot, 'bin', 'course.mjs')),
    () => `'${parts.join('/')}' is a part of the course, which the package invicl does not hold.`,
    'Work in a clone of the course for it.',
  );
  return join(courseRoot, ...parts);
}

/**
 * A path inside the installation's data folder.
 *
 * @throws CourseError when the library is used as a package, without the course around it
 */
export const dataPath = (...parts: string[]): string => coursePath('data', ...parts);
