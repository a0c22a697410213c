/**
 * The three properties of a mask stack, decided without weights (InvICL, definitions 3.1 to 3.3).
 *
 * A symbolic forward pass runs the mask on symbols in place of vectors: a token's symbol after a
 * layer stands for its own symbol before (the residual stream) and the multiset of symbols it reads
 * (attention does not see order). Equal symbols mean equal vectors in every network with this mask;
 * unequal ones mean that some network tells the two apart (softmax sees proportions, not counts,
 * but the passes compared here read equally many). Invariance, leakage and interdependence are then
 * comparisons of symbols.
 */
import { positiveInteger } from '../../../core/errors';
import { allPermutations } from '../../../core/random';
import { METHODS, type Method } from '../../../model/methods';
import { layoutPrompt, type PromptLayout } from '../../../model/layout';

/** Symbols are numbers given out in the order of appearance of what they stand for. */
class Symbols {
  private readonly table = new Map<string, number>();

  of(meaning: string): number {
    let symbol = this.table.get(meaning);
    if (symbol === undefined) {
      symbol = this.table.size;
      this.table.set(meaning, symbol);
    }
    return symbol;
  }
}

/** What stands in a token at the start: its content and its position. */
type Content = (example: number, offset: number) => string;

/**
 * The symbols of all tokens after `layers` layers.
 *
 * @param content what example i's token at an offset holds; tests hold their own
 */
function run(layout: PromptLayout, layers: number, content: Content, symbols: Symbols): number[] {
  const start = layout.tokens.map(({ block, offset }, t) => {
    const what =
      block.part === 'test' ? `test ${block.index}.${offset}` : content(block.index, offset);
    return symbols.of(`${what} at ${layout.positions?.[t] ?? 'anywhere'}`);
  });
  let now = start;
  for (let l = 0; l < layers; l++) {
    const before = now;
    now = layout.mask.map((row, t) => {
      const read = before.filter((_, column) => row[column]).sort((a, b) => a - b);
      return symbols.of(`${before[t]} reads ${read.join(',')}`);
    });
  }
  return now;
}

/** Whether examples inform each other: all of them, some of them, or none. */
export type Interdependence = 'full' | 'partial' | 'none';

/** The three properties. */
export interface Properties {
  /** The answer to the test does not depend on the order of the examples. */
  readonly invariant: boolean;
  /** No prediction at x_i can depend on its own y_i. */
  readonly leakFree: boolean;
  /** Whether predictions (or, without them, encodings) of examples depend on other examples. */
  readonly interdependence: Interdependence;
}

/**
 * Decides the three properties of a layout of two-token examples (x, y) through `layers` layers.
 */
function propertiesOf(layout: PromptLayout, layers: number): Properties {
  const n = layout.blocks.filter(({ part }) => part === 'first').length;
  const symbols = new Symbols();
  const plain: Content = (example, offset) => `${offset === 0 ? 'x' : 'y'}${example}`;
  const base = run(layout, layers, plain, symbols);
  const test = layout.tokens.findIndex(({ block }) => block.part === 'test');
  const lastCopy = layout.method.doubled ? 'second' : 'first';
  const tokenOf = (example: number, offset: number): number =>
    layout.tokens.findIndex(
      ({ block, offset: at }) =>
        block.part === lastCopy && block.index === example && at === offset,
    );
  const invariant = allPermutations(n).every((order) => {
    const moved = run(layout, layers, (example, offset) => plain(order[example]!, offset), symbols);
    return moved[test] === base[test];
  });
  /** The symbols when one token of one example holds something else. */
  const changed = (example: number, offset: number): number[] =>
    run(
      layout,
      layers,
      (i, at) => (i === example && at === offset ? 'changed' : plain(i, at)),
      symbols,
    );
  const labelChanged = Array.from({ length: n }, (_, example) => changed(example, 1));
  const leakFree = labelChanged.every(
    (after, example) => after[tokenOf(example, 0)] === base[tokenOf(example, 0)],
  );
  const pairs = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => [i, j] as const),
  )
    .flat()
    .filter(([i, j]) => i !== j);
  const informed = pairs.filter(
    ([i, j]) => labelChanged[j]![tokenOf(i, 0)] !== base[tokenOf(i, 0)],
  ).length;
  return {
    invariant,
    leakFree,
    interdependence: informed === pairs.length ? 'full' : informed > 0 ? 'partial' : 'none',
  };
}

/**
 * The properties of a method with n examples of two tokens and L layers, by its mask and positions
 * alone.
 */
export function methodProperties(method: Method, n = 3, layers = 3): Properties {
  positiveInteger('n', n, 1, 8);
  positiveInteger('layers', layers, 1, 1000);
  return propertiesOf(layoutPrompt(method, new Array<number>(n).fill(2), [1]), layers);
}

/** The properties of every method of the table. */
export const allMethodProperties = (n = 3, layers = 3): Record<string, Properties> =>
  Object.fromEntries(
    Object.entries(METHODS as Readonly<Record<string, Method>>).map(([key, method]) => [
      key,
      methodProperties(method, n, layers),
    ]),
  );
