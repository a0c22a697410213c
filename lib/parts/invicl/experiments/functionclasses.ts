/**
 * Other function classes: sparse regression, decision trees, ReLU networks (notebook 09).
 */
import {
  averaging,
  boostedTrees,
  greedyTree,
  lasso,
  leastSquares,
  nearestNeighbours,
  sparseBayes,
  twoLayerNetwork,
  zero,
} from '../../../baselines';
import {
  PROMPT_MEASURES,
  type Measures,
  PROMPT_KIND,
  type PromptConfig,
  type PromptExperiment,
} from '../../../experiments/prompts';
import { type Claim, claim, errorBelow, errorWithin } from '../../../records/rules';
import type { TaskSpec } from '../../../tasks';
import { FIGURE6, fullPrompts, inWordsOf, pairs, profiles, methodVariant, versus } from './shared';

/** Words at the start of a sentence. */
const sentence = (words: string): string => words[0]!.toUpperCase() + words.slice(1);

/** A function class: AR, Prefix and InvICL on a task of its own. */
function functionClass(
  name: string,
  what: string,
  task: { readonly quick: TaskSpec; readonly full: TaskSpec },
  baselines: PromptExperiment['baselines'],
  claims: (config: PromptConfig) => readonly Claim[],
): PromptExperiment {
  const measures: Measures = { ...PROMPT_MEASURES, ns: [1, 2, 4, 6, 8, 10, 12, 16, 20, 30] };
  return {
    name,
    notebook: '09',
    claim: `${sentence(what)}: AR has the smaller error in short contexts, InvICL in long ones.`,
    source: FIGURE6,
    variants: (['ar', 'prefix', 'invicl'] as const).map((method) => methodVariant(method)),
    kind: PROMPT_KIND,
    baselines,
    // a lower rate than for linear regression, whose rate search does not cover these classes
    profiles: profiles(
      pairs({ n: 20, learningRate: 3e-3 }, { task: task.quick, seeds: 3, measures }),
      fullPrompts(task.full, { nRandom: true }),
    ),
    claims: (config) => {
      const { n, beyond } = inWordsOf(config);
      const short = n / 5;
      return [
        ...claims(config),
        claim(
          `${sentence(what)}: in short contexts AR has a smaller error than InvICL (n = ` +
            `${short})`,
          FIGURE6,
          errorBelow('AR', 'InvICL', { n: short }),
        ),
        ...versus(['AR', 'Prefix'], { n }, FIGURE6, `${what}, n = ${n}`),
        ...versus(['AR'], { n: 1.5 * n }, FIGURE6, `${what}, ${beyond(1.5)}`),
      ];
    },
  };
}

export const sparse = functionClass(
  'sparse',
  'sparse regression',
  { quick: { kind: 'sparse', d: 10, nonZero: 2 }, full: { kind: 'sparse', d: 20, nonZero: 3 } },
  (task) => [
    leastSquares,
    lasso(0.1),
    lasso(0.01),
    ...(task.kind === 'sparse' ? [sparseBayes(task.d, task.nonZero)] : []),
    averaging,
    zero,
  ],
  (config) => [
    claim(
      'Sparse regression: with fewer examples than dimensions InvICL has a smaller error ' +
        `than least squares (n = ${inWordsOf(config).d - 2})`,
      'Garg et al. 2022, figure 5',
      errorWithin('InvICL', 'least squares', 1, { n: inWordsOf(config).d - 2 }),
    ),
  ],
);

export const tree = functionClass(
  'tree',
  'decision trees',
  { quick: { kind: 'tree', d: 5, depth: 2 }, full: { kind: 'tree', d: 20, depth: 4 } },
  (task) => [
    ...(task.kind === 'tree' ? [greedyTree(task.depth), greedyTree(task.depth, true)] : []),
    boostedTrees(),
    leastSquares,
    nearestNeighbours(3),
    zero,
  ],
  (config) => [
    claim(
      'Decision trees: InvICL has a smaller error than boosted trees (n = ' +
        `${inWordsOf(config).n})`,
      'Garg et al. 2022, figure 5',
      errorWithin('InvICL', 'boosted trees', 1, { n: inWordsOf(config).n }),
    ),
  ],
);

export const network = functionClass(
  'network',
  'ReLU networks',
  { quick: { kind: 'network', d: 3, hidden: 10 }, full: { kind: 'network', d: 20, hidden: 100 } },
  () => [leastSquares, twoLayerNetwork(), nearestNeighbours(3), zero],
  (config) => [
    claim(
      'ReLU networks: InvICL has a smaller error than a two-layer network trained on the ' +
        `prompt (n = ${inWordsOf(config).n})`,
      'Garg et al. 2022, figure 5',
      errorWithin('InvICL', 'two-layer network', 1, { n: inWordsOf(config).n }),
    ),
  ],
);
