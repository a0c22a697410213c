/**
 * The synthetic experiments of the InvICL course (notebooks 08 to 12), in the order in which a
 * short run should make them. Reference: InvICL (Fang et al., ICLR 2025), sections 5 and 6; Garg et
 * al. (2022) for tasks, sizes and the curriculum.
 */
import type { PromptExperiment } from '../../../experiments/prompts';
import { drifting } from './drifting';
import { network, sparse, tree } from './functionclasses';
import { linearFixed, linearRandom } from './onetoken';
import { rates } from './rates';
import { markedFixed, twoTokensFixed, twoTokensRandom, twoTokensShallow } from './twotokens';

/** All of them, in the order in which a short run should make them. */
export const SYNTHETIC: readonly PromptExperiment[] = [
  linearRandom,
  linearFixed,
  twoTokensRandom,
  twoTokensFixed,
  markedFixed,
  twoTokensShallow,
  rates,
  sparse,
  tree,
  network,
  drifting,
];
