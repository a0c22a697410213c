/**
 * Galleries of small pictures: rows of pictures with labels, and a menu or a slider that chooses
 * among several such sheets. Every pixel is one cell of a heat map, so that the figure is sharp at
 * every size and shown where no script runs.
 */
import { checkEach, checkList, checkText, checkTexts, checkWord } from '../core/checks';
import { demand, knownKeys, positiveInteger } from '../core/errors';
import { checkChartText } from './arguments';
import type { ChartText } from './charts';
import { WIDTH, layoutOf, type Figure, type Trace } from './figure';

/** Colours of pixels, row by row, as in '#ff8800'. */
export type PixelColours = readonly (readonly string[])[];

/** A row of a sheet; null leaves a place empty. */
export interface GalleryRow {
  readonly label: string;
  readonly pictures: readonly (PixelColours | null)[];
}

/** Rows of pictures that are seen together. */
export interface GallerySheet {
  readonly label: string;
  readonly rows: readonly GalleryRow[];
}

const isPicture = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (row) =>
      Array.isArray(row) &&
      row.length === value.length &&
      row.every((one) => typeof one === 'string' && /^#[0-9a-f]{6}$/.test(one)),
  );

/** Refuses what are no sheets of the same form; returns the side of a picture. */
function checkSheets(sheets: readonly GallerySheet[], columns: readonly string[]): number {
  checkTexts('columns', columns, 1);
  checkEach(
    'sheets',
    sheets,
    'sheets of pictures',
    (name, sheet) => {
      knownKeys(name, sheet as object, ['label', 'rows']);
      const { label, rows } = sheet as GallerySheet;
      checkText(`${name}.label`, label);
      checkEach(
        `${name}.rows`,
        rows,
        'rows of pictures',
        (row, one) => {
          knownKeys(row, one as object, ['label', 'pictures']);
          checkText(`${row}.label`, (one as GalleryRow).label);
          checkList(
            `${row}.pictures`,
            (one as GalleryRow).pictures,
            'squares of colours such as #ff8800',
            (picture) => picture === null || isPicture(picture),
          );
        },
        1,
      );
    },
    1,
  );
  const rows = sheets.flatMap((sheet) => sheet.rows);
  const sides = new Set(
    rows.flatMap(({ pictures }) => pictures.flatMap((one) => one?.length ?? [])),
  );
  demand(
    sides.size === 1 &&
      rows.every(({ pictures }) => pictures.length === columns.length) &&
      sheets.every((sheet) => sheet.rows.length === sheets[0]!.rows.length),
    () =>
      `Sheets of ${sheets.map((sheet) => sheet.rows.length).join(', ')} rows with pictures of ` +
      `${[...sides].join(', ')} pixels were given for ${columns.length} columns.`,
    'Give sheets of as many rows, rows with a picture for each column, and pictures of one size.',
  );
  return [...sides][0]!;
}

/** A sheet as one matrix of numbers of colours, with an empty line between pictures. */
function matrixOf(
  { rows }: GallerySheet,
  side: number,
  columns: number,
  numberOf: (colour: string) => number,
): (number | null)[][] {
  const matrix = Array.from({ length: rows.length * (side + 1) - 1 }, () =>
    new Array<number | null>(columns * (side + 1) - 1).fill(null),
  );
  rows.forEach(({ pictures }, r) =>
    pictures.forEach((picture, c) =>
      picture?.forEach((line, y) =>
        line.forEach((colour, x) => {
          matrix[r * (side + 1) + y]![c * (side + 1) + x] = numberOf(colour);
        }),
      ),
    ),
  );
  return matrix;
}

/** Labels at the middle of each picture. */
const ticksAt = (labels: readonly string[], side: number): Record<string, unknown> => ({
  tickmode: 'array',
  tickvals: labels.map((_, i) => i * (side + 1) + (side - 1) / 2),
  ticktext: labels,
  showgrid: false,
  zeroline: false,
  ticks: '',
  tickfont: { size: 11 },
});

/** The most pixels of the page for each pixel of a picture. */
const MOST_CELL = 13;

/**
 * A gallery of small pictures. Several sheets have a menu or a slider; without a browser the first is
 * shown.
 *
 * @param columns titles of the columns
 * @param control what the menu or the slider chooses; not used with a single sheet
 * @throws CourseError when there are no pictures, they differ in size, or sheets differ in form
 */
export function pictureGallery(
  sheets: readonly GallerySheet[],
  columns: readonly string[],
  text: ChartText,
  control: { readonly by: 'menu' | 'slider'; readonly what: string } = {
    by: 'menu',
    what: 'sheet',
  },
): Figure {
  const side = checkSheets(sheets, columns);
  checkChartText(text);
  knownKeys('The control of a gallery', control, ['by', 'what']);
  checkWord('by', control.by, ['menu', 'slider']);
  checkText('what', control.what);
  const colours = [
    ...new Set(sheets.flatMap(({ rows }) => rows.flatMap(({ pictures }) => pictures.flat(2)))),
  ].filter((one): one is string => one !== null);
  positiveInteger('The number of colours', colours.length, 1, 4096);
  const places = new Map(colours.map((colour, i) => [colour, i]));
  const scale = colours.flatMap((colour, i) => [
    [i / colours.length, colour],
    [(i + 1) / colours.length, colour],
  ]);
  const data = sheets.map((sheet, i): Trace => ({
    type: 'heatmap',
    z: matrixOf(sheet, side, columns.length, (colour) => places.get(colour)!),
    zmin: -0.5,
    zmax: colours.length - 0.5,
    colorscale: scale,
    showscale: false,
    xgap: 1, // with a gap cells are drawn one by one, and stay sharp in the PNG
    ygap: 1,
    hoverinfo: 'skip',
    hoverongaps: false,
    visible: i === 0,
  }));
  const labels = sheets[0]!.rows.map(({ label }) => label);
  const steps = sheets.map(({ label, rows }, i) => ({
    label,
    method: 'update',
    args: [
      { visible: sheets.map((_, k) => k === i) },
      { 'yaxis.ticktext': rows.map((row) => row.label) },
    ],
  }));
  const many = sheets.length > 1;
  const bySlider = many && control.by === 'slider';
  const top = bySlider ? 146 : many ? 128 : 84;
  const all = sheets.flatMap(({ rows }) => rows.map(({ label }) => label.length));
  const left = Math.max(46, 14 + 6.6 * Math.max(...all));
  const across = columns.length * (side + 1) - 1;
  const cell = Math.min(MOST_CELL, Math.floor((WIDTH - left - 20) / across));
  const [width, height] = [across * cell, (labels.length * (side + 1) - 1) * cell];
  const how = bySlider ? 'The slider sets' : 'The menu chooses';
  const note = many ? ` ${how} ${control.what}; printed: ${sheets[0]!.label}.` : '';
  return {
    data,
    layout: layoutOf(text.title, `${text.caption}${note}`, {
      xaxis: { ...ticksAt(columns, side), side: 'top', showline: false },
      yaxis: { ...ticksAt(labels, side), autorange: 'reversed', showline: false },
      plot_bgcolor: '#d5d5d5',
      height: top + height + 110,
      margin: { l: left, r: Math.max(20, WIDTH - left - width), t: top },
      showlegend: false,
      ...(many && !bySlider
        ? {
            updatemenus: [
              {
                buttons: steps,
                x: 0,
                xanchor: 'left',
                y: 1,
                yanchor: 'bottom',
                pad: { b: 26 },
                font: { size: 12 },
              },
            ],
          }
        : {}),
      ...(bySlider
        ? {
            sliders: [
              {
                steps,
                currentvalue: { prefix: `${control.what}: `, font: { size: 12 } },
                y: 1,
                yanchor: 'bottom',
                pad: { b: 26, t: 0 },
                len: 0.9,
                x: 0,
                ticklen: 0,
                minorticklen: 0,
                font: { size: 10 },
              },
            ],
          }
        : {}),
    }),
    alt: text.alt,
  };
}
