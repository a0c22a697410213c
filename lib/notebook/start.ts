/**
 * The first cell of every notebook: waits for the backend, checks the kernel, tells the profile.
 */
import { existsSync, realpathSync } from 'node:fs';

import { ready } from '../core/backend';
import { checkText } from '../core/checks';
import { courseRoot } from '../core/coursepath';
import { CourseError, lookUp } from '../core/errors';

/**
 * How much work a notebook does: `quick` for two cores and minutes, `full` for the paper's sizes.
 */
export type Profile = 'quick' | 'full';

/**
 * The profile of this run, from ICL_PROFILE (default quick).
 *
 * @throws CourseError quoting an unknown profile
 */
export function profile(): Profile {
  const name = process.env['ICL_PROFILE'] || 'quick';
  return lookUp<Profile>('profile (ICL_PROFILE)', { quick: 'quick', full: 'full' }, name);
}

const realPath = (folder: string): string => (existsSync(folder) ? realpathSync(folder) : folder);

/**
 * Checks that the kernel belongs to this installation.
 *
 * @throws CourseError when the kernel was started by another one
 */
export function checkKernel(kernelRoot = process.env['ICL_COURSE_ROOT']): void {
  if (kernelRoot !== undefined) checkText("The kernel's installation", kernelRoot);
  if (kernelRoot && realPath(kernelRoot) !== courseRoot)
    throw new CourseError(
      `This notebook belongs to '${courseRoot}', ` +
        `but its kernel was started by the installation '${kernelRoot}'.`,
      "Close it, run 'npm start' in the notebook's own installation, and open it there.",
    );
}

/**
 * Makes everything ready and says in one line what the notebook runs on.
 *
 * @returns the profile
 * @throws CourseError when the kernel belongs to another installation or the profile is unknown
 */
export async function start(): Promise<{ readonly profile: Profile; readonly backend: string }> {
  checkKernel();
  const { backend, speed } = await ready();
  console.log(`Backend: ${speed}. Profile: ${profile()}.`);
  return { profile: profile(), backend };
}
