/**
 * Experiments of the work on in-context learners as few-shot learners (notebooks 40 to 44).
 * Reference: Wu et al. (ICLR 2025), "Why In-Context Learning Models are Good Few-Shot Learners?";
 * figures by the article's numbers.
 */
import type { PromptExperiment } from '../../../experiments/prompts';
import type { FewShotExperiment } from '../classification';
import type { DomainExperiment } from '../domains';
import { ALPHABETS } from './alphabets';
import { circles } from './circles';
import { curriculum } from './curriculum';
import { mixed } from './mixture';
import { onOneKind } from './onekind';
import { pooled } from './pool';
import { published } from './published';
import { REGRESSIONS } from './regressions';

/** All experiments on few-shot classification. */
export const CLASSIFICATION_EXPERIMENTS: readonly FewShotExperiment[] = [
  onOneKind('pair-wise', 'meta-pairs'),
  onOneKind('prototype', 'meta-prototypes'),
  onOneKind('amortization', 'meta-thresholds'),
  mixed,
  circles,
  published,
  pooled,
];

/** Experiments of this work on prompts of numbers. */
export const CURRICULUM_EXPERIMENTS: readonly PromptExperiment[] = [curriculum];

/** All experiments on domains. */
export const DOMAIN_EXPERIMENTS: readonly DomainExperiment[] = [...REGRESSIONS, ...ALPHABETS];

export { AMORTIZATION, meanOver, PAIRWISE, PROTOTYPE, THREE, TRAINED_KINDS } from './shared';
