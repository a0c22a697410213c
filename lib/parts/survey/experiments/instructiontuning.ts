/**
 * Tuning to instructions (notebook 28): the small model of notebook 20 learns new words for the
 * instructions of TaskWorld on some of its rules and is asked about rules that were left out; and it
 * learns to write the instruction of the demonstrations that it has read.
 * References: Wei et al. (2022, arXiv 2109.01652) and Chung et al. (2022, arXiv 2210.11416) for tuning
 * to instructions and for more tasks; Honovich et al. (2022, arXiv 2205.10782) for instructions from
 * demonstrations; Fang et al. (ICLR 2025) for InvICL.
 */
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import {
  INSTRUCTION_TUNING_KIND,
  type InstructionTuningConfig,
  type InstructionTuningExperiment,
  type InstructionVariant,
} from '../instructiontuningkind';
import { EXACT_ANSWER } from './scoringshared';

const WEI = 'Wei et al. 2022, FLAN';
const CHUNG = 'Chung et al. 2022';
const HONOVICH = 'Honovich et al. 2022';
const FANG = 'Fang et al. 2025';

const tunedOn = (rules: number): string => `tuned on ${rules} rules`;
const [FOUR, NINE, TWELVE] = [tunedOn(4), tunedOn(9), tunedOn(12)];
const INVICL = 'tuned on 9 rules, InvICL';
const WRITER = 'writer of instructions';

/** Where a number stands: whose, which, and after how many demonstrations if they are counted. */
type Place = readonly [variant: string, metric: string, n?: number];

/** The rule "the first share is above the second, less a margin". */
const above =
  (
    [a, x]: readonly [string, Place],
    [b, y]: readonly [string, Place],
    margin = 0,
  ): Claim['decide'] =>
  (records) => {
    const of = ([variant, metric, n]: Place) =>
      measured(records, variant, n === undefined ? { metric } : { metric, n });
    return compareShares(a, of(x), b, of(y), margin);
  };

const SHOWN = 'two demonstrations';
const INPUTS = 'two demonstrations with symbols, inputs on which the scopes disagree';

const accuracy = (told: string, which = 'held out', form = SHOWN): string =>
  `accuracy, ${told}, ${form}, ${which}`;

/** The rule that one model does better told one thing than told another. */
const better = (name: string, told: string, other: string, form = SHOWN): Claim['decide'] =>
  above(
    [told, [name, accuracy(told, 'held out', form)]],
    [other, [name, accuracy(other, 'held out', form)]],
  );

/** New instructions on rules that are held out. */
const heldOut: Claim[] = [
  claim(
    `On held-out rules the right instruction gives more right answers than none (9 rules; ${INPUTS})`,
    WEI,
    better(NINE, 'right instruction', 'no instruction'),
  ),
  claim(
    'On held-out rules the right instruction gives more right answers than none (9 rules; no ' +
      'demonstration, natural labels, inputs on which the scopes disagree)',
    WEI,
    better(NINE, 'right instruction', 'no instruction', 'natural'),
  ),
  ...['scope', 'feature'].map((part) =>
    claim(
      `On held-out rules the right instruction gives more right answers than one with a wrong ` +
        `${part} (9 rules; ${INPUTS})`,
      COURSE,
      better(NINE, 'right instruction', `wrong ${part}`),
    ),
  ),
  claim(
    `On held-out rules tuning on 9 rules gives more right answers than on 4 (${INPUTS})`,
    CHUNG,
    above(
      ['9 rules', [NINE, accuracy('right instruction')]],
      ['4 rules', [FOUR, accuracy('right instruction')]],
    ),
  ),
  claim(
    `Held-out rules are answered at most five points worse than tuned ones (9 rules; ${INPUTS})`,
    COURSE,
    above(
      ['held out', [NINE, accuracy('right instruction')]],
      ['tuned', [NINE, accuracy('right instruction', 'tuned')]],
      0.05,
    ),
  ),
  claim(
    `Tuning on 9 rules is at most five points below tuning on all 12, on the three that it leaves ` +
      `out (${INPUTS})`,
    COURSE,
    above(
      ['9 rules', [NINE, accuracy('right instruction')]],
      ['12 rules', [TWELVE, accuracy('right instruction')]],
      0.05,
    ),
  ),
  claim(
    `Under InvICL the right instruction gives more right answers on held-out rules than none ` +
      `(9 rules; ${INPUTS})`,
    FANG,
    better(INVICL, 'right instruction', 'no instruction'),
  ),
];

/** What tuning costs of what the model could do before. */
const kept = (k: number): Claim[] => [
  claim(
    `Tuning to new words costs the old words at most five points (9 rules; ${INPUTS})`,
    COURSE,
    above(
      ['after tuning', [NINE, accuracy('old words')]],
      ['before', [NINE, accuracy('old words').replace('accuracy', 'accuracy before tuning')]],
      0.05,
    ),
  ),
  claim(
    `Tuning to new words costs answers after ${k} demonstrations without an instruction at most two ` +
      'points (9 rules; natural labels)',
    COURSE,
    above(
      ['after tuning', [NINE, `accuracy, ${k} demonstrations, natural`]],
      ['before', [NINE, `accuracy before tuning, ${k} demonstrations, natural`]],
      0.02,
    ),
  ),
];

/** Instructions that are written after demonstrations. */
const written = (few: number, most: number): Claim[] => [
  claim(
    `The writer names the rule right more often after ${most} demonstrations than after ${few} ` +
      '(natural labels)',
    HONOVICH,
    above(
      [`after ${most}`, [WRITER, 'rule right, natural', most]],
      [`after ${few}`, [WRITER, 'rule right, natural', few]],
    ),
  ),
  ...(['natural', 'arbitrary'] as const).map((labels) =>
    claim(
      `The writer names the rule right at most five points less often than the exact answer ` +
        `(${most} demonstrations, ${labels} labels)`,
      COURSE,
      above(
        ['writer', [WRITER, `rule right, ${labels}`, most]],
        ['exact', [EXACT_ANSWER, `rule right, ${labels}`, most]],
        0.05,
      ),
    ),
  ),
  claim(
    `Under the written instruction alone, the model before tuning is at most five points below ` +
      `itself after the ${most} demonstrations (natural labels)`,
    HONOVICH,
    above(
      ['written instruction', [WRITER, 'accuracy, written instruction, natural', most]],
      ['demonstrations', [WRITER, 'accuracy, demonstrations, natural', most]],
      0.05,
    ),
  ),
];

const quick: InstructionTuningConfig = {
  training: {
    steps: 600,
    batch: 32,
    learningRate: 2e-3,
    mix: { single: 0.5, instructed: 0.25, plain: 0.25 },
    logEvery: 10,
  },
  seeds: 3,
  watchEvery: 100,
  measures: { questions: 480, watched: 120, k: 8, shown: [1, 2, 4, 8] },
};

const full: InstructionTuningConfig = {
  ...quick,
  training: { ...quick.training, steps: 4000 },
  watchEvery: 500,
  measures: { ...quick.measures, questions: 1920, watched: 240 },
};

const tuned = (rules: number): InstructionVariant => ({
  key: `rules-${rules}`,
  name: tunedOn(rules),
  training: { rules },
});

/** Tuning to instructions. */
export const INSTRUCTION_TUNING: InstructionTuningExperiment = {
  name: 'survey-instruction-tuning',
  notebook: '28',
  claim:
    'Tuned to new words for instructions on nine of twelve rules, the small model follows them on ' +
    'the three rules that were left out.',
  source: WEI,
  variants: [
    ...[4, 6, 9, 12].map(tuned),
    { key: 'invicl-9', name: INVICL, method: 'invicl', training: { rules: 9 } },
    { key: 'writer', name: WRITER, training: { mix: { written: 1 } } },
  ],
  weights: ['rules-9', 'writer'],
  kind: INSTRUCTION_TUNING_KIND,
  profiles: { quick, full },
  claims: ({ measures: { k, shown } }) => [
    ...heldOut,
    ...kept(k),
    ...written(shown[0]!, shown.at(-1)!),
  ],
};
