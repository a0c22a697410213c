/**
 * In-context against in-weight learning (Chan et al., ICLR 2025): its experiments, and how its
 * methods are drawn.
 */
import { solid, trivial, type Part } from '../../experiments/part';
import { FACT_EXPERIMENTS, SEQUENCE_EXPERIMENTS } from './experiments';

/** The part for the registry. */
export const INWEIGHT: Part = {
  key: 'inweight',
  experiments: [...SEQUENCE_EXPERIMENTS, ...FACT_EXPERIMENTS],
  styles: {
    transformer: solid('#332288'),
    'in-weight': solid('#CC3311', 'square'),
    'in-context': solid('#117733', 'diamond'),
    gated: solid('#332288'),
    'common classes': solid('#DDAA33', 'triangle-up'),
    'rare classes': solid('#004488', 'triangle-down'),
    'new classes': { color: '#004488', dash: 'dot', marker: 'x' },
    chance: trivial('#AAAAAA', 'dot'),
    'Bayes, knows the centres': trivial('#000000', 'dashdot'),
    'nearest labels': trivial('#666666', 'dash'),
    'knows the centres': trivial('#222222', 'dot'),
  },
};
