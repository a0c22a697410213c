/** A book of one page with live figures, for the browser. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Browser, NO_BROWSER, browserPath, type Page } from '../bin/browser';
import { WATCH } from '../bin/hostile';
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

/** A book of these outputs in a browser, for the tests of one file. */
export interface LiveBook {
  /** What skips a test where there is no browser. */
  readonly skip: string | false;
  /** The page as a file, once the tests run. */
  file(): string;
  /** The page, with its figures running. */
  opened(width: number): Promise<Page>;
}

/**
 * Writes the book and starts the browser before the tests of a file, and ends it after them.
 *
 * @param running figures that run; the other outputs are none
 */
export function liveBook(outputs: readonly object[], running = outputs.length): LiveBook {
  const chromium = browserPath();
  let [file, browser]: [string, Browser | null] = ['', null];
  before(async () => {
    if (chromium === undefined) return;
    file = await bookWith(outputs);
    browser = new Browser(chromium);
  });
  after(() => browser?.close());
  return {
    skip: chromium === undefined && NO_BROWSER,
    file: () => file,
    opened: async (width) => {
      const page = await browser!.open(pathToFileURL(file).href, { before: WATCH, width });
      const all = `document.querySelectorAll('.icl-live').length === ${running}`;
      await page.until(all, `${running} figures run`);
      return page;
    },
  };
}

/** The program of live figures, as the book and JupyterLab load it. */
export async function program(): Promise<string> {
  const { liveBundle } = (await load('live/bundle.mjs')) as { liveBundle(): Promise<string> };
  return liveBundle();
}
