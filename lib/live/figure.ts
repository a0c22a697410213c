/**
 * What a live figure is: a state, how it is drawn, and what the reader can do to it. A figure is
 * plain data and pure functions, without a page: Node draws the same picture as PNG.
 */

/** Colours of a drawing, on a light or on a dark page. */
export interface Ink {
  readonly text: string;
  readonly soft: string;
  readonly line: string;
  readonly paper: string;
  readonly ar: string;
  readonly invicl: string;
  readonly leak: string;
}

/** Dark on light: the colours of the methods in all figures of the course. */
export const ON_LIGHT: Ink = {
  text: '#222222',
  soft: '#595959',
  line: '#8c8c8c',
  paper: '#ffffff',
  ar: '#0072b2',
  invicl: '#d55e00',
  leak: '#b3005e',
};

/** Light on dark: the same hues, lighter. */
export const ON_DARK: Ink = {
  text: '#eeeeee',
  soft: '#bdbdbd',
  line: '#8c8c8c',
  paper: '#1e1e1e',
  ar: '#62b5e5',
  invicl: '#ff9a52',
  leak: '#ff7ab8',
};

/** What a figure draws on: its width in pixels, and its colours. */
export interface Sheet {
  readonly width: number;
  readonly ink: Ink;
}

/** A place on the sheet, in pixels from its upper left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The content of an svg element, and its height in pixels. */
export interface Drawing {
  readonly height: number;
  readonly svg: string;
}

/** What stands below the drawing and changes the state. */
export type Control<S> =
  | { readonly kind: 'button'; readonly label: string; press(state: S): S }
  | {
      readonly kind: 'range' | 'number';
      readonly label: string;
      /** Controls of the same group stand together. */
      readonly group?: string;
      readonly least: number;
      readonly most: number;
      readonly step: number;
      value(state: S): number;
      change(state: S, value: number): S;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly options: readonly string[];
      value(state: S): string;
      change(state: S, value: string): S;
    };

/** A figure that the reader plays with. */
export interface LiveFigure<S> {
  readonly title: string;
  /** What to do with it, for readers who do not see it and for the PNG. */
  readonly help: string;
  /**
   * The first state.
   *
   * @throws CourseError naming a setting that is unknown or refused
   */
  start(given: object): S;
  draw(state: S, sheet: Sheet): Drawing;
  /** What the figure says now, in sentences. */
  say(state: S): string;
  /** The numbers that it shows, unrounded. */
  numbers(state: S): Readonly<Record<string, number>>;
  /** The controls; there are as many in every later state. */
  controls(state: S): readonly Control<S>[];
  /**
   * The state after the next part of a long computation, or after the whole of it; null when it is
   * done. A page computes it part by part, so that it never waits.
   */
  later?(state: S, whole?: boolean): S | null;
  /** Frees what a state holds, which is unusable afterwards; left out where it is plain data. */
  close?(state: S): void;
  /** A handle of the drawing was dragged to a place. */
  drag?(state: S, handle: string, to: Place, sheet: Sheet): S;
  /**
   * A handle was clicked or touched, or got Enter or the space bar.
   *
   * @param at where it was clicked on the sheet; left out when a key was pressed
   */
  press?(state: S, handle: string, at?: Place, sheet?: Sheet): S;
  /** A handle got an arrow key: dx to the right and dy upwards, one of them 1 or -1. */
  arrow?(state: S, handle: string, dx: number, dy: number): S;
}

/** A state with its long computation done. */
export const completed = <S>(figure: LiveFigure<S>, state: S): S =>
  figure.later?.(state, true) ?? state;
