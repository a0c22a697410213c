/** Galleries of small pictures. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { notebook as nb, pictures } from 'invicl';

import { allRefused } from '../helpers';

const text = { title: 'A gallery', caption: 'Drawn.', alt: 'Pictures.' };
const [RED, BLACK, WHITE] = ['#ff0000', '#000000', '#ffffff'];
const one = [
  [RED!, BLACK!],
  [BLACK!, RED!],
];
const other = [
  [WHITE!, WHITE!],
  [BLACK!, RED!],
];
const sheet = (label: string, ...rows: (nb.PixelColours | null)[][]): nb.GallerySheet => ({
  label,
  rows: rows.map((row, i) => ({ label: `row ${i + 1}`, pictures: row })),
});

/** The colour that a figure gives to each cell of a sheet; '' where there is none. */
function shown(figure: nb.Figure, i: number): string[][] {
  const { z, zmin, zmax, colorscale } = figure.data[i] as unknown as {
    readonly z: (number | null)[][];
    readonly zmin: number;
    readonly zmax: number;
    readonly colorscale: readonly (readonly [number, string])[];
  };
  const colourAt = (share: number): string =>
    colorscale.filter(([from]) => from <= share).at(-1)![1];
  return z.map((row) =>
    row.map((value) => (value === null ? '' : colourAt((value - zmin) / (zmax - zmin)))),
  );
}

test('every pixel is a cell of its colour, with an empty line between pictures', () => {
  const figure = nb.pictureGallery([sheet('a', [one, null], [other, one])], ['x', 'y'], text);
  assert.deepEqual(shown(figure, 0), [
    [RED, BLACK, '', '', ''],
    [BLACK, RED, '', '', ''],
    ['', '', '', '', ''],
    [WHITE, WHITE, '', RED, BLACK],
    [BLACK, RED, '', BLACK, RED],
  ]);
  assert.equal(figure.layout['updatemenus'], undefined, 'a single sheet has no menu');
});

test('a menu and a slider show one sheet at a time, the first at the beginning', () => {
  const sheets = [sheet('a', [one]), sheet('b', [other])];
  for (const by of ['menu', 'slider'] as const) {
    const { data, layout } = nb.pictureGallery(sheets, ['x'], text, { by, what: 'the sheet' });
    assert.deepEqual(
      data.map(({ visible }) => visible),
      [true, false],
    );
    assert.equal(Array.isArray(layout['updatemenus']), by === 'menu');
    assert.equal(Array.isArray(layout['sliders']), by === 'slider');
    const words = JSON.stringify(layout);
    assert.ok(words.includes('the sheet') && words.includes('printed: a'));
  }
});

test('colours of a picture are those of its channels, in as many levels as asked', () => {
  const [, red] = pictures.PIXEL_COLOURS.keys();
  const picture = new Array<number>(pictures.PICTURE_SIDE ** 2).fill(red!);
  const channels = pictures.channelsOf(picture);
  assert.ok(pictures.pixelColours(channels).every((row) => row.every((one) => one === RED)));
  const grey = channels.map(() => 0.45);
  assert.equal(pictures.pixelColours(grey, 3)[0]![0], '#808080');
  assert.equal(pictures.pixelColours(grey, 2)[0]![0], BLACK);
});

test('sheets that differ in form are refused in one sentence', async (t) => {
  const three = [...one, [RED!, RED!]].map((row) => [...row, RED!]);
  await allRefused(t, [
    [() => nb.pictureGallery([], ['x'], text), 'sheets', 'at least 1'],
    [() => nb.pictureGallery([sheet('a', [one])], ['x', 'y'], text), '2 columns'],
    [() => nb.pictureGallery([sheet('a', [one, three])], ['x', 'y'], text), '2, 3 pixels'],
    [() => nb.pictureGallery([sheet('a', [one]), sheet('b')], ['x'], text), 'rows'],
    [() => nb.pictureGallery([sheet('a', [[['red']]])], ['x'], text), 'squares of colours'],
    [
      () =>
        nb.pictureGallery([sheet('a', [one])], ['x'], text, { by: 'wheel' as 'menu', what: 'it' }),
      'wheel',
    ],
  ]);
});
