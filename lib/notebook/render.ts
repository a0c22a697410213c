/**
 * Figures as PNG without a browser: plotly.js in jsdom draws SVG, and resvg paints it with the
 * metrics of real fonts.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Canvas } from '@napi-rs/canvas';

import { finiteNumber } from '../core/errors';
import { needPackages } from '../core/optional';
import { checkFigure } from './arguments';
import { FONT, WIDTH, type Figure } from './figure';

interface Plotly {
  toImage(figure: object, options: object): Promise<string>;
}

/** The packages that draw, loaded with the first figure because they are large and optional. */
function packages(): {
  readonly canvas: typeof import('@napi-rs/canvas');
  readonly resvg: typeof import('@resvg/resvg-js');
  readonly jsdom: typeof import('jsdom');
  readonly fonts: string[];
} {
  const [canvas, resvg, jsdom] = ['@napi-rs/canvas', '@resvg/resvg-js', 'jsdom'];
  needPackages(
    'A figure as SVG or PNG',
    canvas,
    resvg,
    jsdom,
    'plotly.js-dist',
    'dejavu-fonts-ttf',
  );
  const folder = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const fonts = ['', '-Bold', '-Oblique'].map((face) => join(folder, `DejaVuSans${face}.ttf`));
  return { canvas: require(canvas), resvg: require(resvg), jsdom: require(jsdom), fonts };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The corners of a path's outline. Curves are taken at their end points, which is good enough for
 * violins, the figures that ask for this.
 */
function cornersOf(path: Element): Point[] {
  const numbers =
    (path.getAttribute('d') ?? '').match(/-?[\d.]+(?:e[-+]?\d+)?/gi)?.map(Number) ?? [];
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => ({
    x: numbers[2 * i]!,
    y: numbers[2 * i + 1]!,
  }));
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const lengthOf = (corners: readonly Point[]): number =>
  corners.slice(1).reduce((sum, corner, i) => sum + distance(corner, corners[i]!), 0);

function pointAt(corners: readonly Point[], at: number): Point {
  let rest = at;
  for (let i = 1; i < corners.length; i++) {
    const [from, to] = [corners[i - 1]!, corners[i]!];
    const step = distance(from, to);
    if (rest <= step)
      return {
        x: from.x + ((to.x - from.x) * rest) / (step || 1),
        y: from.y + ((to.y - from.y) * rest) / (step || 1),
      };
    rest -= step;
  }
  return corners[corners.length - 1] ?? { x: 0, y: 0 };
}

let loaded: Plotly | null = null;

/** plotly.js inside a window of jsdom, with what jsdom lacks: canvas, text sizes, object URLs. */
function plotly(): Plotly {
  if (loaded) return loaded;
  const {
    canvas: { createCanvas, GlobalFonts },
    jsdom: { JSDOM },
    fonts,
  } = packages();
  for (const file of fonts) GlobalFonts.registerFromPath(file, FONT);
  const ruler = createCanvas(10, 10).getContext('2d');
  const dom = new JSDOM('<!doctype html><html><body></body></html>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
  });
  const { window } = dom;
  const sizeOf = (element: Element): { width: number; height: number } => {
    const style = window.getComputedStyle(element);
    const size = parseFloat(style.fontSize || element.getAttribute('font-size') || '12') || 12;
    ruler.font = `${style.fontWeight || 'normal'} ${size}px "${FONT}"`;
    const spans = [...element.querySelectorAll('tspan.line')];
    const lines = spans.length
      ? spans.map((span) => span.textContent ?? '')
      : [element.textContent ?? ''];
    return {
      width: Math.max(...lines.map((line) => ruler.measureText(line).width)),
      height: 1.3 * size * lines.length,
    };
  };
  const box = function (this: Element): object {
    const { width, height } = sizeOf(this);
    const anchor =
      this.getAttribute('text-anchor') ??
      window.getComputedStyle(this).getPropertyValue('text-anchor');
    const x = anchor === 'middle' ? -width / 2 : anchor === 'end' ? -width : 0;
    return {
      x,
      y: -0.8 * height,
      width,
      height,
      top: 0,
      left: x,
      right: x + width,
      bottom: height,
    };
  };
  const svg = window.SVGElement.prototype as unknown as Record<string, unknown>;
  svg['getBBox'] = box;
  svg['getBoundingClientRect'] = box;
  svg['getComputedTextLength'] = function (this: Element): number {
    return sizeOf(this).width;
  };
  svg['getTotalLength'] = function (this: Element): number {
    return lengthOf(cornersOf(this));
  };
  svg['getPointAtLength'] = function (this: Element, at: number): Point {
    return pointAt(cornersOf(this), at);
  };
  const canvases = new WeakMap<object, Canvas>();
  const canvasOf = (element: HTMLCanvasElement): Canvas => {
    const known = canvases.get(element);
    if (known && known.width === element.width && known.height === element.height) return known;
    const fresh: Canvas = createCanvas(element.width, element.height);
    canvases.set(element, fresh);
    return fresh;
  };
  const canvas = window.HTMLCanvasElement.prototype as unknown as Record<string, unknown>;
  canvas['getContext'] = function (this: HTMLCanvasElement, kind: string): unknown {
    return kind === '2d' ? canvasOf(this).getContext('2d') : null;
  };
  canvas['toDataURL'] = function (this: HTMLCanvasElement): string {
    return canvasOf(this).toDataURL('image/png');
  };
  Object.assign(window, { TextDecoder, TextEncoder, structuredClone });
  (window.URL as unknown as Record<string, unknown>)['createObjectURL'] = () => '';
  window.eval(readFileSync(require.resolve('plotly.js-dist'), 'utf8'));
  loaded = (window as unknown as { Plotly: Plotly }).Plotly;
  return loaded;
}

const sizeOfFigure = ({ layout }: Figure): { width: number; height: number } => ({
  width: Number(layout['width'] ?? WIDTH),
  height: Number(layout['height'] ?? 430),
});

/**
 * The figure as SVG text.
 *
 * @throws CourseError when it is no figure, or the packages that draw are not installed
 */
export async function toSvg(figure: Figure): Promise<string> {
  checkFigure(figure);
  // a copy, because plotly writes into what it gets
  const copy = JSON.parse(JSON.stringify({ data: figure.data, layout: figure.layout })) as object;
  const url = await plotly().toImage(copy, { format: 'svg', ...sizeOfFigure(figure) });
  return decodeURIComponent(url.slice(url.indexOf(',') + 1));
}

/** An SVG document as PNG, with the course's font. */
export function pngOf(svg: string, scale = 1): Buffer {
  const { resvg, fonts } = packages();
  const font = { loadSystemFonts: false, fontFiles: fonts, defaultFontFamily: FONT };
  const options = { font, fitTo: { mode: 'zoom' as const, value: scale }, background: '#ffffff' };
  return new resvg.Resvg(svg, options).render().asPng();
}

/**
 * The figure as PNG.
 *
 * @param scale pixels per CSS pixel, up to 10
 * @throws CourseError when it is no figure, the scale is refused, or the packages that draw are not
 *   installed
 */
export async function toPng(figure: Figure, scale = 1): Promise<Buffer> {
  finiteNumber('scale', scale, 'a number above 0 and up to 10', (x) => x > 0 && x <= 10);
  return pngOf(await toSvg(figure), scale);
}
