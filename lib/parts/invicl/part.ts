/**
 * InvICL (Fang et al., ICLR 2025): its experiments, and how its methods are drawn.
 */
import { solid, trivial, type Part } from '../../experiments/part';
import { EPISODE_EXPERIMENTS, READINGS, SYNTHETIC, TEXT_EXPERIMENTS } from './experiments';

/** The part for the registry. */
export const INVICL: Part = {
  key: 'invicl',
  experiments: [...SYNTHETIC, ...EPISODE_EXPERIMENTS, ...TEXT_EXPERIMENTS, READINGS],
  styles: {
    InvICL: solid('#D55E00'),
    AR: solid('#0072B2'),
    NoPE: solid('#56B4E9'),
    Prefix: solid('#009E73'),
    BoE: solid('#B8860B'),
    PCW: solid('#CC79A7'),
    SAICL: solid('#7A4FB5'),
    BatchICL: solid('#8C564B'),
    PyTorch: solid('#4D4D4D'),
    'AR, canonical order': { color: '#0072B2', dash: 'dot' },
    'AR, mean of 8 orders': { color: '#0072B2', dash: 'dashdot' },
    'AR weights, InvICL mask': { color: '#0072B2', dash: 'dash' },
    'InvICL weights, AR mask': { color: '#D55E00', dash: 'dash' },
    'Prefix, loss everywhere': { color: '#009E73', dash: 'dot' },
    'Kalman filter': trivial('#000000', 'dot'),
    'Lasso (0.1)': trivial('#666666', 'dashdot'),
    'Lasso (0.01)': trivial('#999999', 'dot'),
    'greedy tree': trivial('#888888', 'dot'),
    'greedy tree on signs': trivial('#222222'),
    'boosted trees': trivial('#666666', 'dashdot'),
    'two-layer network': trivial('#666666', 'dashdot'),
  },
};
