/**
 * Alphabets as domains: a task shows a few characters of one alphabet under class numbers of its
 * own, a few drawings each, and asks for the class of other drawings.
 * Reference: Lake et al. (2015, Omniglot); Vinyals et al. (2016) for N-way tasks.
 */
import { tf } from '../core/backend';
import { checkList, checkMemory, checkStream, checkText } from '../core/checks';
import { demand, knownKeys, plainObject, positiveInteger } from '../core/errors';
import type { Stream } from '../core/random';
import type { Prompts } from '../model/prompts';
import type { SampleSizes } from '../tasks';

/** Side of a drawing, in pixels. */
export const SIDE = 14;
/** Numbers of a drawing. */
export const PIXELS = SIDE * SIDE;

/** Characters with their drawings, each a vector of PIXELS numbers from 0 (paper) to 1 (ink). */
export interface Alphabet {
  readonly name: string;
  /** [character][drawing] */
  readonly characters: readonly (readonly Float32Array[])[];
}

const isDrawing = (value: unknown): boolean =>
  value instanceof Float32Array && value.length === PIXELS;

/** Refuses what are no characters; reads the sizes of their drawings, not the numbers. */
const checkCharacters = (characters: unknown): void =>
  checkList(
    'Characters',
    characters,
    `lists of drawings, each a Float32Array of ${PIXELS} numbers`,
    (drawings) => Array.isArray(drawings) && drawings.every(isDrawing),
  );

/**
 * Refuses what is no alphabet.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkAlphabet(alphabet: Alphabet): void {
  plainObject('An alphabet', alphabet);
  checkText('The name of an alphabet', alphabet.name);
  checkCharacters(alphabet.characters);
}

/**
 * Prompts of C-way tasks over some characters; examples are spread evenly over the classes as far
 * as n allows, every drawing is shown at most once in a prompt.
 *
 * @returns x [B, n, PIXELS], y [B, n] (classes), xTest [B, m, PIXELS], yTest [B, m]; the caller
 *   disposes them
 * @throws CourseError when there are fewer characters than classes, or too few drawings of one;
 *   quoting what is no list of characters, no stream or no size; when memory does not suffice
 */
export function glyphPrompts(
  characters: readonly (readonly Float32Array[])[],
  C: number,
  random: Stream,
  sizes: SampleSizes,
): Prompts {
  checkCharacters(characters);
  checkStream(random);
  knownKeys('The sizes of prompts of drawings', sizes, ['B', 'n', 'm']);
  const { B, n, m } = sizes;
  for (const [name, value] of Object.entries({ B, n, m, C })) positiveInteger(name, value);
  demand(
    characters.length >= C,
    () => `Tasks of ${C} classes were asked of ${characters.length} characters.`,
    'Take fewer classes, or an alphabet with more characters.',
  );
  const most = Math.ceil(n / C) + m;
  const short = characters.find((drawings) => drawings.length < Math.ceil(n / C) + 1);
  demand(
    !short,
    () => `A character has ${short!.length} drawings, and a task needs ${Math.ceil(n / C) + 1}.`,
    'Take fewer examples.',
  );
  checkMemory(() => `Prompts of B = ${B}, n = ${n}, m = ${m} drawings`, 2 * B * (n + m) * PIXELS);
  const [x, xTest] = [new Float32Array(B * n * PIXELS), new Float32Array(B * m * PIXELS)];
  const [y, yTest] = [new Float32Array(B * n), new Float32Array(B * m)];
  for (let b = 0; b < B; b++) {
    const chosen = random.permutation(characters.length).slice(0, C);
    const shuffled = chosen.map((c) => random.permutation(characters[c]!.length).slice(0, most));
    const used = new Array<number>(C).fill(0);
    const labels = random.permutation(n).map((i) => i % C);
    labels.forEach((label, i) => {
      const drawing = shuffled[label]![used[label]!]!;
      used[label]! += 1;
      x.set(characters[chosen[label]!]![drawing]!, (b * n + i) * PIXELS);
      y[b * n + i] = label;
    });
    for (let t = 0; t < m; t++) {
      const label = random.integer(C);
      const unused = shuffled[label]!.slice(used[label]);
      const drawing = unused[t % unused.length]!;
      xTest.set(characters[chosen[label]!]![drawing]!, (b * m + t) * PIXELS);
      yTest[b * m + t] = label;
    }
  }
  return {
    x: tf.tensor3d(x, [B, n, PIXELS]),
    y: tf.tensor2d(y, [B, n]),
    xTest: tf.tensor3d(xTest, [B, m, PIXELS]),
    yTest: tf.tensor2d(yTest, [B, m]),
  };
}

/** Alphabets to train on, to choose settings by, and to test on. */
export interface AlphabetSplit {
  readonly train: readonly Alphabet[];
  readonly validation: readonly Alphabet[];
  readonly test: readonly Alphabet[];
}
