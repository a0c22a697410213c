/**
 * In-context learners as few-shot learners (Wu et al., ICLR 2025): its experiments, and how its
 * methods are drawn.
 */
import { solid, trivial, type Part } from '../../experiments/part';
import {
  CLASSIFICATION_EXPERIMENTS,
  CURRICULUM_EXPERIMENTS,
  DOMAIN_EXPERIMENTS,
} from './experiments';

/** The part for the registry. */
export const FEWSHOT: Part = {
  key: 'fewshot',
  experiments: [...CURRICULUM_EXPERIMENTS, ...CLASSIFICATION_EXPERIMENTS, ...DOMAIN_EXPERIMENTS],
  styles: {
    ICL: solid('#AA3377'),
    'M2-ICL': solid('#228B8D', 'diamond'),
    MatchNet: solid('#4477AA', 'square'),
    ProtoNet: solid('#228833', 'triangle-up'),
    CNP: solid('#B8A000', 'triangle-down'),
    'CNP, convolutional': { color: '#B8A000', dash: 'dash', marker: 'triangle-down' },
    MAML: solid('#66AADD', 'x'),
    'ICL, adapted': solid('#AA3377'),
    'ICL, not adapted': { color: '#AA3377', dash: 'dot', marker: 'circle' },
    'M2-ICL, adapted': solid('#228B8D', 'diamond'),
    'M2-ICL, not adapted': { color: '#228B8D', dash: 'dot', marker: 'diamond' },
    'ICL as published': { color: '#AA3377', dash: 'dashdot', marker: 'circle' },
    'no curriculum': solid('#555555'),
    'easy to hard': solid('#228833', 'cross'),
    'hard to easy': solid('#CC6677', 'triangle-down'),
    'mixed order': { color: '#4477AA', dash: 'dash', marker: 'square' },
    'selection by context': trivial('#222222', 'dashdot'),
    'oracle selection': trivial('#666666'),
    'oracle selection, with rules': trivial('#666666', 'dot'),
    'knows the domain': trivial('#000000', 'dashdot'),
    'cosine vote': trivial('#999999', 'dash'),
    'nearest mean': trivial('#BBBBBB', 'dash'),
    'threshold at the mean': trivial('#999999', 'dashdot'),
    'logistic regression': trivial('#888888', 'dot'),
    'Bayes-optimal for circles': trivial('#000000', 'dot'),
  },
};
