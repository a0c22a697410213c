/**
 * In-context learning and fine-tuning of one small model on the same demonstrations, how alike they
 * change its reading of questions, and the same where nothing of the kind can be meant: demonstrations
 * with random labels, of another task, and an update in a random direction.
 */
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { queryReading, type QueryReading } from './optimisation/queryreading';
import { randomUpdate, tunedUpdate, withUpdate } from './optimisation/attentionupdate';
import { recallOfTuning, updateSimilarity } from './optimisation/updatesimilarity';
import type { SmallModel } from './small/smallmodel';
import type { SmallQuestion } from './small/smallanswers';
import { labelIndex, type Example } from './world/posterior';
import { drawExamples } from './world/sampling';
import { TASKS, type Mapping, type WorldTask } from './world/taskworld';
import type { PutNumber } from './titles';

/** How much is measured. */
export interface SimilarityMeasures {
  /** Tasks of each mapping. */
  readonly tasks: number;
  /** Demonstrations of each label, and questions of each. */
  readonly shown: number;
  readonly asked: number;
  /** Of fine-tuning. */
  readonly rate: number;
}

/** What the weights of attention are changed by. */
export const UPDATES = ['right labels', 'random labels', 'another task', 'random update'] as const;

/** The mappings whose tasks are asked. */
export const COMPARED_MAPPINGS = ['natural', 'arbitrary'] as const satisfies readonly Mapping[];

const balanced = (each: number): (0 | 1)[] =>
  Array.from({ length: 2 * each }, (_, i) => (i % 2) as 0 | 1);

const drawOf = (random: Stream, mapping: Mapping, unlike?: WorldTask): WorldTask => {
  const among = TASKS.filter((one) => one.mapping === mapping && one.rule !== unlike?.rule);
  return among[random.integer(among.length)]!;
};

/** Whether the right label of each question is more probable than the task's other one. */
const rightOf = ({ labels }: QueryReading, task: WorldTask, right: readonly Example[]): boolean[] =>
  labels.map((logs, q) => {
    const [a, b] = task.labels.map((word) => logs[labelIndex(word)]!) as [number, number];
    return right[q]!.label === task.labels[0] ? a > b : b > a;
  });

/** All numbers of one task. */
function measureTask(
  model: SmallModel,
  random: Stream,
  mapping: Mapping,
  { shown, asked, rate }: SimilarityMeasures,
  say: PutNumber,
): void {
  const task = drawOf(random, mapping);
  const other = drawOf(random, mapping, task);
  const examples = drawExamples(random, task, balanced(shown));
  const questions = drawExamples(random, task, balanced(asked));
  const demonstrations: Readonly<Record<string, readonly Example[]>> = {
    'right labels': examples,
    'random labels': examples.map(({ input }) => ({
      input,
      label: task.labels[random.integer(2)]!,
    })),
    'another task': drawExamples(random, other, balanced(shown)),
  };
  const after = (context: readonly Example[]): SmallQuestion[] =>
    questions.map(({ input }) => ({ context: { examples: context }, input }));
  const [zsl, icl] = [queryReading(model, after([])), queryReading(model, after(examples))];
  const right = (reading: QueryReading): boolean[] => rightOf(reading, task, questions);
  const [without, within] = [right(zsl), right(icl)];
  say('accuracy, no examples', mean(without.map(Number)));
  say('accuracy, in context', mean(within.map(Number)));
  const missed = within.filter((_, q) => !without[q]!);
  if (missed.length > 0) say('missed before, right in context', mean(missed.map(Number)));
  say('SimAM, no update', mean(updateSimilarity({ zsl, icl, ft: zsl }).maps));
  const tuned = tunedUpdate(model, examples, rate);
  for (const name of UPDATES) {
    const update =
      name === 'right labels'
        ? tuned
        : name === 'random update'
          ? randomUpdate(tuned, random)
          : tunedUpdate(model, demonstrations[name]!, rate);
    const ft = withUpdate(model, update, () => queryReading(model, after([])));
    const { outputs, maps, mapUpdates } = updateSimilarity({ zsl, icl, ft });
    say(`SimAOU, ${name}`, mean(outputs));
    outputs.forEach((value, l) => say(`SimAOU, ${name}, layer ${l}`, value));
    say(`SimAM, ${name}`, mean(maps));
    say(`SimAMU, ${name}`, mean(mapUpdates));
    const answers = right(ft);
    say(`accuracy, ${name}`, mean(answers.map(Number)));
    const recall = recallOfTuning(without, within, answers);
    if (recall !== null) say(`Rec2FTP, ${name}`, recall);
  }
}

/**
 * Measures a small model on tasks with natural and with arbitrary labels.
 *
 * @param put takes each number's name and its mean over tasks, of each mapping
 */
export function measureSimilarity(
  model: SmallModel,
  measures: SimilarityMeasures,
  seed: number,
  put: PutNumber,
): void {
  for (const mapping of COMPARED_MAPPINGS) {
    const all = new Map<string, number[]>();
    for (let t = 0; t < measures.tasks; t++)
      measureTask(model, stream(seed, 'updates', mapping, t), mapping, measures, (metric, value) =>
        all.set(metric, [...(all.get(metric) ?? []), value]),
      );
    all.forEach((values, metric) => put(`${metric}, ${mapping}`, mean(values)));
  }
}
