/**
 * One colour per method through the whole course, safe for colour-blind readers (after Okabe and Ito, 2008).
 * Trivial predictors are dashed greys; a band is what the caption says it is.
 */

/** How a method is drawn. */
export interface Ink {
  readonly color: string;
  readonly dash: 'solid' | 'dash' | 'dot' | 'dashdot';
}

const solid = (color: string): Ink => ({ color, dash: 'solid' });
const trivial = (color: string, dash: Ink['dash'] = 'dash'): Ink => ({ color, dash });

/** Three shades of one colour, for three settings of one method. */
export const SHADES: readonly Ink[] = ['#9ECAE1', '#4292C6', '#084594'].map((color) => ({ color, dash: 'solid' }));

/** Up to six shades of one colour, light to dark, for settings of one method in their order. */
export const shades = (count: number): readonly Ink[] => {
  const ramp = ['#BDD7E7', '#8DBBDD', '#5A9FD0', '#3182BD', '#0F5CA5', '#08306B'];
  return Array.from({ length: count }, (_, i) => solid(ramp[count === 1 ? 5 : Math.round((5 * i) / (count - 1))]!));
};

const INKS: Readonly<Record<string, Ink>> = {
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
  ICL: solid('#AA3377'),
  'M2-ICL': solid('#228B8D'),
  MatchNet: solid('#4477AA'),
  ProtoNet: solid('#228833'),
  CNP: solid('#B8A000'),
  MAML: solid('#66AADD'),
  'ICL, adapted': solid('#AA3377'),
  'ICL, not adapted': { color: '#AA3377', dash: 'dot' },
  'M2-ICL, adapted': solid('#228B8D'),
  'M2-ICL, not adapted': { color: '#228B8D', dash: 'dot' },
  'ICL as published': { color: '#AA3377', dash: 'dashdot' },
  transformer: solid('#332288'),
  'in-weight': solid('#CC3311'),
  'in-context': solid('#117733'),
  gated: solid('#332288'),
  'common classes': solid('#DDAA33'),
  'rare classes': solid('#004488'),
  'new classes': { color: '#004488', dash: 'dot' },
  chance: trivial('#AAAAAA', 'dot'),
  'nearest labels': trivial('#666666', 'dash'),
  'knows the centres': trivial('#222222', 'dot'),
  'no curriculum': solid('#555555'),
  'easy to hard': solid('#228833'),
  'hard to easy': solid('#CC6677'),
  'mixed order': { color: '#4477AA', dash: 'dash' },
  'selection by context': trivial('#222222', 'dashdot'),
  'oracle selection': trivial('#666666'),
  'oracle selection, with rules': trivial('#666666', 'dot'),
  'knows the domain': trivial('#000000', 'dot'),
  'cosine vote': trivial('#999999', 'dash'),
  'nearest mean': trivial('#BBBBBB', 'dash'),
  'logistic regression': trivial('#888888', 'dot'),
  'Bayes-optimal for circles': trivial('#000000', 'dot'),
  'Bayes-optimal': trivial('#000000', 'dot'),
  'Kalman filter': trivial('#000000', 'dot'),
  'Lasso (0.1)': trivial('#666666', 'dashdot'),
  'Lasso (0.01)': trivial('#999999', 'dot'),
  'greedy tree': trivial('#888888', 'dot'),
  'greedy tree on signs': trivial('#222222'),
  'boosted trees': trivial('#666666', 'dashdot'),
  'two-layer network': trivial('#666666', 'dashdot'),
  'least squares': trivial('#222222'),
  ridge: trivial('#555555', 'dashdot'),
  averaging: trivial('#777777', 'dot'),
  '3 nearest neighbours': trivial('#999999', 'dashdot'),
  '1 nearest neighbour': trivial('#999999', 'dashdot'),
  majority: trivial('#777777', 'dot'),
  untrained: trivial('#AAAAAA', 'dot'),
  zero: trivial('#AAAAAA', 'dot'),
};
const SPARE = ['#5F9EA0', '#A6761D', '#666600', '#1B7837', '#762A83'];

/** The ink of a method or learner; ablations ("AR + ...", "AR, ...") take their method's colour, dashed. */
export function inkOf(name: string): Ink {
  const known = INKS[name];
  if (known) return known;
  const base = Object.keys(INKS).find((key) => name.startsWith(`${key} `) || name.startsWith(`${key},`));
  if (base) return { color: INKS[base]!.color, dash: name.startsWith('ridge') ? 'dashdot' : 'dash' };
  const hash = [...name].reduce((sum, letter) => (31 * sum + letter.codePointAt(0)!) >>> 0, 7);
  return solid(SPARE[hash % SPARE.length]!);
}

/** The ink's colour, see-through. */
export function seeThrough(color: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}
