/** A book of one page with live figures, for the browser. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const LIVE = 'application/vnd.icl.live+json';

const load = (name: string): Promise<unknown> =>
  import(pathToFileURL(join(root, 'bin', name)).href);

/** The outputs as cells of a notebook, each with a picture and words. */
export function notebookWith(outputs: readonly object[]): object {
  const title = '# A title\n\n**A claim.**\n\n*Reading: 1 minute. Running: about 1 second.*';
  const cells = outputs.map((output, i) => ({
    cell_type: 'code',
    id: `c${i}`,
    metadata: {},
    execution_count: 1,
    source: `nb.live${i}()`,
    outputs: [
      {
        output_type: 'display_data',
        metadata: {},
        data: { [LIVE]: output, 'image/png': PIXEL, 'text/plain': `Live figure ${i}.` },
      },
    ],
  }));
  const first = { cell_type: 'markdown', id: 'title', metadata: {}, source: title };
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [first, ...cells] };
}

/** Writes a book with one notebook of these outputs; gives its page. */
export async function bookWith(outputs: readonly object[]): Promise<string> {
  const { writeBook } = (await load('book.mjs')) as {
    writeBook(folder: string, course: unknown, entries: readonly object[]): Promise<number>;
  };
  const { readCourse } = (await load('outline.mjs')) as { readCourse(from: string): unknown };
  const folder = scratch();
  const part = {
    title: 'P',
    from: 0,
    to: 9,
    folder: 'none',
    about: 'A part.',
    papers: [{ citation: 'c', link: 'https://a.b' }],
  };
  fs.writeFileSync(join(folder, 'parts.json'), JSON.stringify([part]));
  fs.writeFileSync(join(folder, '00-live.ipynb'), JSON.stringify(notebookWith(outputs)));
  const book = scratch();
  await writeBook(book, readCourse(folder), []);
  return join(book, '00-live.html');
}

/** The program of live figures, as the book and JupyterLab load it. */
export async function program(): Promise<string> {
  const { liveBundle } = (await load('live/bundle.mjs')) as { liveBundle(): Promise<string> };
  return liveBundle();
}
