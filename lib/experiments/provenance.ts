/**
 * What code a run was made with: the commit, and a hash of the library itself, which says so too
 * where there is no clone or the library was edited.
 */
import { execFileSync } from 'node:child_process';
import { checkText } from '../core/checks';
import { demand } from '../core/errors';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The library's folder: the parent of the compiled one. */
const LIBRARY = resolve(__dirname, '..', '..');

/** Answers a question of git's about the library, or null where there is no clone. */
function git(folder: string, ...question: readonly string[]): string | null {
  try {
    const stdio = ['ignore' as const, 'pipe' as const, 'ignore' as const];
    return execFileSync('git', question, { cwd: folder, encoding: 'utf8', stdio }).trim();
  } catch {
    return null;
  }
}

/**
 * The commit of the clone, with a + when the library differs from it; 'none' outside a clone.
 *
 * @param folder the library's folder
 * @throws CourseError when that is no path
 */
export function commitOf(folder = LIBRARY): string {
  checkText("The library's folder", folder);
  const commit = git(folder, 'rev-parse', '--short', 'HEAD');
  if (commit === null) return 'none';
  return git(folder, 'status', '--porcelain', '--', '.') === '' ? commit : `${commit}+`;
}

/** The files below a folder that end in this, without those of the folders that are left out. */
function filesBelow(folder: string, ending: string, without: readonly string[] = []): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return without.includes(entry.name) ? [] : filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

/**
 * The first 12 hex digits of SHA-256 over the library's sources, by path; over its compiled code
 * where there are no sources.
 *
 * @param folder the library's folder
 * @throws CourseError when that holds no library
 */
export function codeHash(folder = LIBRARY): string {
  checkText("The library's folder", folder);
  const hasSources = existsSync(join(folder, 'index.ts'));
  demand(
    hasSources || existsSync(join(folder, 'dist')),
    () => `'${folder}' holds no library: a file 'index.ts', or a folder 'dist'.`,
    'Leave it out for the library that runs.',
  );
  const files = hasSources
    ? filesBelow(folder, '.ts', ['dist', 'node_modules'])
    : filesBelow(join(folder, 'dist'), '.js');
  const names = files.map((file) => relative(folder, file).split('\\').join('/'));
  const hash = createHash('sha256');
  for (const name of names.sort())
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** What all records of a run say of its code and its day. */
export const provenance = (): {
  readonly commit: string;
  readonly code: string;
  readonly date: string;
} => ({
  commit: commitOf(),
  code: codeHash(),
  date: new Date().toISOString().slice(0, 10),
});
