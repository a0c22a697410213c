/**
 * Alphabets as domains: training draws whole alphabets; held-out ones are cut into characters to
 * adapt to and others to test on.
 * Reference: Lake et al. (2015, Omniglot); Wu et al. (ICLR 2025), appendix H.
 */
import { checkList, checkStream, checkText } from '../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../core/errors';
import {
  checkAlphabet,
  glyphPrompts,
  type Alphabet,
  type AlphabetSplit,
} from '../../glyphs/alphabets';
import { checkHeld, type DomainSource, type TaskDomain } from './domain';

/**
 * An alphabet as a domain: tasks are made of its even characters, tests on unseen tasks of its odd
 * ones.
 */
const asDomain = ({ characters }: Alphabet, C: number): TaskDomain => {
  const [even, odd] = [0, 1].map((rest) => characters.filter((_, i) => i % 2 === rest));
  return {
    scale: 1,
    sample: (random, sizes) => glyphPrompts(even!, C, random, sizes),
    unseen: (random, sizes) => glyphPrompts(odd!, C, random, sizes),
  };
};

const PARTS = ['train', 'validation', 'test'] as const;

/** Refuses what is no list with alphabets. */
function checkPart(part: string, name: string, alphabets: readonly Alphabet[]): void {
  checkList(`The ${part} part of '${name}'`, alphabets, 'alphabets', () => true);
  demand(
    alphabets.length > 0,
    () => `The ${part} part of '${name}' has no alphabet.`,
    'Give at least one.',
  );
  alphabets.forEach(checkAlphabet);
}

/**
 * A source of alphabets: training draws whole alphabets, held-out ones are cut into characters to
 * adapt to and others to test on.
 *
 * @param C classes of a task, at least 2
 * @throws CourseError when a part of the split is unknown, missing or empty; quoting what is no
 *   alphabet, no text or no number of classes
 */
export function alphabetSource(name: string, split: AlphabetSplit, C: number): DomainSource {
  checkText('The name of a source', name);
  knownKeys('The split of the alphabets', split, PARTS);
  for (const part of PARTS) checkPart(part, name, split[part]);
  positiveInteger('C', C, 2);
  return {
    name,
    draw: (random) => {
      checkStream(random);
      const { characters } = split.train[random.integer(split.train.length)]!;
      return { scale: 1, sample: (own, sizes) => glyphPrompts(characters, C, own, sizes) };
    },
    held: (which, count) => {
      checkHeld(which, count);
      return split[which].slice(0, count).map((alphabet) => asDomain(alphabet, C));
    },
  };
}
