/**
 * A survey of in-context learning (Dong et al., 2022, and later ones): its experiments, and how its
 * models are drawn.
 */
import { solid, trivial, type Part } from '../../experiments/part';
import { CALIBRATION, CHOOSING, LEARNED, SCORING, SMALL } from './experiments';

/** The part for the registry. */
export const SURVEY: Part = {
  key: 'survey',
  experiments: [SMALL, SCORING, CALIBRATION, CHOOSING, LEARNED],
  styles: {
    'small model': solid('#332288'),
    'small model, width 32': solid('#88CCEE', 'square'),
    'small model, width 96': solid('#AA4499', 'diamond'),
    'small model, InvICL': solid('#117733', 'triangle-up'),
    'small model, plain start': solid('#999933', 'x'),
    'small model, all at once': solid('#CC6677', 'star'),
    direct: solid('#332288', 'hexagon'),
    perplexity: solid('#DDCC77', 'square'),
    channel: solid('#117733', 'triangle-down'),
    'channel with prior': solid('#AA4499', 'cross'),
    random: { color: '#999999', dash: 'dash', marker: 'circle' },
    'nearest, distance': { color: '#88CCEE', dash: 'dash', marker: 'square' },
    'nearest, cosine': { color: '#332288', dash: 'dash', marker: 'diamond' },
    BM25: { color: '#117733', dash: 'dash', marker: 'triangle-up' },
    'marginal relevance': { color: '#CC6677', dash: 'dash', marker: 'star' },
    determinant: { color: '#AA4499', dash: 'dash', marker: 'hexagon' },
    'vote-k': { color: '#999933', dash: 'dash', marker: 'x' },
    'facility location': { color: '#882255', dash: 'dash', marker: 'cross' },
    'nearest of 16, random': { color: '#44AA99', dash: 'dash', marker: 'triangle-down' },
    'nearest of 16, vote-k': { color: '#882255', dash: 'dot', marker: 'triangle-down' },
    'nearest of 16, full vote-k': { color: '#44AA99', dash: 'dot', marker: 'square' },
    EPR: { color: '#332288', dash: 'dashdot', marker: 'circle' },
    UDR: { color: '#CC6677', dash: 'dashdot', marker: 'square' },
    CEIL: { color: '#AA4499', dash: 'dashdot', marker: 'hexagon' },
    'LLM-R, round 1': { color: '#999933', dash: 'dashdot', marker: 'triangle-down' },
    'LLM-R': { color: '#999933', dash: 'dashdot', marker: 'triangle-up' },
    'EPR, held-out task': { color: '#332288', dash: 'dot', marker: 'circle' },
    'UDR, held-out task': { color: '#CC6677', dash: 'dot', marker: 'square' },
    'random set': { color: '#999999', dash: 'dashdot', marker: 'circle' },
    'Q-table': { color: '#117733', dash: 'dashdot', marker: 'star' },
    'Q-network': { color: '#882255', dash: 'dashdot', marker: 'diamond' },
    'best set': trivial('#000000', 'dot'),
    'exact Bayes': trivial('#000000', 'dashdot'),
    'vote by features': trivial('#666666', 'dash'),
    'nearest example': trivial('#AAAAAA', 'dot'),
    'commonest label': trivial('#AAAAAA', 'dashdot'),
  },
};
