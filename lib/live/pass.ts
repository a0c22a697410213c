/**
 * Live figure: InvICL's pass step by step. Which token reads which, and how much attention the
 * trained model gives to each on the reader's own prompt.
 */
import { knownKeys } from '../core/errors';
import { blocksOf, invicl, type Block } from '../model/masks';

import type { LiveFigure, Place, Sheet } from './figure';
import {
  asGiven,
  modelAnswers,
  promptControls,
  pointPromptOf,
  type LiveModels,
  type PointPrompt,
  type PointSettings,
} from './regression';
import { element, line, shown, shownPoint, svgText } from './svg';

interface PassState {
  readonly prompt: PointPrompt;
  /** From 0: the first copies, then each second copy, then the test. */
  readonly step: number;
  /** From 0. */
  readonly layer: number;
  readonly seed: number;
}

/** The first prompt. */
const FIRST: Required<PointSettings> = {
  examples: [
    [-1.5, -1.2],
    [-0.5, -0.6],
    [0.8, 0.5],
    [1.6, 1.7],
  ],
  test: 1.2,
};

/** What the model does on a prompt: attention[layer][reader][read], mean over heads, and its answer. */
interface Pass {
  readonly attention: readonly (readonly (readonly number[])[])[];
  readonly answer: number;
}

const isSecond = ({ part }: Block): boolean => part === 'second';
const nameOf = ({ part, index }: Block): string =>
  part === 'test' ? 't' : `${index + 1}${part === 'second' ? '′' : ''}`;

/** Where the nodes of the three rows lie. */
function placeOf({ part, index }: Block, n: number, width: number): Place {
  const column = Math.min(110, (width - 30) / n);
  const left = 15 + column / 2;
  if (part === 'test') return { x: left + (column * (n - 1)) / 2, y: 250 };
  return { x: left + column * index, y: part === 'first' ? 60 : 155 };
}

/** Who reads at a step. */
const readersAt = (step: number, n: number): Block[] =>
  step === 0
    ? blocksOf(n, 1, false).filter(({ part }) => part === 'first')
    : step <= n
      ? [{ part: 'second', index: step - 1 }]
      : [{ part: 'test', index: 0 }];

/** The step at which a block reads. */
const stepOf = ({ part, index }: Block, n: number): number =>
  part === 'first' ? 0 : part === 'second' ? index + 1 : n + 1;

function wordsOf(step: number, n: number): string {
  if (step === 0)
    return 'each first copy reads only itself, so that no order can matter and no label can leak';
  if (step > n) return 'the test reads all second copies and itself';
  const others = Array.from({ length: n }, (_, i) => i + 1).filter((i) => i !== step);
  return (
    `the second copy of example ${step} reads the first copies of ${others.join(', ')} and ` +
    `itself, not the first copy of ${step}, which holds its label`
  );
}

/** The figure, with models that answer. */
export function passFigure(models: LiveModels): LiveFigure<PassState> {
  const passes = new WeakMap<PointPrompt, Pass>();
  const layers = models.invicl.transformer.size.layers;
  const passOf = (prompt: PointPrompt): Pass => {
    const known = passes.get(prompt);
    if (known) return known;
    const attention: number[][][] = [];
    const hook = (name: string, value: { mean(axis: number): { arraySync(): unknown } }): void => {
      if (name.endsWith('attention.weights'))
        attention.push((value.mean(1).arraySync() as number[][][])[0]!);
    };
    const answers = modelAnswers(models.invicl, prompt, [asGiven(prompt)], [prompt.test], hook);
    const pass = { attention, answer: answers[0]![0]! };
    passes.set(prompt, pass);
    return pass;
  };
  return {
    title: 'InvICL, step by step',
    help: 'Step through the pass with the first slider, choose a layer, type a prompt of your own.',
    start(given) {
      knownKeys('livePass', given, ['examples', 'test']);
      return { prompt: pointPromptOf(given as PointSettings, FIRST), step: 0, layer: 0, seed: 1 };
    },
    draw: (state, sheet) => ({
      height: sheet.width >= 560 ? 300 : 330 + 28 * (state.prompt.x.length + 1),
      svg: diagram(state, passOf(state.prompt), sheet) + bars(state, passOf(state.prompt), sheet),
    }),
    say({ prompt, step }) {
      const n = prompt.x.length;
      return (
        `Step ${step + 1} of ${n + 2}: ${wordsOf(step, n)}. ` +
        `The answer at x = ${shown(prompt.test, 2)} is ${shown(passOf(prompt).answer)}.`
      );
    },
    numbers({ prompt, step, layer }) {
      const { attention, answer } = passOf(prompt);
      const n = prompt.x.length;
      const blocks = blocksOf(n, 1, true);
      const reader = blocks.findIndex((block) => stepOf(block, n) === step);
      const row = attention[layer]![reader]!;
      return {
        answer,
        ...Object.fromEntries(blocks.map((block, j) => [nameOf(block), row[j]!])),
      };
    },
    controls: (state) => [
      {
        kind: 'range',
        label: 'Step',
        least: 1,
        most: state.prompt.x.length + 2,
        step: 1,
        value: ({ step }) => step + 1,
        change: (now, value) => ({ ...now, step: value - 1 }),
      },
      {
        kind: 'range',
        label: 'Layer',
        least: 1,
        most: layers,
        step: 1,
        value: ({ layer }) => layer + 1,
        change: (now, value) => ({ ...now, layer: value - 1 }),
      },
      ...promptControls(state),
    ],
  };
}

/** The width of the diagram: half of the sheet where the bars stand beside it. */
const diagramWidth = ({ width }: Sheet): number => (width >= 560 ? 0.58 * width : width);

/** The tokens in three rows, and lines from what is read to who reads it. */
function diagram(state: PassState, { attention }: Pass, sheet: Sheet): string {
  const { ink } = sheet;
  const { prompt, step, layer } = state;
  const n = prompt.x.length;
  const width = diagramWidth(sheet);
  const blocks = blocksOf(n, 1, true);
  const at = (block: Block): Place => placeOf(block, n, width);
  const readers = readersAt(step, n);
  const reads = (reader: Block): readonly (readonly [Block, number])[] => {
    const row = attention[layer]![blocks.findIndex((b) => nameOf(b) === nameOf(reader))]!;
    return blocks.flatMap((block, j) => (invicl(reader, block) ? [[block, row[j]!] as const] : []));
  };
  const lines = readers.flatMap((reader) =>
    reads(reader).map(([block, share]) =>
      nameOf(block) === nameOf(reader)
        ? element('circle', {
            cx: at(reader).x,
            cy: at(reader).y,
            r: 23,
            fill: 'none',
            stroke: ink.invicl,
            'stroke-width': 1 + 6 * share,
          })
        : line([at(block).x, at(block).y], [at(reader).x, at(reader).y], ink.invicl, {
            'stroke-width': 1 + 9 * share,
          }),
    ),
  );
  const nodes = blocks.map((block) => {
    const { x, y } = at(block);
    const when = stepOf(block, n);
    const now = when === step;
    return (
      element('circle', {
        cx: x,
        cy: y,
        r: 17,
        fill: ink.paper,
        stroke: now ? ink.invicl : when < step ? ink.text : ink.line,
        'stroke-width': now ? 3 : 1.5,
        'stroke-dasharray': when > step ? '3 3' : undefined,
      }) +
      svgText(x, y + 5, nameOf(block), when > step ? ink.soft : ink.text, {
        'text-anchor': 'middle',
      })
    );
  });
  const points = blocks
    .filter((block) => !isSecond(block))
    .map((block) => {
      const { x, y } = at(block);
      const test = block.part === 'test';
      const words = test
        ? `x = ${shown(prompt.test, 1)}`
        : shownPoint(prompt.x[block.index]!, prompt.y[block.index]!);
      return svgText(x, test ? y + 38 : y - 30, words, ink.soft, {
        'text-anchor': 'middle',
        'font-size': 12,
      });
    });
  return lines.join('') + nodes.join('') + points.join('');
}

/** The attention of the reader of this step, as bars. */
function bars(state: PassState, { attention }: Pass, sheet: Sheet): string {
  const { ink, width } = sheet;
  const { prompt, step, layer } = state;
  const n = prompt.x.length;
  const blocks = blocksOf(n, 1, true);
  const reader = readersAt(step, n)[0]!;
  const row = attention[layer]![blocks.findIndex((b) => nameOf(b) === nameOf(reader))]!;
  const shares = blocks.flatMap((block, j) =>
    invicl(reader, block) ? [[nameOf(block), row[j]!] as const] : [],
  );
  const beside = width >= 560;
  const left = beside ? diagramWidth(sheet) + 20 : 10;
  const top = beside ? 34 : 312;
  const room = width - left - 86;
  const who = step === 0 ? 'each first copy' : nameOf(reader);
  const title = svgText(left, top, `attention of ${who}, layer ${layer + 1}`, ink.text);
  const rows = shares.map(([name, share], i) => {
    const y = top + 14 + 28 * i;
    return (
      svgText(left + 24, y + 15, step === 0 ? 'itself' : name, ink.text, {
        'text-anchor': step === 0 ? 'start' : 'end',
      }) +
      element('rect', {
        x: left + (step === 0 ? 70 : 34),
        y,
        width: Math.max(1, (room - (step === 0 ? 36 : 0)) * share),
        height: 20,
        fill: ink.invicl,
      }) +
      svgText(
        left + (step === 0 ? 76 : 40) + (room - (step === 0 ? 36 : 0)) * share,
        y + 15,
        shown(share, 2),
        ink.text,
      )
    );
  });
  return title + rows.join('');
}
