/**
 * The folder of the user's machine in which downloads are stored; all clones share it.
 * ICL_COURSE_CACHE moves it.
 */
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** The per-user cache folder of the course. */
export function cacheFolder(): string {
  const given = process.env['ICL_COURSE_CACHE'];
  if (given) return given;
  const base =
    process.env['XDG_CACHE_HOME'] ??
    (platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(base, 'icl-course');
}
