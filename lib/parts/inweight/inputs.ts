/**
 * What a class looks like: a centre with noise around it, or a drawn character.
 * Reference: Chan et al. (ICLR 2025), section 4 (synthetic) and section 5 (Omniglot).
 */
import { oneOfThese } from '../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../../core/errors';
import { stream, type Stream } from '../../core/random';
import { PIXELS } from '../../glyphs/alphabets';
import { ownAlphabets } from '../../glyphs/ownalphabets';
import { omniglot } from '../../glyphs/omniglot';
import { aroundCentres, MOST_CLASSES, noisy, type ClassInputs } from './aroundcentres';

/** Where inputs come from. */
export type InputSpec =
  | {
      readonly from: 'centres';
      readonly d: number;
      /** Standard deviation of the noise on each number, sigma. */
      readonly noise: number;
    }
  | {
      readonly from: 'own alphabets' | 'Omniglot';
      /** Standard deviation of the noise on each pixel. */
      readonly noise: number;
      /** How many drawings of a character are trained on; the article trains on one. */
      readonly drawings: number;
    };

/**
 * sigma = 0.28 at d = 32 is as long as the article's 0.2 at d = 64 against centres of length 1:
 * sqrt(d) sigma = 1.6.
 */
export const CENTRES: InputSpec = { from: 'centres', d: 32, noise: 0.28 };

/** Classes beyond those of the data generator that inputs of this kind hold. */
const NEW_CLASSES = 20;

/** All characters of an alphabet split, those to test on last: [character][drawing]. */
function charactersOf(
  from: 'own alphabets' | 'Omniglot',
  classes: number,
): (readonly Float32Array[])[] {
  const alphabets = Math.ceil(classes / 20);
  const split =
    from === 'Omniglot' ? omniglot() : ownAlphabets({ train: alphabets, validation: 1, test: 1 });
  return [...split.train, ...split.validation, ...split.test].flatMap(
    ({ characters }) => characters,
  );
}

/** Refuses a place where no inputs come from, and settings that it does not have. */
function checkSpec(spec: InputSpec): void {
  knownKeys('The inputs', spec, ['from', 'd', 'noise', 'drawings']);
  oneOfThese('centres', 'own alphabets', 'Omniglot')('from', spec.from);
}

/**
 * Inputs for C classes and NEW_CLASSES more.
 *
 * @param spec where they come from
 * @param C    classes of the data generator
 * @param seed of the centres, or of the order in which characters become classes
 * @throws CourseError when a setting is refused, when there are too few characters, or Omniglot was
 *   not fetched
 */
export function inputsOf(spec: InputSpec, C: number, seed: number): ClassInputs {
  checkSpec(spec);
  positiveInteger('C', C, 1, MOST_CLASSES / 2);
  finiteNumber('noise', spec.noise, 'a number of at least 0', (x) => x >= 0);
  const classes = C + NEW_CLASSES;
  if (spec.from === 'centres') return aroundCentres(spec, classes, seed);
  const characters = charactersOf(spec.from, classes);
  demand(
    characters.length >= classes,
    () =>
      `${spec.from} holds ${characters.length} characters, and ${C} classes with ` +
      `${NEW_CLASSES} new ones need ${classes}.`,
    'Make fewer rare classes.',
  );
  const fewest = Math.min(...characters.map(({ length }) => length));
  demand(
    positiveInteger('drawings', spec.drawings) < fewest,
    () =>
      `${spec.drawings} drawings of each character were to be trained on, and there are ${fewest}.`,
    'Leave at least one to test on.',
  );
  const order = stream(seed, 'characters').permutation(characters.length);
  const draw = (c: number, random: Stream, unseen: boolean): Float32Array => {
    const drawings = characters[order[c]!]!;
    const which = unseen
      ? spec.drawings + random.integer(drawings.length - spec.drawings)
      : random.integer(spec.drawings);
    return noisy(drawings[which]!, spec.noise, random);
  };
  return { name: spec.from, d: PIXELS, classes, drawn: true, draw };
}
