/**
 * Learning as inference (notebook 35): averages over linear tasks and what attention makes of them,
 * kernel regression on the states of a network, labels against the length of a description.
 * References: Zhang et al. (2023, arXiv 2305.19420); Han et al. (2023, arXiv 2305.12766); Hahn and Goyal
 * (2023, arXiv 2303.07971).
 */
import { differenceOf, levelOf, ratioOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import { claim, errorBelow, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy, digits } from '../../../records/verdicts';
import {
  INFERENCE_KIND,
  type InferenceConfig,
  type InferenceExperiment,
  type InferenceVariant,
} from '../inferencekind';
import { EXACT_ANSWER, SMALL_MODEL } from './scoringshared';

const AVERAGE = 'Bayes average';
const ZHANG = 'Zhang et al. 2023';
const HAN = 'Han et al. 2023';
const HAHN = 'Hahn and Goyal 2023';

const VARIANTS: readonly InferenceVariant[] = [
  { key: 'average', name: AVERAGE, model: 'average', seeds: 5 },
  { key: 'ar', name: 'AR', model: 'ar', seeds: 3 },
  { key: 'invicl', name: 'InvICL', model: 'invicl', seeds: 3 },
  { key: 'small', name: SMALL_MODEL, model: 'small', seeds: 3 },
  { key: 'exact', name: EXACT_ANSWER, model: 'exact', seeds: 3 },
];

type Records = Parameters<Claim['decide']>[0];

/** Whether a number is at most a bound on every seed, but for rounding. */
const neverAbove = (
  records: Records,
  variant: string,
  metric: string,
  bound: number,
): ReturnType<Claim['decide']> => {
  const most = Math.max(...valuesIn(measured(records, variant, { metric })));
  return {
    ours: `at most ${digits(most)} nats, bound ${digits(bound)}`,
    verdict: most <= bound + 1e-6 ? 'true' : 'false',
  };
};

/** The first number less the second, in nats, of the same variant or of two. */
const nats = (a: Measured, b: Measured, claimed: 'above' | 'below', before: string) =>
  decisionBy(differenceOf(a, b, 'nats', { bound: 0, claimed }), before);

const averages = ({ measures: { labels, pool, taus, most } }: InferenceConfig): Claim[] => {
  const [few, many] = [labels[Math.max(0, labels.length - 4)]!, labels.at(-1)!];
  return [
    claim(
      `The regret of the average over all linear tasks stays below d/2 ln(1 + sum |x|² / (d s²)) ` +
        `(mean over tasks, ${many} labels)`,
      ZHANG,
      (records) =>
        nats(
          measured(records, AVERAGE, { metric: 'regret', n: many }),
          measured(records, AVERAGE, { metric: 'bound of the regret', n: many }),
          'below',
          'regret less bound: ',
        ),
    ),
    claim(
      `The regret of the average over ${pool} tasks is never above ln ${pool}`,
      ZHANG,
      (records) => neverAbove(records, AVERAGE, `largest regret, pool of ${pool}`, Math.log(pool)),
    ),
    ...['linear attention', `softmax attention, temperature ${taus.at(-1)!}`].map((who) =>
      claim(
        `From ${few} to ${many} labels ${who} comes at least four times as near to the closed form ` +
          `(squared distance)`,
        ZHANG,
        (records) => {
          const at = (n: number): Measured => measured(records, who, { metric: 'distance', n });
          return decisionBy(
            ratioOf(at(many), at(few), { bound: 0.25, claimed: 'below' }),
            'squared distance, late over early: ',
          );
        },
      ),
    ),
    claim(
      `Summed over prompts with 1 to ${most} examples, the squared error of InvICL exceeds that of ` +
        `least squares by less than that of AR does (one trained network of each)`,
      COURSE,
      errorBelow('InvICL', 'AR', { metric: 'regret of squares', n: most }),
    ),
  ];
};

/** The layers of the small model. */
const LAYERS = [1, 2, 3, 4] as const;

/** The agreement of the layer where it is highest on average over seeds. */
function bestLayer(records: Records, n: number, of: string, what = 'agreement'): Measured {
  const byLayer = LAYERS.map((l) =>
    measured(records, SMALL_MODEL, { n, metric: `${what}, layer ${l}, ${of}` }),
  );
  const average = (one: Measured): number =>
    valuesIn(one).reduce((sum, value) => sum + value, 0) / valuesIn(one).length;
  return byLayer.reduce((best, one) => (average(one) > average(best) ? one : best));
}

const kernels = ({ measures: { ks } }: InferenceConfig): Claim[] => {
  const [few, many] = [ks[0]!, ks.at(-1)!];
  const of = 'arbitrary labels';
  const against = (what: string, words: string): Claim =>
    claim(
      `In the layer where it agrees best, kernel regression agrees more with the answers than ` +
        `${words} (${SMALL_MODEL}, ${many} examples, ${of})`,
      HAN,
      (records) =>
        decisionBy(
          differenceOf(
            bestLayer(records, many, of),
            bestLayer(records, many, of, `agreement, ${what}`),
          ),
          'difference of correlations: ',
        ),
    );
  return [
    claim(
      `In the layer where it agrees best, kernel regression on the states has a correlation above ` +
        `0.8 with the answers (${SMALL_MODEL}, ${many} examples, ${of})`,
      HAN,
      (records) =>
        decisionBy(
          levelOf(bestLayer(records, many, of), { bound: 0.8, claimed: 'above' }, 'level'),
          'correlation, ',
        ),
    ),
    against('shuffled', 'with the labels of the examples shuffled'),
    against('untrained', 'on the states of an untrained network'),
    claim(
      `It agrees more after ${many} examples than after ${few} (${SMALL_MODEL}, ${of}, best layer ` +
        `of each)`,
      HAN,
      (records) =>
        decisionBy(
          differenceOf(bestLayer(records, many, of), bestLayer(records, few, of)),
          'difference of correlations: ',
        ),
    ),
    claim(
      `It agrees more with the answers in the last layer than in the first (${SMALL_MODEL}, ${many} ` +
        `examples, ${of})`,
      HAN,
      (records) => {
        const at = (l: number): Measured =>
          measured(records, SMALL_MODEL, { n: many, metric: `agreement, layer ${l}, ${of}` });
        return decisionBy(differenceOf(at(LAYERS.at(-1)!), at(1)), 'difference of correlations: ');
      },
    ),
    claim(
      `Kernel regression on the states of the last layer answers right as often as the model, less ` +
        `five points (${many} examples, ${of})`,
      COURSE,
      (records) =>
        compareShares(
          'kernel regression',
          measured(records, SMALL_MODEL, {
            n: many,
            metric: `right by kernel, layer ${LAYERS.at(-1)!}, ${of}`,
          }),
          'model',
          measured(records, SMALL_MODEL, { n: many, metric: `accuracy, ${of}` }),
          0.05,
        ),
    ),
  ];
};

const codes = ({ measures: { lines } }: InferenceConfig): Claim[] => {
  const cost = (records: Records, who: string, of: string): Measured =>
    measured(records, who, { n: lines, metric: `cost of labels, ${of}` });
  const length = (records: Records, of: string): Measured =>
    measured(records, EXACT_ANSWER, { metric: `description length, ${of}` });
  const beyond = (records: Records, who: string, of: string): Measured =>
    seedwise((nats, bound) => nats! - bound!, cost(records, who, of), length(records, of));
  return [
    claim(
      'Examples never cost the exact answer more than the description of their task and what they ' +
        'cost where it is known',
      HAHN,
      (records) => neverAbove(records, EXACT_ANSWER, 'largest excess of lines', 0),
    ),
    claim(
      'Where inputs say nothing about the task, labels alone never cost more than its description',
      HAHN,
      (records) => neverAbove(records, EXACT_ANSWER, 'largest excess of labels, even classes', 0),
    ),
    ...(['natural labels', 'arbitrary labels'] as const).map((of) =>
      claim(
        `Summed over ${lines} examples, labels cost the small model at most the length of the ` +
          `description (${of})`,
        HAHN,
        (records) =>
          decisionBy(
            levelOf(beyond(records, SMALL_MODEL, of), { bound: 0, claimed: 'below' }, 'nats'),
            'cost less length: ',
          ),
      ),
    ),
    claim(
      `Labels of tasks with a longer description cost the small model more (arbitrary against ` +
        `natural labels)`,
      HAHN,
      (records) =>
        nats(
          cost(records, SMALL_MODEL, 'arbitrary labels'),
          cost(records, SMALL_MODEL, 'natural labels'),
          'above',
          'arbitrary less natural: ',
        ),
    ),
    claim(
      `Where the rule is told, which makes the description shorter, labels cost the small model less ` +
        `(arbitrary labels)`,
      HAHN,
      (records) =>
        nats(
          cost(records, SMALL_MODEL, 'arbitrary labels, rule told'),
          cost(records, SMALL_MODEL, 'arbitrary labels'),
          'below',
          'told less not told: ',
        ),
    ),
  ];
};

const quick: InferenceConfig = {
  seeds: 3,
  measures: {
    d: 4,
    noise: 0.5,
    linearTasks: 200,
    labels: [1, 2, 4, 8, 16, 32, 64, 128],
    pool: 16,
    taus: [2, 4],
    prompts: 256,
    tests: 4,
    most: 10,
    ks: [2, 4, 6, 8],
    questions: 192,
    bandwidths: [0.02, 0.05, 0.1, 0.2, 0.5, 1],
    sequences: 24,
    lines: 8,
  },
};

/** Learning as inference. */
export const INFERENCE: InferenceExperiment = {
  name: 'survey-inference',
  notebook: '35',
  claim:
    'What a model learns in context can be read as an average over tasks: its regret grows like a ' +
    'logarithm, its answers agree with kernel regression on its own states, and labels cost at most ' +
    'the description of their task.',
  source: ZHANG,
  variants: VARIANTS,
  kind: INFERENCE_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 3,
      measures: {
        ...quick.measures,
        linearTasks: 2000,
        labels: [...quick.measures.labels, 256, 512],
        prompts: 1280,
        questions: 2048,
        sequences: 256,
      },
    },
  },
  claims: (config) => [...averages(config), ...kernels(config), ...codes(config)],
};
