/**
 * A survey of in-context learning (Dong et al., 2022, and later ones): its experiments, and how its
 * models are drawn.
 */
import { solid, trivial, type Part } from '../../experiments/part';
import { CALIBRATION, CHOOSING, ORDERING, SCORING, SIGNALS_OF_SETS, SMALL } from './experiments';

/** The part for the registry. */
export const SURVEY: Part = {
  key: 'survey',
  experiments: [SMALL, SCORING, CALIBRATION, CHOOSING, SIGNALS_OF_SETS, ORDERING],
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
    'mutual information': { color: '#332288', dash: 'dot', marker: 'diamond' },
    confidence: { color: '#88CCEE', dash: 'dot', marker: 'circle' },
    certainty: { color: '#44AA99', dash: 'dot', marker: 'triangle-up' },
    'prompt likelihood': { color: '#117733', dash: 'dot', marker: 'square' },
    'best on labelled rows': { color: '#999933', dash: 'dot', marker: 'star' },
    influence: { color: '#CC6677', dash: 'dot', marker: 'hexagon' },
    'influence, lowest': { color: '#CC6677', dash: 'dashdot', marker: 'x' },
    InfoScore: { color: '#882255', dash: 'dot', marker: 'x' },
    'InfoScore, search': { color: '#882255', dash: 'dashdot', marker: 'star' },
    'latent concept': { color: '#AA4499', dash: 'dot', marker: 'cross' },
    'latent concept, lowest': { color: '#AA4499', dash: 'dashdot', marker: 'cross' },
    'no examples': { color: '#666666', dash: 'dot', marker: 'square' },
    'shortest code': { color: '#332288', dash: 'dashdot', marker: 'star' },
    'ambiguity, gold': { color: '#DDCC77', dash: 'dot', marker: 'circle' },
    'ambiguity, misclassified': { color: '#DDCC77', dash: 'dashdot', marker: 'square' },
    'ambiguity, predicted': { color: '#DDCC77', dash: 'dash', marker: 'diamond' },
    'nearest of 16, AdaICL': { color: '#44AA99', dash: 'dot', marker: 'triangle-down' },
    'best of the sets': { color: '#000000', dash: 'dot', marker: 'triangle-up' },
    'worst of the sets': { color: '#000000', dash: 'dot', marker: 'triangle-down' },
    'exact Bayes': trivial('#000000', 'dashdot'),
    'vote by features': trivial('#666666', 'dash'),
    'nearest example': trivial('#AAAAAA', 'dot'),
    'commonest label': trivial('#AAAAAA', 'dashdot'),
  },
};
