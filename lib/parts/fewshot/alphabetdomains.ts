/**
 * Alphabets as domains: training draws whole alphabets; held-out ones are cut into characters to
 * adapt to and others to test on.
 * Reference: Lake et al. (2015, Omniglot); Wu et al. (ICLR 2025), appendix H.
 */
import { demand } from '../../core/errors';
import { glyphPrompts, type Alphabet, type AlphabetSplit } from '../../glyphs/alphabets';
import type { DomainSource, TaskDomain } from './domain';

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

/**
 * A source of alphabets: training draws whole alphabets, held-out ones are cut into characters to
 * adapt to and others to test on.
 *
 * @param C classes of a task
 * @throws CourseError when a part of the split is empty
 */
export function alphabetSource(name: string, split: AlphabetSplit, C: number): DomainSource {
  for (const [part, alphabets] of Object.entries(split))
    demand(
      alphabets.length > 0,
      () => `The ${part} part of '${name}' has no alphabet.`,
      'Give at least one.',
    );
  return {
    name,
    draw: (random) => {
      const { characters } = split.train[random.integer(split.train.length)]!;
      return { scale: 1, sample: (own, sizes) => glyphPrompts(characters, C, own, sizes) };
    },
    held: (which, count) => split[which].slice(0, count).map((alphabet) => asDomain(alphabet, C)),
  };
}
