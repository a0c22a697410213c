/**
 * What is measured of passages before a text: how often each retriever finds the passage that has the
 * answer, and what a language model makes of what stands before a question, or before a text of
 * several facts, for which a passage is retrieved once or again and again.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import { tokensBy } from '../../language/tokenizer';
import { bm25 } from './choosing/nearest';
import type { TextVectors } from './choosingsubjects';
import type { PutNumber } from './titles';
import { nextWordLogs } from './work/nextwords';
import {
  QUESTION_FORMS,
  TOWNS,
  drawFacts,
  drawPassages,
  townOptions,
  type TownFact,
  type Passage,
  type QuestionForm,
} from './work/passages';
import {
  afterPassages,
  bestPassages,
  cosines,
  lastWords,
  recallAt,
  retrievedAt,
} from './work/retrieval';

/** How much is asked. */
export interface PassageSizes {
  /** Passages, all of which are searched, and questions of each form that the model answers. */
  readonly passages: number;
  readonly questions: number;
  /** Towns that an answer is chosen from. */
  readonly options: number;
  /** Passages before a question, where more than one stand there. */
  readonly several: number;
  /** Texts of several facts, facts of each, and after how many of them it is searched again. */
  readonly texts: number;
  readonly facts: number;
  readonly strides: readonly number[];
  /** Words of a query of such texts: tried on the search alone, and used for the model. */
  readonly queryWords: readonly number[];
  readonly query: number;
}

/** What is asked of a model, and what may stand before it. */
interface Asked {
  readonly loaded: LoadedModel;
  readonly begin: string;
  readonly passages: readonly Passage[];
  /** Scores of all passages for some queries. */
  readonly retrievers: Readonly<Record<string, (queries: readonly string[]) => number[][]>>;
}

/** The retrievers of notebook 23, over passages. */
function retrieversOf(passages: readonly Passage[], vectors: TextVectors): Asked['retrievers'] {
  const texts = passages.map(({ text }) => text);
  const own = vectors(texts);
  return {
    BM25: (queries) => queries.map((query) => bm25(query, texts)),
    MiniLM: (queries) => vectors(queries).map((query) => cosines(query, own)),
  };
}

/** How a question is put; the answer is the next word. */
const asked = (question: string): string => `Question: ${question}\nAnswer: in`;

/** log p of every town after each text, each different text read once: [texts][towns]. */
function townLogs({ loaded, begin }: Asked, texts: readonly string[]): number[][] {
  const different = [...new Set(texts)].sort((a, b) => a.length - b.length); // like lengths together
  const logs = nextWordLogs(loaded, begin, different, TOWNS);
  return texts.map((text) => logs[different.indexOf(text)]!);
}

const lossOf = (logs: readonly number[], town: string): number => -logs[TOWNS.indexOf(town)]!;

/** The town of the highest score among some. */
const bestTown = (logs: readonly number[], options: readonly string[]): string =>
  options.reduce((best, one) => (lossOf(logs, one) < lossOf(logs, best) ? one : best));

/** Recall of both retrievers over all passages, and what each found. */
function search(
  { passages, retrievers }: Asked,
  form: QuestionForm,
  several: number,
  put: PutNumber,
): Readonly<Record<string, readonly number[][]>> {
  const queries = passages.map(({ questions }) => questions[form]);
  return Object.fromEntries(
    Object.entries(retrievers).map(([retriever, scored]) => {
      const found = scored(queries).map((scores) => bestPassages(scores, several));
      for (const k of [1, several])
        put(`recall@${k}, by ${form}, ${retriever}`, recallAt(found, [...passages.keys()], k));
      return [retriever, found];
    }),
  );
}

/** Questions with each of the contexts: loss, right answers, tokens; by form, and over the forms. */
function measureQuestions(all: Asked, sizes: PassageSizes, seed: number, put: PutNumber): void {
  const { passages, loaded, begin } = all;
  const { questions: count, several } = sizes;
  const own = [...passages.keys()].slice(0, count);
  const byForm = QUESTION_FORMS.map((form) => {
    const found = search(all, form, several, put);
    const random = stream(seed, 'questions about passages', form);
    const options = own.map((i) => townOptions(random, passages[i]!.town, sizes.options));
    const others = own.map((i) => (i + 1 + random.integer(passages.length - 1)) % passages.length);
    const before: Record<string, (q: number) => readonly number[]> = {
      none: () => [],
      'a random passage': (q) => [others[q]!],
      gold: (q) => [q],
    };
    for (const [retriever, lists] of Object.entries(found)) {
      before[retriever] = (q) => lists[q]!.slice(0, 1);
      before[`${several} by ${retriever}`] = (q) => lists[q]!;
    }
    const ways = Object.keys(before);
    const prompts = ways.map((way) =>
      own.map((q) =>
        afterPassages(
          before[way]!(q).map((i) => passages[i]!.text),
          asked(passages[q]!.questions[form]),
        ),
      ),
    );
    const logs = townLogs(all, prompts.flat());
    return ways.map((way, w) => {
      const rows = logs.slice(w * count, (w + 1) * count);
      const measures = {
        nats: mean(rows.map((row, q) => lossOf(row, passages[q]!.town))),
        right: mean(rows.map((row, q) => Number(bestTown(row, options[q]!) === passages[q]!.town))),
        tokens: mean(prompts[w]!.map((one) => tokensBy(loaded.tokenizer, begin + one).length)),
      };
      for (const [what, value] of Object.entries(measures))
        put(`${what}, by ${form}, ${way}`, value);
      return { way, measures };
    });
  });
  byForm[0]!.forEach(({ way }, w) => {
    for (const what of ['nats', 'right', 'tokens'] as const)
      put(`${what}, ${way}`, mean(byForm.map((ways) => ways[w]!.measures[what])));
  });
}

/** Searches for each fact of a text, with queries of several lengths. */
function measureQueries(
  { retrievers }: Asked,
  facts: readonly TownFact[],
  lengths: readonly number[],
  put: PutNumber,
): void {
  const gold = facts.map(({ passage }) => passage);
  for (const [retriever, scored] of Object.entries(retrievers))
    for (const length of lengths) {
      const queries = facts.map(({ before }) => lastWords(before, length));
      const found = scored(queries).map((scores) => bestPassages(scores, 1));
      put(`recall@1, query of ${length} words, ${retriever}`, recallAt(found, gold, 1));
    }
}

/** Tokens that are read for a text: all of it up to the next search, after each search. */
function tokensRead(
  { loaded, begin }: Asked,
  prompts: readonly string[],
  starts: readonly number[],
): number {
  const lasts = prompts.filter((_, j) => starts[j + 1] !== starts[j]);
  return mean(lasts.map((one) => tokensBy(loaded.tokenizer, begin + one).length)) * lasts.length;
}

/** Facts of texts: with no passage, with that of a search every so many facts, and with their own. */
function measureStrides(all: Asked, sizes: PassageSizes, seed: number, put: PutNumber): void {
  const { passages, retrievers } = all;
  const random = stream(seed, 'texts of facts');
  const stories = Array.from({ length: sizes.texts }, () =>
    drawFacts(random, passages, sizes.facts),
  );
  measureQueries(all, stories.flat(), sizes.queryWords, put);
  const found = stories.map((facts) =>
    retrievers['BM25']!(facts.map(({ before }) => lastWords(before, sizes.query))).map(
      (scores) => bestPassages(scores, 1)[0]!,
    ),
  );
  const ways = [
    { way: 'none', stride: sizes.facts, pick: () => null },
    ...sizes.strides.map((stride) => ({
      way: `every ${stride}`,
      stride,
      pick: (t: number, j: number) => found[t]![retrievedAt(sizes.facts, stride)[j]!]!,
    })),
    { way: 'gold', stride: 1, pick: (t: number, j: number) => stories[t]![j]!.passage },
  ].map(({ way, stride, pick }) => ({
    way,
    stride,
    prompts: stories.map((facts, t) =>
      facts.map(({ before }, j) => {
        const passage = pick(t, j);
        return afterPassages(passage === null ? [] : [passages[passage]!.text], before);
      }),
    ),
  }));
  const logs = townLogs(
    all,
    ways.flatMap(({ prompts }) => prompts.flat()),
  );
  for (const { way, stride, prompts } of ways) {
    const losses = stories.map((facts) => facts.map(({ town }) => lossOf(logs.shift()!, town)));
    put(`nats of facts, ${way}`, mean(losses.flat()));
    const starts = retrievedAt(sizes.facts, stride);
    put(`tokens of facts, ${way}`, mean(prompts.map((one) => tokensRead(all, one, starts))));
  }
}

/**
 * Measures retrieval before an answer.
 *
 * @param begin   stands before each text
 * @param vectors of the encoder of the second retriever
 */
export function measurePassages(
  loaded: LoadedModel,
  begin: string,
  vectors: TextVectors,
  sizes: PassageSizes,
  seed: number,
  put: PutNumber,
): void {
  const passages = drawPassages(stream(seed, 'passages'), sizes.passages);
  const all: Asked = { loaded, begin, passages, retrievers: retrieversOf(passages, vectors) };
  measureQuestions(all, sizes, seed, put);
  measureStrides(all, sizes, seed, put);
}
