/**
 * What is measured of a decoder of documents with concepts: right answers to prompts by the number and
 * length of the examples, about concepts of training and others; how far its probabilities are from
 * the exact ones, in documents and in prompts; answers that change with the order of the examples. The
 * same of the exact answer, and of one whose concepts keep their prior.
 */
import { entropyOf } from '../../core/numerics';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import type { LanguageModel } from '../../language/languagemodel';
import { nextShares } from './inference/conceptdecoder';
import { conceptTokens, drawConceptPrompt, type ConceptPrompt } from './inference/conceptprompts';
import { drawConcept, mixtureModels, type ConceptWorld } from './inference/concepts';
import { drawDocument } from './inference/concepttrainer';
import { mixtureReading, type HiddenMarkov } from './inference/hiddenmarkov';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';

/** How much is asked. */
export interface ConceptMeasures {
  /** Numbers and lengths of examples. */
  readonly ks: readonly number[];
  readonly lengths: readonly number[];
  /** Prompts of each kind. */
  readonly prompts: number;
  /** Documents in which every token is predicted, and tokens of each. */
  readonly documents: number;
  readonly tokens: number;
  /** Prompts along training. */
  readonly watched: number;
  /** Prompts whose examples are reordered, how often, and how many examples of which length. */
  readonly reordered: number;
  readonly orders: number;
  readonly orderedExamples: number;
  readonly orderedLength: number;
}

/** How records call the exact answer, and that whose concepts keep their prior. */
export const [EXACT_CONCEPTS, PRIOR_KEPT] = ['exact Bayes', 'concepts at their prior'] as const;

/** Where the concept of a prompt is from. */
const SORTS = ['', ', unseen concept'] as const;

/** Prompts of one kind with what the mixture says of them. */
interface Asked {
  readonly rows: readonly (readonly number[])[];
  readonly right: readonly number[];
  readonly exact: readonly (readonly number[])[];
  readonly unweighted: readonly (readonly number[])[];
  /** Probability of the true concept; of unseen ones none. */
  readonly found: readonly number[];
}

/** Who is measured: a decoder, on the world that it was trained on. */
export interface ConceptSubject {
  readonly model: LanguageModel;
  readonly world: ConceptWorld;
  readonly seed: number;
}

/** KL(p || q) = sum p ln(p / q), in nats. */
export const divergenceOf = (p: readonly number[], q: readonly number[]): number =>
  -entropyOf(p) - p.reduce((sum, share, v) => sum + (share > 0 ? share * Math.log(q[v]!) : 0), 0);

const accuracy = (shares: readonly (readonly number[])[], right: readonly number[]): number =>
  shareRight(bestOptions(shares), right);

/** Prompts about concepts of the mixture, or about others. */
function askedAbout(
  { world, seed }: ConceptSubject,
  models: readonly HiddenMarkov[],
  sort: (typeof SORTS)[number],
  { examples, length }: { readonly examples: number; readonly length: number },
  count: number,
): Asked {
  const random = stream(EVALUATION_SEED, 'prompts about concepts', seed, sort, examples, length);
  const drawn = Array.from({ length: count }, () => {
    const c = random.integer(world.concepts.length);
    const concept = sort === '' ? world.concepts[c]! : drawConcept(random, world.settings);
    return { c, prompt: drawConceptPrompt(random, world, concept, { examples, length }) };
  });
  const rows = drawn.map(({ prompt }) => conceptTokens(prompt));
  const read = rows.map((row) => mixtureReading(models, row, world.settings.vocabulary));
  return {
    rows,
    right: drawn.map(({ prompt }) => prompt.answer),
    exact: read.map(({ next }) => next.at(-1)!),
    unweighted: read.map(({ unweighted }) => unweighted.at(-1)!),
    found: sort === '' ? read.map(({ posterior }, i) => posterior.at(-1)![drawn[i]!.c]!) : [],
  };
}

/** Probabilities of the next token of a decoder after prompts, [prompts][V]. */
const sharesAfter = (model: LanguageModel, rows: Asked['rows']): number[][] =>
  nextShares(model, rows).map(([row]) => row!);

/** Measures prompts of each kind. */
function measurePrompts(
  subject: ConceptSubject,
  models: readonly HiddenMarkov[],
  { ks, lengths, prompts }: ConceptMeasures,
  name: string,
  put: Put,
): void {
  for (const sort of SORTS)
    for (const length of lengths)
      for (const n of ks) {
        const asked = askedAbout(subject, models, sort, { examples: n, length }, prompts);
        const own = sharesAfter(subject.model, asked.rows);
        const of = `length ${length}${sort}`;
        const kl = (rows: readonly (readonly number[])[]): number =>
          mean(rows.map((row, i) => divergenceOf(asked.exact[i]!, row)));
        put(name, { n }, `accuracy, ${of}`, accuracy(own, asked.right));
        put(EXACT_CONCEPTS, { n }, `accuracy, ${of}`, accuracy(asked.exact, asked.right));
        put(PRIOR_KEPT, { n }, `accuracy, ${of}`, accuracy(asked.unweighted, asked.right));
        put(name, { n }, `divergence, ${of}`, kl(own));
        put(PRIOR_KEPT, { n }, `divergence, ${of}`, kl(asked.unweighted));
        if (sort === '')
          put(EXACT_CONCEPTS, { n }, `probability of the concept, ${of}`, mean(asked.found));
      }
}

/** Documents of training with what the mixture says at every token. */
interface ReadDocuments {
  readonly rows: readonly (readonly number[])[];
  readonly exact: readonly (readonly (readonly number[])[])[];
  readonly unweighted: readonly (readonly (readonly number[])[])[];
}

function readDocuments(
  { world, seed }: ConceptSubject,
  models: readonly HiddenMarkov[],
  count: number,
  tokens: number,
): ReadDocuments {
  const random = stream(EVALUATION_SEED, 'documents with concepts', seed);
  const rows = Array.from({ length: count }, () => drawDocument(random, models, tokens));
  const read = rows.map((row) => mixtureReading(models, row, world.settings.vocabulary));
  // after the first token, before the last
  const inner = (of: readonly (readonly number[])[]): (readonly number[])[] => of.slice(1, tokens);
  return {
    rows,
    exact: read.map(({ next }) => inner(next)),
    unweighted: read.map(({ unweighted }) => inner(unweighted)),
  };
}

/** The mean divergence over all tokens of documents; shares [documents][tokens - 1][V]. */
const divergenceIn = (
  { exact }: ReadDocuments,
  shares: readonly (readonly (readonly number[])[])[],
): number => mean(exact.flatMap((rows, d) => rows.map((p, t) => divergenceOf(p, shares[d]![t]!))));

/** The mean of -ln p of the tokens that follow. */
const lossIn = (
  { rows }: ReadDocuments,
  shares: readonly (readonly (readonly number[])[])[],
): number => -mean(shares.flatMap((at, d) => at.map((row, t) => Math.log(row[rows[d]![t + 1]!]!))));

/** A decoder's probabilities at every token but the last, [documents][tokens - 1][V]. */
const sharesIn = (model: LanguageModel, { rows }: ReadDocuments): number[][][] =>
  nextShares(model, rows, rows[0]!.length).map((row) => row.slice(0, -1));

function measureDocuments(
  model: LanguageModel,
  documents: ReadDocuments,
  name: string,
  put: Put,
): void {
  const own = sharesIn(model, documents);
  put(name, {}, 'divergence in documents', divergenceIn(documents, own));
  put(PRIOR_KEPT, {}, 'divergence in documents', divergenceIn(documents, documents.unweighted));
  put(name, {}, 'loss of documents', lossIn(documents, own));
  put(EXACT_CONCEPTS, {}, 'loss of documents', lossIn(documents, documents.exact));
}

/** The share of prompts whose answer is not the same after all orders of the examples. */
function measureOrders(
  { model, world, seed }: ConceptSubject,
  models: readonly HiddenMarkov[],
  { reordered, orders, orderedExamples: examples, orderedLength: length }: ConceptMeasures,
  name: string,
  put: Put,
): void {
  const random = stream(EVALUATION_SEED, 'orders of examples about concepts', seed);
  const rows = Array.from({ length: reordered }, () => {
    const concept = world.concepts[random.integer(world.concepts.length)]!;
    const prompt: ConceptPrompt = drawConceptPrompt(random, world, concept, { examples, length });
    return Array.from({ length: orders }, () =>
      conceptTokens(prompt, random.permutation(examples)),
    );
  });
  const changes = (answers: readonly number[]): number =>
    mean(rows.map((_, p) => Number(new Set(answers.slice(p * orders, (p + 1) * orders)).size > 1)));
  const all = rows.flat();
  const exact = bestOptions(
    all.map((row) => mixtureReading(models, row, world.settings.vocabulary).next.at(-1)!),
  );
  put(
    name,
    {},
    'answers that change with the order',
    changes(bestOptions(sharesAfter(model, all))),
  );
  put(EXACT_CONCEPTS, {}, 'answers that change with the order', changes(exact));
}

/** Measures a decoder along training: prompts with the most and longest examples, and documents. */
export function conceptWatch(
  subject: ConceptSubject,
  { ks, lengths, watched, tokens }: ConceptMeasures,
  name: string,
): (put: Put) => void {
  const models = mixtureModels(subject.world);
  const [examples, length] = [ks.at(-1)!, lengths.at(-1)!];
  const asked = askedAbout(subject, models, '', { examples, length }, watched);
  const documents = readDocuments(subject, models, watched, tokens);
  return (put) => {
    put(
      name,
      {},
      'accuracy along training',
      accuracy(sharesAfter(subject.model, asked.rows), asked.right),
    );
    const own = sharesIn(subject.model, documents);
    put(name, {}, 'divergence along training', divergenceIn(documents, own));
  };
}

/** Measures a decoder at the end, and beside it what is exact. */
export function measureConcepts(
  subject: ConceptSubject,
  measures: ConceptMeasures,
  name: string,
  put: Put,
): void {
  const models = mixtureModels(subject.world);
  measurePrompts(subject, models, measures, name, put);
  const documents = readDocuments(subject, models, measures.documents, measures.tokens);
  measureDocuments(subject.model, documents, name, put);
  measureOrders(subject, models, measures, name, put);
}
