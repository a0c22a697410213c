// npm run reproduce: all notebooks in fresh kernels, then the book and the verdict table.
import fs from 'node:fs';
import path from 'node:path';
import { at, say, seconds } from './setup/base.mjs';
import { setup } from './setup/parts.mjs';
import { verdictsOfCourse } from './outline.mjs';
import { cores, runNotebook, selectNotebooks, sideBySide } from './notebooks.mjs';

export async function reproduce({ only, profile = 'quick', update = false }) {
  const since = Date.now();
  await setup();
  const files = selectNotebooks(only);
  const width = Math.min(cores(), files.length);
  const threads = Math.max(1, Math.floor(cores() / width));
  say('notebooks', `${files.length} in fresh kernels, ${width} at a time, profile ${profile}`);
  const results = await sideBySide(files, width, async (file) => {
    const name = path.basename(file, '.ipynb');
    const out = at('build', 'notebooks', `${name}.ipynb`);
    const onCell = ({ done, of, seconds: took, first }) =>
      say(
        name.slice(0, 2),
        `cell ${String(done).padStart(2)}/${of}  ${took.toFixed(1).padStart(5)} s  ${first}`,
      );
    const end = await runNotebook(file, out, { profile, threads, onCell });
    say(
      name.slice(0, 2),
      end.ok
        ? `${name}: done in ${end.seconds} s, ${end.megabytes} MB`
        : `${name}: FAILED: ${end.failure}`,
    );
    return { name, file, out, ...end };
  });
  const failed = results.filter(({ ok }) => !ok);
  if (update) for (const { ok, out, file } of results) if (ok) fs.copyFileSync(out, file);
  if (update) (await import('./contents.mjs')).contents();
  const { builtCourse, buildBook } = await import('./book.mjs');
  const course = builtCourse();
  const pages = await buildBook(undefined, course);
  say('book', `${pages} pages: build/book/index.html (works offline)`);
  printVerdicts(verdictsOfCourse(course, only ? results.map(({ name }) => name) : null));
  const faults = failed.map(({ name, failure }) => `\n  ${name}: ${failure}`).join('');
  console.log(
    `\n${results.length - failed.length} of ${results.length} notebooks ran` +
      (failed.length ? `; failed: ${faults}` : ''),
  );
  console.log(`Wall time ${seconds(since)}`);
  return failed.length ? 1 : 0;
}

function printVerdicts(verdicts) {
  console.log(`\nVerdicts (${verdicts.length})`);
  for (const { notebook, claim, ours, verdict } of verdicts)
    console.log(
      `${notebook}  ${verdict.toUpperCase().padEnd(18)} ${claim}\n${' '.repeat(23)}ours: ${ours}`,
    );
}
