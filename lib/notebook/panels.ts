/**
 * Several charts in one figure, charts with a slider, and paths over a landscape.
 */
import { checkFields, checkNumbers, checkRows, checkText, ifGiven } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import { checkAxes, checkChartText, checkLines, checkLinesOfEach, checkRange } from './arguments';
import { heightOfLegend, namesIn, type ChartText } from './charts';
import { axis, axisTitles, layoutOf, type Figure, type Trace } from './figure';
import { axesInBox, panelAxes, panelGrid, panelTitle } from './grid';
import { lineTraces, logTicks, trainedRange, yAxisOf, type Line, type LineAxes } from './lines';
import { styleOf } from './palette';

/** A chart among others. */
export interface LinePanel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The range of training of this panel, where it is not that of the axes. */
  readonly trained?: readonly [number, number];
}

/** About how many ticks of a log axis have room under a panel: few where their labels are long. */
const ticksUnder = (values: readonly number[]): number => (Math.max(...values) < 100 ? 6 : 3);

/**
 * Line charts side by side, two in a row, with the same axes. Lines of the same name share a legend
 * entry.
 *
 * @throws CourseError when there are no panels, or naming what of them is not as it has to be
 */
export function linePanels(panels: readonly LinePanel[], axes: LineAxes, text: ChartText): Figure {
  checkLinesOfEach('panels', panels, 'title', { trained: ifGiven(checkRange) });
  checkAxes(axes);
  checkChartText(text);
  const rows = Math.ceil(panels.length / 2);
  const grid = panelGrid(panels.length, 2, 0.13, rows > 1 ? 0.36 / rows : 0);
  const inLegend = new Set<string>();
  const data = panels.flatMap(({ lines }, i) =>
    lineTraces(lines, axes).map((trace): Trace => {
      const name = trace['name'] as string | undefined;
      const first = name !== undefined && !inLegend.has(name);
      if (first) inLegend.add(name);
      return { ...trace, ...panelAxes(i), ...(first ? {} : { showlegend: false }) };
    }),
  );
  const ranges = panels.flatMap(({ trained = axes.trained }, i) =>
    trainedRange(trained, i).map((range) => {
      const showlegend = !inLegend.has(range.name);
      inLegend.add(range.name);
      return { ...range, showlegend };
    }),
  );
  const xAxisOf = (lines: readonly Line[]): Record<string, unknown> => {
    const values = lines.flatMap(({ x }) => x);
    return axes.logX ? logTicks(values, ticksUnder(values)) : {};
  };
  const inBoxes = grid.map((box, i) => {
    const { lines } = panels[i]!;
    return axesInBox(i, box, xAxisOf(lines), yAxisOf(axes, lines));
  });
  const titles = panels.map(({ title }, i) => panelTitle(title, grid[i]!));
  return {
    data,
    layout: layoutOf(text.title, text.caption, {
      ...(Object.assign({}, ...inBoxes) as Record<string, unknown>),
      annotations: [...titles, ...axisTitles(axes.x, axes.y)],
      shapes: ranges,
      height: Math.max(190 + 230 * rows, heightOfLegend(inLegend.size)),
      margin: { t: 84 },
    }),
    alt: text.alt,
  };
}

/** What a chart shows at one position of its slider, or at one entry of its menu. */
export interface SliderStop {
  readonly label: string;
  readonly lines: readonly Line[];
}

/** What the longest legend needs, below the control. */
const heightOfStops = (stops: readonly SliderStop[]): number =>
  30 + heightOfLegend(Math.max(...stops.map(({ lines }) => namesIn(lines))));

/**
 * A line chart with a slider; every stop has lines of the same names. Without a browser, the stop
 * `first` is shown.
 *
 * @throws CourseError when there are no stops or no stop `first`, or naming what is not as it has to
 *   be
 */
export function sliderChart(
  stops: readonly SliderStop[],
  axes: LineAxes,
  text: ChartText,
  slider: string,
  first = 0,
): Figure {
  checkText('slider', slider);
  return oneOfStops(stops, axes, text, first, `The slider sets ${slider}`, (steps) => ({
    sliders: [
      {
        active: first,
        steps,
        currentvalue: { prefix: `${slider}: `, font: { size: 12 } },
        y: 1.3, // its tick labels stay above the plot
        len: 0.6,
        x: 0.4,
        pad: { t: 0 },
        ticklen: 0,
        minorticklen: 0,
        font: { size: 10 },
      },
    ],
    height: Math.max(496, heightOfStops(stops)),
    margin: { t: 146 },
  }));
}

/**
 * A line chart with a menu: what `sliderChart` is for settings that have names and no order.
 *
 * @throws CourseError as `sliderChart`
 */
export function menuChart(
  stops: readonly SliderStop[],
  axes: LineAxes,
  text: ChartText,
  menu: string,
  first = 0,
): Figure {
  checkText('menu', menu);
  return oneOfStops(stops, axes, text, first, `The menu chooses ${menu}`, (buttons) => ({
    updatemenus: [{ active: first, buttons, x: 0, xanchor: 'left', y: 1.16, font: { size: 12 } }],
    showlegend: true, // an entry may have one line only
    height: Math.max(480, heightOfStops(stops)),
    margin: { t: 110 },
  }));
}

/** A line chart of one stop; `control` says how it is chosen, `chosenBy` is that in the layout. */
function oneOfStops(
  stops: readonly SliderStop[],
  axes: LineAxes,
  text: ChartText,
  first: number,
  control: string,
  chosenBy: (steps: readonly unknown[]) => Readonly<Record<string, unknown>>,
): Figure {
  checkLinesOfEach('stops', stops, 'label');
  checkAxes(axes);
  checkChartText(text);
  positiveInteger('first', first, 0, stops.length - 1);
  const perStop = stops.map(({ lines }) => lineTraces(lines, axes));
  const counts = perStop.map((traces) => traces.length);
  const steps = stops.map(({ label }, i) => ({
    label,
    method: 'restyle',
    args: [{ visible: counts.flatMap((count, k) => new Array<boolean>(count).fill(k === i)) }],
  }));
  const lines = stops.flatMap((stop) => stop.lines);
  return {
    data: perStop.flatMap((traces, i) =>
      traces.map((trace) => ({ ...trace, visible: i === first })),
    ),
    layout: layoutOf(text.title, `${text.caption} ${control}; printed: ${stops[first]!.label}.`, {
      xaxis: axis(axes.logX ? logTicks(lines.flatMap(({ x }) => x)) : {}),
      yaxis: yAxisOf(axes, ...stops.map((stop) => stop.lines)),
      annotations: axisTitles(axes.x, axes.y),
      shapes: trainedRange(axes.trained),
      ...chosenBy(steps),
    }),
    alt: text.alt,
  };
}

/** A height over the plane. */
export interface Landscape {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** height[row of y][column of x] */
  readonly height: readonly (readonly number[])[];
}

/** Refuses a landscape that does not lie over its coordinates. */
function checkLandscape(landscape: Landscape): void {
  const numbers = (name: string, values: unknown): void => checkNumbers(name, values, 2);
  checkFields('landscape', landscape, { x: numbers, y: numbers, height: checkRows });
  const { x, y, height } = landscape;
  demand(
    height.length === y.length && height[0]!.length === x.length,
    () =>
      `The landscape has ${height.length} x ${height[0]!.length} heights over ${y.length} values ` +
      `of y and ${x.length} of x.`,
    'Give a row for each y, and in it a height for each x.',
  );
}

/**
 * Paths over the contours of a landscape, each point marked; a star marks the least squares
 * solution.
 *
 * @throws CourseError when the heights do not fit their coordinates, or naming what is not as it has
 *   to be
 */
export function pathsOver(
  landscape: Landscape,
  paths: readonly Line[],
  goal: readonly [number, number],
  axes: LineAxes,
  text: ChartText,
): Figure {
  checkLandscape(landscape);
  checkLines(paths, 'paths');
  checkNumbers('goal', goal, 2);
  checkAxes(axes);
  checkChartText(text);
  const { x, y, height } = landscape;
  const contours: Trace = {
    type: 'contour',
    x,
    y,
    z: height.map((row) => row.map((value) => Math.log10(Math.max(value, 1e-6)))),
    contours: { coloring: 'lines' },
    colorscale: [
      [0, '#cccccc'],
      [1, '#cccccc'],
    ],
    line: { width: 1 },
    showscale: false,
    hoverinfo: 'skip',
    ncontours: 14,
  };
  const lines = paths.map((path): Trace => {
    const { marker, ...stroke } = styleOf(path.name);
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: path.name,
      x: path.x,
      y: path.y,
      line: { ...stroke, width: 2.2 },
      marker: { color: stroke.color, size: 6, ...(marker ? { symbol: marker } : {}) },
    };
  });
  const star: Trace = {
    type: 'scatter',
    mode: 'markers',
    name: 'least squares',
    x: [goal[0]],
    y: [goal[1]],
    marker: { symbol: 'star', size: 14, color: '#222222' },
  };
  return {
    data: [contours, ...lines, star],
    layout: layoutOf(text.title, text.caption, {
      xaxis: axis({ showgrid: false, range: [x[0], x.at(-1)] }),
      yaxis: axis({ showgrid: false, range: [y[0], y.at(-1)] }),
      annotations: axisTitles(axes.x, axes.y),
      height: 520,
    }),
    alt: text.alt,
  };
}
