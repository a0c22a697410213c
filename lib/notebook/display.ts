/**
 * Showing things in a notebook: one output that holds the interactive figure, its PNG and its
 * words. Outside a notebook (tests, scripts) the words are printed.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';

import { checkFigure } from './arguments';
import type { Figure } from './figure';
import { toPng } from './render';

type Bundle = Readonly<Record<string, unknown>>;
type Write = (data: { data: Bundle; metadata: Bundle; transient: Bundle }, update: boolean) => void;

/** tslab's writer of display messages; null outside its kernel. */
function writer(): Write | null {
  try {
    const jupyter = require(
      join(dirname(require.resolve('tslab/package.json')), 'dist', 'jupyter.js'),
    ) as {
      lastWriteDisplayData?: Write | null;
    };
    return jupyter.lastWriteDisplayData ?? null;
  } catch {
    return null;
  }
}

/** A place in the output of a cell that can be written again. */
export class Display {
  private readonly id = randomUUID();
  private shown = false;

  /** Shows, or shows anew, a bundle of representations. */
  write(data: Bundle, metadata: Bundle = {}): void {
    const write = writer();
    if (write) write({ data, metadata, transient: { display_id: this.id } }, this.shown);
    else if (!this.shown) console.log(data['text/plain']);
    this.shown = true;
  }
}

/** Is this process the kernel of a notebook? */
export const inNotebook = (): boolean => writer() !== null;

/**
 * Shows a figure: interactive in JupyterLab and the book, a PNG on GitHub and in untrusted
 * notebooks, words elsewhere.
 *
 * @throws CourseError when it is no figure
 */
export async function show(figure: Figure): Promise<void> {
  checkFigure(figure);
  const png = inNotebook() ? (await toPng(figure)).toString('base64') : '';
  const plot = {
    data: figure.data,
    layout: figure.layout,
    config: { displaylogo: false, responsive: false },
  };
  new Display().write(
    {
      'application/vnd.plotly.v1+json': plot,
      'image/png': png,
      'text/plain': `Figure: ${figure.alt}`,
    },
    { 'image/png': { alt: figure.alt } },
  );
}
