/**
 * What the labels of a task cost, one after the other: the exact answer, and the small model, beside
 * the length of the description of the task.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { descriptionLength, sequenceCosts } from './inference/descriptions';
import { lineReading } from './inference/linestates';
import type { SmallModel } from './small/smallmodel';
import { ExactBayes, labelIndex, type Context, type Example } from './world/posterior';
import { drawExamples, drawTask } from './world/sampling';
import { MAPPINGS, WORLD, taskPrior, trainedPrior, type WorldTask } from './world/taskworld';

/** Sequences of each kind of tasks, and examples of each. */
export interface CodeSizes {
  readonly sequences: number;
  readonly lines: number;
}

/** A sequence of examples of a task, with what is told of it before. */
interface Sequence {
  readonly task: WorldTask;
  readonly examples: readonly Example[];
  readonly context: Pick<Context, 'instruction'>;
}

/** Kinds of sequences: labels, and whether the rule is told. */
const KINDS = MAPPINGS.flatMap((mapping) =>
  [false, true].map((told) => ({
    mapping,
    told,
    called: `${mapping} labels${told ? ', rule told' : ''}`,
  })),
);

function sequencesOf(
  { mapping, told }: (typeof KINDS)[number],
  { sequences, lines }: CodeSizes,
  seed: number,
): Sequence[] {
  const random = stream(EVALUATION_SEED, 'sequences of a task', seed, mapping, Number(told));
  const prior = trainedPrior(mapping);
  return Array.from({ length: sequences }, () => {
    const task = drawTask(random, prior);
    const examples = drawExamples(random, task, lines);
    return { task, examples, context: told ? { instruction: task.rule } : {} };
  });
}

/** Sums up to each place. */
const summed = (values: readonly number[]): number[] => {
  let sum = 0;
  return values.map((value) => (sum += value));
};

/** Puts the mean of summed costs [sequences][lines] after each number of examples. */
function putCosts(
  costs: readonly (readonly number[])[],
  called: string,
  name: string,
  put: Put,
): void {
  const sums = costs.map(summed);
  for (let n = 1; n <= sums[0]!.length; n++)
    put(name, { n }, `cost of labels, ${called}`, mean(sums.map((row) => row[n - 1]!)));
}

/** What labels cost the small model, in nats: -ln p of each among all words. */
export function measureSmallCodes(
  model: SmallModel,
  sizes: CodeSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  for (const kind of KINDS) {
    const sequences = sequencesOf(kind, sizes, seed);
    const { logs } = lineReading(
      model,
      sequences.map(({ examples, context }) => ({
        context: { ...context, examples: examples.slice(0, -1) },
        input: examples.at(-1)!.input,
      })),
    );
    const costs = sequences.map(({ examples }, s) =>
      examples.map(({ label }, t) => -logs[s]![t]![labelIndex(label)]!),
    );
    putCosts(costs, kind.called, name, put);
  }
}

/** By how much sums of costs exceed a length, at most over all places. */
const excess = (costs: readonly number[], length: number): number =>
  Math.max(...summed(costs).map((sum) => sum - length));

/** What labels cost the exact answer without noise, the lengths of descriptions, and both bounds. */
export function measureExactCodes(sizes: CodeSizes, name: string, seed: number, put: Put): void {
  const bayes = new ExactBayes(WORLD, { noise: 0 }, trainedPrior());
  const even = { ...WORLD, skew: 0.5 };
  const evenBayes = new ExactBayes(even, { noise: 0 }, taskPrior(even));
  let [lines, labels] = [-Infinity, -Infinity];
  for (const kind of KINDS) {
    const sequences = sequencesOf(kind, sizes, seed);
    const costs = sequences.map(({ task, examples, context: { instruction } }) => {
      const cost = sequenceCosts(bayes, task, examples, instruction);
      const length = descriptionLength(bayes, task, instruction);
      const paid = cost.lines.map((nats, t) => nats - cost.known[t]!);
      lines = Math.max(lines, excess(paid, length));
      return { ...cost, length };
    });
    putCosts(
      costs.map((cost) => cost.labels),
      kind.called,
      name,
      put,
    );
    put(name, {}, `description length, ${kind.called}`, mean(costs.map(({ length }) => length)));
    const random = stream(EVALUATION_SEED, 'even sequences', seed, kind.called);
    for (const { task, context } of sequences) {
      const examples = drawExamples(random, task, sizes.lines, { skew: 0.5 });
      const cost = sequenceCosts(evenBayes, task, examples, context.instruction);
      const length = descriptionLength(evenBayes, task, context.instruction);
      labels = Math.max(labels, excess(cost.labels, length));
    }
  }
  put(name, {}, 'largest excess of lines', lines);
  put(name, {}, 'largest excess of labels, even classes', labels);
}
