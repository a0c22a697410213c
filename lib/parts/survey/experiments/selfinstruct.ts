/**
 * Self-Instruct (notebook 28): a model makes instructions with inputs and outputs from a few seed
 * tasks, filters what it made, and is tuned to what is left.
 * Reference: Wang et al. (2022, arXiv 2212.10560).
 */
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import {
  SELF_INSTRUCT_KIND,
  type SelfInstructConfig,
  type SelfInstructExperiment,
} from '../selfinstructkind';
import { REAL, SMALL_MODEL, comparedNumbers, metricAbove } from './scoringshared';

const WANG = 'Wang et al. 2022, Self-Instruct';

/** The rule "after one tuning the held-out tasks are answered rightly more often than after another". */
const tuned = (model: string, a: string, b: string): Claim['decide'] =>
  metricAbove(model, [a, `accuracy, ${a}`], [b, `accuracy, ${b}`]);

/** The rule "a share is above a half". */
const aboveHalf =
  (model: string, what: string, metric: string): Claim['decide'] =>
  (records) =>
    compareShares(what, measured(records, model, { metric }), 'asked', 0.5);

const texts: readonly Claim[] = [
  claim(
    `Tuned to self-made tasks and the seeds, the model is right about held-out tasks more often ` +
      `than tuned to the seeds alone (${REAL})`,
    WANG,
    tuned(REAL, 'self-made and seeds', 'seeds'),
  ),
  claim(
    `Tuned to self-made tasks alone, the model is right about held-out tasks more often than ` +
      `before (${REAL})`,
    WANG,
    tuned(REAL, 'self-made', 'before'),
  ),
  claim(
    `Tuned to the seeds alone, the model is right about held-out tasks more often than before ` +
      `(${REAL})`,
    COURSE,
    tuned(REAL, 'seeds', 'before'),
  ),
  claim(
    `Tuned to self-made tasks, the model is right more often than tuned to the same instances with ` +
      `their outputs exchanged (${REAL})`,
    COURSE,
    tuned(REAL, 'self-made', 'outputs exchanged'),
  ),
  claim(
    `Two labels of a task differ more often when the label is written before the input than after ` +
      `it (${REAL})`,
    WANG,
    metricAbove(
      REAL,
      ['label first', 'two labels differ, output first'],
      ['input first', 'two labels differ, input first'],
    ),
  ),
  claim(
    `The model gives a label that it wrote for an input again, asked without demonstrations, more ` +
      `often than a random choice would (${REAL})`,
    COURSE,
    metricAbove(
      REAL,
      ['the model', 'label given again, self-made'],
      ['chance', 'chance of the label, self-made'],
    ),
  ),
  claim(
    `The model tells tasks with labels from others in more than half of the seeds (${REAL})`,
    COURSE,
    aboveHalf(REAL, 'kinds of seeds', 'kinds told right, seeds'),
  ),
  claim(
    `The filter of similarity refuses more instructions than all others together (${REAL})`,
    COURSE,
    comparedNumbers(REAL, 'number', 'above', 'instructions')(
      'similarity',
      'instructions, refused by similarity',
      'all others',
      'instructions, refused by others than similarity',
    ),
  ),
];

const world: readonly Claim[] = [
  claim(
    `Tuned further to self-made tasks and the seeds, the model is right about rules that it was ` +
      `not tuned on more often than tuned further to the seeds alone (${SMALL_MODEL})`,
    WANG,
    tuned(SMALL_MODEL, 'self-made', 'seeds'),
  ),
  claim(
    `Tuned further to the self-made lines with the more confident half of the labels, and the ` +
      `seeds, the model is right about such rules more often than tuned further to the seeds alone ` +
      `(${SMALL_MODEL})`,
    COURSE,
    tuned(SMALL_MODEL, 'self-made, confident', 'seeds'),
  ),
  claim(
    `Labels that the model gives to its own inputs under instructions that it was not tuned on are ` +
      `right more often than one of two (${SMALL_MODEL})`,
    COURSE,
    aboveHalf(SMALL_MODEL, 'labels', 'labels right, self-made'),
  ),
  claim(
    `The more confident half of these labels is right more often than all (${SMALL_MODEL})`,
    COURSE,
    metricAbove(
      SMALL_MODEL,
      ['the confident half', 'labels right, self-made, confident'],
      ['all', 'labels right, self-made'],
    ),
  ),
  claim(
    `The more confident half of the labels teaches better than all (${SMALL_MODEL})`,
    COURSE,
    tuned(SMALL_MODEL, 'self-made, confident', 'self-made'),
  ),
  claim(
    `True labels of the same inputs teach better than those of the model (${SMALL_MODEL})`,
    COURSE,
    tuned(SMALL_MODEL, 'true labels', 'self-made'),
  ),
];

const quick: SelfInstructConfig = {
  seeds: 3,
  measures: {
    text: {
      rounds: 3,
      draws: 6,
      instructionTokens: 48,
      temperature: 0.7,
      shown: 6,
      instanceDraws: 2,
      instanceTokens: 28,
      each: 8,
      adapters: { rank: 8, alpha: 16 },
      steps: 32,
      batch: 2,
      learningRate: 5e-4,
      rows: 8,
    },
    world: {
      rules: 6,
      steps: 400,
      learningRate: 1e-3,
      furtherSteps: 120,
      furtherRate: 5e-4,
      batch: 16,
      single: 0.7,
      share: 0.5,
      proposals: 24,
      inputs: 150,
      confident: 0.5,
      asked: 60,
    },
  },
};

/** Tasks that a model makes to be tuned to. */
export const SELF_INSTRUCT: SelfInstructExperiment = {
  name: 'survey-self-instruct',
  notebook: '28',
  claim:
    'A model that is tuned to tasks of its own is right about tasks that it never saw more often.',
  source: WANG,
  variants: [
    { key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 },
    { key: 'small', name: SMALL_MODEL, model: 'small', seeds: 3 },
  ],
  kind: SELF_INSTRUCT_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: {
        text: { ...quick.measures.text, rounds: 10, each: 40, steps: 200, batch: 8, rows: 24 },
        world: { ...quick.measures.world, steps: 1000, furtherSteps: 400, batch: 32, asked: 200 },
      },
    },
  },
  claims: () => [...texts, ...world],
};
