/**
 * The retrievers that notebook 25 compares: what each was asked, trained by and chooses, for one
 * subject among others.
 */
import { stream } from '../../core/random';
import { trainCEIL, askSets, CEIL_SCALE, type SetTable } from './choosing/learned/ceil';
import { trainEPR } from './choosing/learned/epr';
import { askHelpfulness, partOfTable, type HelpTable } from './choosing/learned/helpfulness';
import { trainLLMR } from './choosing/learned/llmr';
import { retrieverBy, setRetrieverBy } from './choosing/learned/retriever';
import { trainUDR } from './choosing/learned/udr';
import { nearestByAngle } from './choosing/nearest';
import type { QuestionSelector } from './choosing/pool';
import type { ChoosingSubject } from './choosingsubjects';

/** How much the language model is asked, and how long retrievers are trained. */
export interface LearnedSizes {
  /** Demonstrations before a question. */
  readonly k: number;
  /** Rows of each pool that retrievers learn from, N, and others that they are tried on. */
  readonly rows: number;
  readonly heldRows: number;
  /** Candidates of each row, L. */
  readonly candidates: number;
  /** Sets of k of them, for CEIL. */
  readonly sets: number;
  /** Steps of training on one task; one retriever for all tasks has four times as many. */
  readonly steps: number;
}

/** What the language model said about one subject. */
export interface AskedTables {
  /** Of the rows that are learned from, with sets. */
  readonly learned: SetTable;
  /** Of the rows that retrievers are tried on. */
  readonly held: HelpTable;
}

/** Asks about the rows of a subject. */
export function askTables<Q>(
  subject: ChoosingSubject<Q>,
  { k, rows, heldRows, candidates, sets }: LearnedSizes,
  seed: number,
  number: number,
): AskedTables {
  const random = stream(seed, 'rows that are learned from', subject.title, number);
  const drawn = random.permutation(subject.pool.length).slice(0, rows + heldRows);
  const all = askHelpfulness(subject, drawn, candidates, random);
  const numbers = [...drawn.keys()];
  const learned = partOfTable(all, numbers.slice(0, rows));
  return {
    learned: askSets(subject, learned, sets, k, random),
    held: partOfTable(all, numbers.slice(rows)),
  };
}

/** A retriever with what it cost to train it. */
export interface LearnedWay {
  readonly name: string;
  readonly selector: QuestionSelector;
  /** Questions that the language model was asked about this task. */
  readonly passes: number;
  /** Whether questions are asked after what it chooses; else only its recall is measured. */
  readonly asked: boolean;
}

const way = (selector: QuestionSelector, passes: number, asked = true): LearnedWay => ({
  name: selector.name,
  selector,
  passes,
  asked,
});

/** Tasks are held out in so many parts; with as many tasks, one by one. */
const PARTS = 4;

/** The names of retrievers that never saw the task. */
const heldOutName = (name: string): string => `${name}, held-out task`;

/** Retrievers that were trained on all tasks but those of a part, for the tasks of that part. */
function heldOutWays(
  tables: readonly HelpTable[],
  training: { readonly seed: number; readonly steps: number },
): LearnedWay[][] {
  const parts = Math.min(PARTS, tables.length);
  if (parts < 2) return tables.map(() => []);
  const trained = Array.from({ length: parts }, (_, part) => {
    const others = tables.filter((_table, t) => t % parts !== part);
    return { epr: trainEPR(others, training), udr: trainUDR(others, training) };
  });
  return tables.map(({ task }, t) => {
    const { epr, udr } = trained[t % parts]!;
    return [
      way(retrieverBy(heldOutName('EPR'), epr), 0),
      way(retrieverBy(heldOutName('UDR'), udr, task), 0),
    ];
  });
}

/** All ways for each subject: nearest rows, and retrievers trained on what the model said. */
export function learnedWays(
  tables: readonly AskedTables[],
  { steps }: LearnedSizes,
  seed: number,
): LearnedWay[][] {
  const learned = tables.map((one) => one.learned);
  const forAll = { seed, steps: 4 * steps };
  const udr = trainUDR(learned, forAll);
  const heldOut = heldOutWays(learned, forAll);
  return learned.map((table, t) => {
    const training = { seed, steps };
    const single = table.rows.length * table.candidates[0]!.length;
    const epr = trainEPR([table], training);
    const rounds = trainLLMR(table, training);
    const ceil = trainCEIL(table, epr, training);
    return [
      way(nearestByAngle, 0),
      way(retrieverBy('EPR', epr), single),
      way(retrieverBy('UDR', udr, table.task), single),
      way(setRetrieverBy('CEIL', ceil, CEIL_SCALE), table.passes),
      way(retrieverBy('LLM-R, round 1', rounds[0]!), single, false),
      way(retrieverBy('LLM-R', rounds.at(-1)!), single),
      ...heldOut[t]!,
    ];
  });
}
