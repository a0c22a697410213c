/**
 * Label words as anchors, and tasks as states (notebook 34): where in the depth of SmolLM2 and of the
 * small model answers are taken from the demonstrations, and what can be done with it.
 * References: Wang et al. (2023, arXiv 2305.14160): GPT-2 XL and GPT-J, one demonstration of each
 * label; Hendel et al. (2023, arXiv 2310.15916): models of 2.8 to 30 thousand million weights.
 */
import { claim, type Claim } from '../../../records/rules';
import {
  ANCHORS_KIND,
  type AnchorsConfig,
  type AnchorsExperiment,
  type AnchorsVariant,
} from '../anchorskind';
import {
  REAL,
  SMALL_MODEL,
  TEXT_TEMPLATES,
  asItIs,
  comparedNumbers,
  metricAbove,
  shareAbove,
} from './scoringshared';

const WANG = 'Wang et al. 2023';
const HENDEL = 'Hendel et al. 2023';

const VARIANTS: readonly AnchorsVariant[] = [
  { key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 },
  { key: 'small', name: SMALL_MODEL, model: 'small', seeds: 3 },
];

const CALIBRATED = 'accuracy, batch calibration';

/** Claims of one model. @param ending of its metrics @param where in words */
const flowClaims = (variant: string, ending: string, where: string): Claim[] => [
  claim(
    `Information flows to label words in earlier layers than from them to the target (${where})`,
    WANG,
    comparedNumbers(variant, 'number', 'below', 'of the depth')(
      'to label words',
      `depth of the flow to label words${ending}`,
      'to the target',
      `depth of the flow to the target${ending}`,
    ),
  ),
  claim(
    'In the second half of the layers more flows to the target from label words than from as many ' +
      `random places of the demonstrations (${where})`,
    WANG,
    metricAbove(
      variant,
      ['label words', `flow to the target, second half${ending}`],
      ['random places', `flow to the target, second half, random places${ending}`],
    ),
  ),
  claim(
    'Isolating label words in the first layers changes more answers than isolating as many random ' +
      `places there (${where})`,
    WANG,
    metricAbove(
      variant,
      ['random places stay', `label loyalty, random places, first layers${ending}`],
      ['label words stay', `label loyalty, label words, first layers${ending}`],
    ),
  ),
  claim(
    `Isolating label words changes more answers in the first layers than in the last (${where})`,
    WANG,
    metricAbove(
      variant,
      ['last layers', `label loyalty, label words, last layers${ending}`],
      ['first layers', `label loyalty, label words, first layers${ending}`],
    ),
  ),
  claim(
    'The attention to label words tells the model’s answers better in the second half of the layers ' +
      `than in the first (${where})`,
    WANG,
    metricAbove(
      variant,
      ['second half', `area, label words, second half${ending}`],
      ['first half', `area, label words, first half${ending}`],
    ),
  ),
  claim(
    'In the second half of the layers the attention to label words tells the model’s answers better ' +
      `than the attention to as many random places (${where})`,
    WANG,
    metricAbove(
      variant,
      ['label words', `area, label words, second half${ending}`],
      ['random places', `area, random places, second half${ending}`],
    ),
  ),
];

/** What a task vector does; real answers are calibrated. */
const vectorClaims = (variant: string, metric: string, ending: string, where: string): Claim[] => [
  claim(
    `Re-weighted attention to label words raises the share of right answers (${where})`,
    WANG,
    metricAbove(
      variant,
      ['re-weighted', `${metric}, re-weighted${ending}`],
      ['as it is', `${metric}, not re-weighted${ending}`],
    ),
  ),
  claim(
    'A task vector answers more questions right than the same prompts without demonstrations ' +
      `(${where})`,
    HENDEL,
    metricAbove(
      variant,
      ['task vector', `${metric}, task vector, chosen layer${ending}`],
      ['no demonstrations', `${metric}, after no demonstrations${ending}`],
    ),
  ),
  claim(
    `A task vector answers more questions right than a mean state without demonstrations (${where})`,
    HENDEL,
    metricAbove(
      variant,
      ['task vector', `${metric}, task vector, chosen layer${ending}`],
      ['mean state', `${metric}, mean state, chosen layer${ending}`],
    ),
  ),
  claim(
    `A task vector is right at most ten points less often than the demonstrations are (${where})`,
    HENDEL,
    shareAbove(
      variant,
      null,
      ['task vector', asItIs(`${metric}, task vector, chosen layer${ending}`)],
      ['demonstrations', asItIs(`${metric}, after demonstrations${ending}`)],
      0.1,
    ),
  ),
];

const keptClaims: readonly Claim[] = [
  claim(
    'The states of label words and of the words around them keep more answers than those of as many ' +
      `random tokens (${REAL})`,
    WANG,
    metricAbove(
      REAL,
      ['label words', 'loyalty, kept label words'],
      ['random tokens', 'loyalty, kept random tokens'],
    ),
  ),
  claim(
    `They keep more answers than the same words as a text without inputs (${REAL})`,
    WANG,
    metricAbove(
      REAL,
      ['states', 'loyalty, kept label words'],
      ['text', 'loyalty, kept label words as a text'],
    ),
  ),
  claim(
    `They are right at most five points less often than the whole context (${REAL}, calibrated)`,
    WANG,
    shareAbove(
      REAL,
      null,
      ['label words', asItIs(`${CALIBRATED}, kept label words`)],
      ['all tokens', asItIs(`${CALIBRATED}, kept all tokens`)],
      0.05,
    ),
  ),
];

const quick: AnchorsConfig = {
  tasks: ['glue-sst2', 'trec', 'ag_news'],
  template: { ...TEXT_TEMPLATES['Output']!, longest: 40 },
  seeds: 3,
  measures: {
    perLabel: 1,
    questions: 16,
    tuned: 12,
    worldTasks: 4,
    worldShown: 8,
    worldQuestions: 16,
    worldTuned: 12,
    salient: 8,
    words: 5,
    reweighted: 1,
    reweighting: { rounds: 2, learningRate: 0.01 },
    every: 5,
  },
};

/** Where answers are taken from the demonstrations. */
export const ANCHORS: AnchorsExperiment = {
  name: 'survey-anchors',
  notebook: '34',
  claim:
    'Label words collect what the demonstrations say in the first layers, and the answer is taken ' +
    'from them in the later ones.',
  source: WANG,
  variants: VARIANTS,
  kind: ANCHORS_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      tasks: ['glue-sst2', 'trec', 'ag_news', 'emotion'],
      seeds: 5,
      measures: {
        ...quick.measures,
        questions: 400,
        tuned: 64,
        worldTasks: 64,
        worldQuestions: 100,
        salient: 200,
        reweighted: 4,
        reweighting: { rounds: 10, learningRate: 0.01 },
        every: 1,
      },
    },
  },
  claims: () => [
    ...flowClaims(REAL, '', REAL),
    ...keptClaims,
    ...vectorClaims(REAL, CALIBRATED, '', `${REAL}, calibrated`),
    ...(['natural', 'arbitrary'] as const).flatMap((labels) => [
      ...flowClaims(SMALL_MODEL, `, ${labels} labels`, `${SMALL_MODEL}, ${labels} labels`),
      ...vectorClaims(
        SMALL_MODEL,
        'accuracy',
        `, ${labels} labels`,
        `${SMALL_MODEL}, ${labels} labels`,
      ),
    ]),
  ],
};
