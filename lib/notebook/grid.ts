/**
 * Panels of one figure on a grid: where each lies, its title, and the names of its axes.
 */
import { axis } from './figure';

/** The part of the plot that a panel takes; width and height of the plot are 1. */
export interface PanelBox {
  /** Column from the left and row from above, from 0. */
  readonly column: number;
  readonly row: number;
  /** Left edge and upper edge. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The boxes of `count` panels, row by row, with gaps between columns and between rows. */
export function panelGrid(
  count: number,
  columns: number,
  gapX: number,
  gapY: number,
): readonly PanelBox[] {
  const rows = Math.ceil(count / columns);
  const [width, height] = [(1 - gapX * (columns - 1)) / columns, (1 - gapY * (rows - 1)) / rows];
  return Array.from({ length: count }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [column * (width + gapX), 1 - row * (height + gapY)];
    return { column, row, left, top, width, height };
  });
}

/** What plotly puts behind 'xaxis' for the axis of panel i. */
const axisSuffix = (i: number): string => (i === 0 ? '' : String(i + 1));

/** The axes of panel i, as its traces name them. */
export const panelAxes = (i: number): { readonly xaxis: string; readonly yaxis: string } => ({
  xaxis: `x${axisSuffix(i)}`,
  yaxis: `y${axisSuffix(i)}`,
});

/** Both axes of panel i in the layout. */
export const axesInBox = (
  i: number,
  { left, top, width, height }: PanelBox,
  x: Readonly<Record<string, unknown>>,
  y: Readonly<Record<string, unknown>>,
): Record<string, unknown> => ({
  [`xaxis${axisSuffix(i)}`]: axis({
    domain: [left, left + width],
    anchor: `y${axisSuffix(i)}`,
    ...x,
  }),
  [`yaxis${axisSuffix(i)}`]: axis({
    domain: [top - height, top],
    anchor: `x${axisSuffix(i)}`,
    ...y,
  }),
});

/** The title of a panel, above the middle of its upper edge. */
export const panelTitle = (
  text: string,
  { left, top, width }: PanelBox,
): Record<string, unknown> => ({
  text,
  showarrow: false,
  xref: 'paper',
  yref: 'paper',
  x: left + width / 2,
  y: top,
  yshift: 18,
  xanchor: 'center',
  font: { size: 13 },
});
