/**
 * Documents of a concept, and prompts about it. A document is one walk of the hidden Markov model. A
 * prompt is k independent examples and a question: each example begins with a random entity and the
 * property that all examples of the prompt share, goes on for L tokens, of which the last is its
 * answer, and ends with the delimiter. No document looks like this: the entity changes at every
 * delimiter. The right answer is the most probable last token under the concept.
 * Reference: Xie et al. (2022, arXiv 2111.02080), section 4, and their generator.
 */
import { checkEach, checkFields, checkIndices, checkStream } from '../../../core/checks';
import { knownKeys, positiveInteger } from '../../../core/errors';
import { argMax } from '../../../core/numerics';
import { placeByShare, type Stream } from '../../../core/random';
import {
  checkConcept,
  checkConceptWorld,
  conceptModel,
  type ConceptChain,
  type ConceptWorld,
} from './concepts';
import { checkMarkovOnce, forwardReading, type HiddenMarkov } from './hiddenmarkov';

/** The token between examples. */
export const DELIMITER = 0;

/** How a prompt is drawn. */
export interface ConceptPromptSettings {
  /** k. */
  readonly examples: number;
  /** L, tokens of an example with its answer. */
  readonly length: number;
}

/** A prompt. */
export interface ConceptPrompt {
  /** Examples with their delimiters. */
  readonly examples: readonly (readonly number[])[];
  /** The question, L - 1 tokens. */
  readonly question: readonly number[];
  /** The right answer, a token. */
  readonly answer: number;
}

/** More tokens than this are no text of such a model. */
const MOST = 1e5;

/** A walk of so many tokens from a state. */
function walk(random: Stream, model: HiddenMarkov, from: number, length: number): number[] {
  const tokens: number[] = [];
  let state = from;
  for (let i = 0; i < length; i++) {
    tokens.push(model.emits[state]!);
    state = placeByShare(random, model.transitions[state]!);
  }
  return tokens;
}

/**
 * A text that a hidden Markov model writes.
 *
 * @throws CourseError when there is no stream or model, or the length is refused
 */
export function drawMarkovText(random: Stream, model: HiddenMarkov, length: number): number[] {
  checkStream(random);
  positiveInteger('The length of a text', length, 1, MOST);
  checkMarkovOnce(model);
  return walk(random, model, placeByShare(random, model.start), length);
}

/**
 * A prompt about a concept, which need not be one of the mixture.
 *
 * @throws CourseError when there is no stream or world, the concept is none of its properties, or a
 *   number is refused
 */
export function drawConceptPrompt(
  random: Stream,
  world: ConceptWorld,
  concept: ConceptChain,
  settings: ConceptPromptSettings,
): ConceptPrompt {
  checkStream(random);
  checkConceptWorld(world);
  checkConcept(world, concept);
  knownKeys('A prompt about a concept', settings, ['examples', 'length']);
  const { examples, length } = settings;
  positiveInteger('The number of examples', examples, 0, 1000);
  positiveInteger('The length of an example', length, 2, 1000);
  const [E, S] = [world.memory.length, world.memory[0]!.length];
  const property = 1 + random.integer(S - 1);
  const model = conceptModel(world, concept, property);
  const one = (tokens: number): number[] =>
    walk(random, model, random.integer(E) * S + property, tokens);
  const shown = Array.from({ length: examples }, () => [...one(length), DELIMITER]);
  const question = one(length - 1);
  const next = forwardReading(model, question, world.settings.vocabulary).next.at(-1)!;
  return { examples: shown, question, answer: argMax(next) };
}

/**
 * The tokens of a prompt.
 *
 * @param order of the examples, or some of them; left out: as they are
 * @throws CourseError when there is no prompt, or one of the order is none of its examples
 */
export function conceptTokens(
  prompt: Pick<ConceptPrompt, 'examples' | 'question'>,
  order?: readonly number[],
): number[] {
  checkFields('A prompt', prompt, {
    examples: (name, examples) => checkEach(name, examples, 'examples', checkIndices),
    question: checkIndices,
  });
  const { examples, question } = prompt;
  if (order === undefined) return [...examples.flat(), ...question];
  checkIndices('The order of the examples', order, examples.length - 1);
  return [...order.flatMap((i) => examples[i]!), ...question];
}
