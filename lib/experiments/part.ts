/**
 * A part of the course: what it brings to the registry and to figures.
 */
import type { Experiment } from './experiment';

/** How a method or baseline is drawn: the same in every figure of the course. */
export interface LineStyle {
  /** As '#RRGGBB'. */
  readonly color: string;
  readonly dash: 'solid' | 'dash' | 'dot' | 'dashdot';
  /** The form of its points, so that lines are told apart without colours; left out: no points. */
  readonly marker?: Marker;
}

/** Forms of points that are told apart at seven pixels. */
export const MARKERS = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'triangle-down',
  'x',
  'star',
  'cross',
  'hexagon',
] as const;

/** The form of the points of a line. */
export type Marker = (typeof MARKERS)[number];

/** A line without gaps. */
export const solid = (color: string, marker: Marker = 'circle'): LineStyle => ({
  color,
  dash: 'solid',
  marker,
});
/** A baseline that is not trained: never a line without gaps. */
export const trivial = (color: string, dash: LineStyle['dash'] = 'dash'): LineStyle => ({
  color,
  dash,
});

/** A part of the course, in a folder of its own below lib/parts. */
export interface Part {
  /** The name of its folder, and its key in notebooks/parts.json. */
  readonly key: string;
  readonly experiments: readonly Experiment[];
  /** By the name of a method or baseline. */
  readonly styles: Readonly<Record<string, LineStyle>>;
}
