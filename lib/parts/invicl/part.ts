/**
 * InvICL (Fang et al., ICLR 2025): its experiments, and how its methods are drawn.
 */
import { solid, trivial, type Part } from '../../experiments/part';
import {
  ADAPTED,
  EPISODE_EXPERIMENTS,
  READINGS,
  READING_ORDERS,
  READING_PLACES,
  SYNTHETIC,
  TEXT_EXPERIMENTS,
} from './experiments';

/** The part for the registry. */
export const INVICL: Part = {
  key: 'invicl',
  experiments: [
    ...SYNTHETIC,
    ...EPISODE_EXPERIMENTS,
    ...TEXT_EXPERIMENTS,
    READINGS,
    READING_ORDERS,
    READING_PLACES,
    ADAPTED,
  ],
  styles: {
    InvICL: solid('#D55E00'),
    AR: solid('#0072B2', 'square'),
    NoPE: solid('#56B4E9', 'triangle-up'),
    Prefix: solid('#009E73', 'diamond'),
    BoE: solid('#B8860B', 'x'),
    PCW: solid('#CC79A7', 'triangle-down'),
    SAICL: solid('#7A4FB5', 'star'),
    BatchICL: solid('#8C564B', 'cross'),
    PyTorch: solid('#4D4D4D', 'hexagon'),
    'AR, canonical order': { color: '#0072B2', dash: 'dot', marker: 'square' },
    'AR, mean of 8 orders': { color: '#0072B2', dash: 'dashdot', marker: 'square' },
    'AR weights, InvICL mask': { color: '#0072B2', dash: 'dash', marker: 'square' },
    'InvICL weights, AR mask': { color: '#D55E00', dash: 'dash', marker: 'circle' },
    'Prefix, loss everywhere': { color: '#009E73', dash: 'dot', marker: 'diamond' },
    'Kalman filter': trivial('#000000', 'dot'),
    'Lasso (0.1)': trivial('#666666', 'dashdot'),
    'Lasso (0.01)': trivial('#AAAAAA', 'dot'),
    'greedy tree': trivial('#777777', 'dot'),
    'greedy tree on signs': { color: '#222222', dash: 'dash', marker: 'cross' },
    'boosted trees': { color: '#999933', dash: 'dot', marker: 'hexagon' },
    'two-layer network': trivial('#999999', 'dashdot'),
  },
};
