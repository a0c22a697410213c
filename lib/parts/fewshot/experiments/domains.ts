/**
 * What the experiments on domains share: variants, rules and claims.
 */
import { logSummary } from '../../../evaluation/statistics';
import { ratioOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import { type Claim, claim, errorAbove, errorBelow } from '../../../records/rules';
import { decisionBy, digits } from '../../../records/verdicts';
import type { DomainVariant } from '../domains';
import type { DomainTraining } from '../domaintrainer';
import { WU_2025 } from './shared';

/** The rule "adapted to t tasks, a's error over all n is below b's". */
const adaptedBelow = (a: string, b: string, t: number): Claim['decide'] =>
  errorBelow(a, b, { metric: 'error over n', tasks: t });

/** The rule "without adaptation a's error is above b's". */
const plainAbove = (a: string, b: string, n: number): Claim['decide'] => errorAbove(a, b, { n });

/** The rule "the ratio of b's error to a's is larger after few tasks than after many". */
const gapCloses =
  (a: string, b: string, few: number, many: number): Claim['decide'] =>
  (records) => {
    const errors = (variant: string, t: number): Measured =>
      measured(records, variant, { metric: 'error over n', tasks: t });
    const gap = (t: number): Measured =>
      seedwise((ours, theirs) => theirs! / ours!, errors(a, t), errors(b, t));
    const factor = (t: number): string => digits(logSummary(valuesIn(gap(t))).mean);
    const before =
      `${b} has ${factor(few)} times the error of ${a} with ${few} tasks, ` +
      `${factor(many)} times with ${many}: `;
    return decisionBy(ratioOf(gap(few), gap(many), { bound: 1, claimed: 'above' }), before);
  };

export const M2: Partial<DomainTraining> = { innerSteps: 5, innerRate: 0.01 };

export const TWO_LEVELS: readonly DomainVariant[] = [
  { key: 'icl', name: 'ICL' },
  { key: 'm2', name: 'M2-ICL', training: M2 },
];

export const domainClaims = (
  where: string,
  ns: readonly number[],
  tasks: readonly number[],
): Claim[] => [
  ...tasks.map((t) =>
    claim(
      `Adapted to ${t} tasks of a new domain, M2-ICL has a smaller error than ICL ` + `(${where})`,
      `${WU_2025}, figure 5`,
      adaptedBelow('M2-ICL, adapted', 'ICL, adapted', t),
    ),
  ),
  claim(
    `The ratio of ICL’s error to M2-ICL’s is larger after adaptation to ${tasks[0]} ` +
      `tasks than to ${tasks.at(-1)} (${where})`,
    `${WU_2025}, figure 5: large at 64, marginal at 1024`,
    gapCloses('M2-ICL, adapted', 'ICL, adapted', tasks[0]!, tasks.at(-1)!),
  ),
  claim(
    `Adapted to ${tasks[0]} tasks of a new domain, M2-ICL has a smaller error than ICL ` +
      `in the shortest prompts (${where}, n = ${ns[0]})`,
    `${WU_2025}, figure 5`,
    errorBelow('M2-ICL, adapted', 'ICL, adapted', {
      metric: `error, ${tasks[0]} tasks`,
      n: ns[0]!,
    }),
  ),
  claim(
    `Without adaptation M2-ICL has a larger error than ICL (${where}, n = ${ns.at(-1)})`,
    `${WU_2025}, figure 5`,
    plainAbove('M2-ICL, not adapted', 'ICL, not adapted', ns.at(-1)!),
  ),
];
