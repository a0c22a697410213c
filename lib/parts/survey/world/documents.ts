/**
 * Documents of TaskWorld, as a language model reads them: a header of 4 tokens and lines of 6 tokens
 * each. The header is the beginning and, where there is one, the instruction (feature and scope of
 * the rule). In a document about a task every line is an example of that task:
 *
 *   storm pie sunny -> bad \n          input, template, label
 *   bad describes storm pie sunny \n   the same in channel order, label first
 */
import {
  checkEach,
  checkFields,
  checkFlag,
  checkStream,
  checkText,
  checkTexts,
  type Check,
} from '../../../core/checks';
import { CourseError, plainObject, positiveInteger, quote } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';
import { checkWorldContext, labelIndex, type Context, type Example } from './posterior';
import { checkInput, checkInstruction, type WorldRule } from './rules';
import { drawExamples, drawPool } from './sampling';
import { SYMBOLS, type WorldTask } from './taskworld';
import { DIGITS, MARKS, PEOPLE, RELATIONS, TEMPLATES, tokenIndex } from './vocabulary';
import { WORD_FEATURES, WORDS, WORDS_PER_PATTERN, PATTERNS } from './words';

/** Tokens of a header, and of a line. */
export const [HEADER_TOKENS, LINE_TOKENS] = [4, 6];

/** A document; weights say how much the prediction of each token counts in training. */
export interface Document {
  readonly header: readonly string[];
  readonly lines: readonly (readonly string[])[];
  /** By line and token. */
  readonly weights: readonly (readonly number[])[];
}

/** What a label counts, an input after its label, and any other token. */
const [LABEL, CHANNEL, OTHER] = [1, 0.3, 0.02];

/** More lines than this are no document. */
const MOST = 1e4;
const linesOf = (lines: number): number => positiveInteger('The number of lines', lines, 1, MOST);

const HEADER = [MARKS.begin, MARKS.nothing, MARKS.nothing, MARKS.nothing];

/**
 * The header of a document.
 *
 * @param instruction the rule, or a part of it; left out: none
 * @throws CourseError quoting what is no instruction
 */
export function headerOf(instruction?: Partial<WorldRule>): string[] {
  if (instruction === undefined) return [...HEADER];
  checkInstruction(instruction);
  return [
    MARKS.begin,
    MARKS.instruction,
    instruction.feature === undefined ? MARKS.nothing : WORD_FEATURES[instruction.feature]!.name,
    instruction.scope ?? MARKS.nothing,
  ];
}

/**
 * An example as a line: input, template, label; in channel order label, mark, input.
 *
 * @throws CourseError when the template is none of the three, or the example none
 */
export function lineOf(example: Example, template = TEMPLATES[0]!): string[] {
  plainObject('An example', example);
  const { input, label } = example;
  checkInput(input);
  labelIndex(label);
  const words = input.map((w) => WORDS[w]!);
  if (template === MARKS.channel) return [label, template, ...words, MARKS.end];
  if (TEMPLATES.includes(template)) return [...words, template, label, MARKS.end];
  throw new CourseError(
    `A line cannot be written with ${quote(template)}.`,
    `Use one of: ${[...TEMPLATES, MARKS.channel].join(', ')}.`,
  );
}

/**
 * A context as a document, as the exact answer takes it too.
 *
 * @throws CourseError when the template is none of the three, or the context none
 */
export function contextDocument(context: Context, template = TEMPLATES[0]!): Document {
  checkWorldContext(context);
  const { examples, instruction } = context;
  const lines = examples.map((example) => lineOf(example, template));
  const channel = template === MARKS.channel;
  return {
    header: headerOf(instruction),
    lines,
    weights: lines.map(() =>
      channel
        ? [OTHER, OTHER, CHANNEL, CHANNEL, CHANNEL, OTHER]
        : [OTHER, OTHER, OTHER, OTHER, LABEL, OTHER],
    ),
  };
}

/** How a document about a task is drawn. */
export interface TaskDocumentConfig {
  readonly lines: number;
  /** Whether the header names the rule. */
  readonly instructed: boolean;
  /** Whether its words come again and again: 16 words only, one of each pattern. */
  readonly pooled: boolean;
  readonly channel: boolean;
  readonly skew: number;
}

/**
 * A document about a task, with one of the templates.
 *
 * @throws CourseError when the number of lines is none, or what is given is no stream or task
 */
export function taskDocument(
  random: Stream,
  task: WorldTask,
  config: TaskDocumentConfig,
): Document {
  checkStream(random);
  checkFields('A document', config, {
    instructed: checkFlag,
    pooled: checkFlag,
    channel: checkFlag,
  });
  const pool = config.pooled ? drawPool(random) : undefined;
  const template = config.channel ? MARKS.channel : TEMPLATES[random.integer(TEMPLATES.length)]!;
  const { skew } = config;
  const examples = drawExamples(random, task, config.lines, pool ? { pool, skew } : { skew });
  return contextDocument(
    config.instructed ? { examples, instruction: task.rule } : { examples },
    template,
  );
}

/** Lines of which the last token before the end counts. */
const answering = (lines: readonly (readonly string[])[]): Document => ({
  header: HEADER,
  lines,
  weights: lines.map(() => [OTHER, OTHER, OTHER, OTHER, LABEL, OTHER]),
});

/** Words of an entry that are looked up, and how many there are in a document. */
const ENTRIES = 4;

/**
 * A document to look up: each of 4 words has a symbol, which it keeps through the document. A line
 * is the word, two others, and the symbol.
 *
 * @param repeated whether the other two words are the word itself
 * @throws CourseError when the number of lines is none, or what is given is no stream
 */
export function lookupDocument(random: Stream, lines: number, repeated: boolean): Document {
  checkStream(random);
  const symbols = shuffled(random, SYMBOLS);
  const few = random.integer(2) === 0;
  const words = random.permutation(WORDS.length).slice(0, ENTRIES);
  const any = (): number => random.integer(WORDS.length);
  return answering(
    Array.from({ length: linesOf(lines) }, () => {
      const at = random.integer(ENTRIES);
      const [w, symbol] = [words[at]!, symbols[few ? at % 2 : at]!];
      const others = repeated ? [w, w] : [any(), any()];
      return [...[w, ...others].map((word) => WORDS[word]!), MARKS.entry, symbol, MARKS.end];
    }),
  );
}

/**
 * Sums of three digits modulo 10, with the sum of the first two written before (`3 4 5 : 7 2`) or
 * without (`3 4 5 = 2`).
 *
 * @throws CourseError when the number of lines is none, or what is given is no stream
 */
export function digitDocument(random: Stream, lines: number, steps: boolean): Document {
  checkStream(random);
  const rows = Array.from({ length: linesOf(lines) }, () => {
    const [a, b, c] = [random.integer(10), random.integer(10), random.integer(10)];
    const digits = steps ? [a, b, c, (a + b) % 10, (a + b + c) % 10] : [a, b, c, (a + b + c) % 10];
    const words = digits.map((digit) => DIGITS[digit]!);
    return steps
      ? [...words.slice(0, 3), MARKS.step, ...words.slice(3)]
      : [...words.slice(0, 3), MARKS.equals, words[3]!, MARKS.end];
  });
  const weights = steps
    ? [OTHER, OTHER, OTHER, OTHER, LABEL, LABEL]
    : [OTHER, OTHER, OTHER, OTHER, LABEL, OTHER];
  return { header: HEADER, lines: rows, weights: rows.map(() => weights) };
}

/** A fact: a name, a relation and its value. */
export interface WorldFact {
  readonly name: string;
  readonly relation: string;
  readonly value: string;
}

/**
 * The facts of a world: for each name and relation one value, drawn by a stream.
 *
 * @throws CourseError when what is given is no stream
 */
export function worldFacts(random: Stream): WorldFact[] {
  checkStream(random);
  return PEOPLE.flatMap((name) =>
    Object.entries(RELATIONS).map(([relation, values]) => ({
      name,
      relation,
      value: values[random.integer(values.length)]!,
    })),
  );
}

const checkFact: Check = (name, fact) =>
  checkFields(name, fact, { name: checkText, relation: checkText, value: checkText });

/**
 * A fact as a line.
 *
 * @throws CourseError when it is none
 */
export function factLine(fact: WorldFact): string[] {
  checkFact('A fact', fact);
  return [fact.name, fact.relation, MARKS.nothing, TEMPLATES[2]!, fact.value, MARKS.end];
}

/**
 * A document of facts, drawn from those of a world.
 *
 * @throws CourseError when the number of lines is none, there are no facts, or what is given is no
 *   stream
 */
export function factDocument(random: Stream, lines: number, facts: readonly WorldFact[]): Document {
  checkStream(random);
  checkEach('Facts', facts, 'facts', checkFact, 1);
  return answering(
    Array.from({ length: linesOf(lines) }, () => factLine(facts[random.integer(facts.length)]!)),
  );
}

/**
 * Plain text: lines of five words, nearly all of one topic.
 *
 * @throws CourseError when the number of lines is none, or what is given is no stream
 */
export function plainDocument(random: Stream, lines: number): Document {
  checkStream(random);
  const topic = random.integer(2);
  const word = (): string => {
    const pattern = random.integer(PATTERNS);
    const aboutTopic = random.uniform() < 0.9 ? (pattern & ~2) | (topic << 1) : pattern;
    return WORDS[aboutTopic * WORDS_PER_PATTERN + random.integer(WORDS_PER_PATTERN)]!;
  };
  const rows = Array.from({ length: linesOf(lines) }, () => [
    ...Array.from({ length: LINE_TOKENS - 1 }, word),
    MARKS.end,
  ]);
  return { header: HEADER, lines: rows, weights: rows.map((row) => row.map(() => OTHER)) };
}

/**
 * A document's tokens by their numbers, T = 4 + 6 lines of them.
 *
 * @throws CourseError quoting what is no token
 */
export function documentTokens(document: Pick<Document, 'header' | 'lines'>): number[] {
  checkFields('A document', document, { header: checkTexts, lines: checkLines });
  return [...document.header, ...document.lines.flat()].map(tokenIndex);
}

const checkLines: Check = (name, lines) => checkEach(name, lines, 'lists of tokens', checkTexts);
