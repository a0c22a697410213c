/**
 * Sizes of the transformer. Named sizes: Garg et al. (2022, arXiv 2208.01066), the GPT-2 family
 * used by InvICL.
 */
import { checkMemory } from '../core/checks';
import { demand, finiteNumber, knownKeys, lookUp, positiveInteger } from '../core/errors';

/** The shape of a transformer. */
export interface TransformerSize {
  /** Channels C of the residual stream. */
  readonly width: number;
  /** Layers L. */
  readonly layers: number;
  /** Attention heads H, each of C / H channels. */
  readonly heads: number;
  /** Hidden units of the MLP, as a multiple of the width; their number, see hiddenOf, is whole. */
  readonly mlpRatio: number;
  /** How many positions there are embeddings for. */
  readonly maxPositions: number;
}

/** Named sizes: the three of Garg et al., and `course`, which trains in minutes on two cores. */
export const SIZES = {
  tiny: { width: 64, layers: 3, heads: 2, mlpRatio: 4, maxPositions: 256 },
  small: { width: 128, layers: 6, heads: 4, mlpRatio: 4, maxPositions: 256 },
  standard: { width: 256, layers: 12, heads: 8, mlpRatio: 4, maxPositions: 256 },
  course: { width: 64, layers: 4, heads: 4, mlpRatio: 2, maxPositions: 128 },
} as const satisfies Readonly<Record<string, TransformerSize>>;

/** The name of a size. */
export type SizeName = keyof typeof SIZES;

/** Hidden units of the MLP; rounded, as a ratio like 1536 / 576 is not exact in binary. */
export const hiddenOf = ({
  width,
  mlpRatio,
}: Pick<TransformerSize, 'width' | 'mlpRatio'>): number => Math.round(mlpRatio * width);

/**
 * A complete, checked size: a name, or numbers over those of `course`.
 *
 * @throws CourseError quoting an unknown name, an unknown setting, a number that does not fit, or a size
 *   that needs more memory than this machine has
 */
export function sizeOf(given: SizeName | Partial<TransformerSize>): TransformerSize {
  if (typeof given === 'string')
    return lookUp('size', SIZES as Readonly<Record<string, TransformerSize>>, given);
  knownKeys('A transformer size', given, Object.keys(SIZES.course));
  const size = { ...SIZES.course, ...given };
  const { mlpRatio, ...whole } = size;
  for (const [name, value] of Object.entries(whole)) positiveInteger(name, value);
  finiteNumber('mlpRatio', mlpRatio, 'a positive number', (ratio) => ratio > 0);
  const hidden = hiddenOf(size);
  demand(
    hidden > 0 && Math.abs(mlpRatio * size.width - hidden) < 1e-9 * hidden,
    () => `mlpRatio ${mlpRatio} of width ${size.width} is no whole number of hidden units.`,
    'Give a number of units divided by the width.',
  );
  demand(
    size.width % size.heads === 0,
    () => `width ${size.width} cannot be shared by ${size.heads} heads.`,
    'Make the width a multiple of the heads.',
  );
  const { width: C, layers: L, maxPositions } = size;
  checkMemory(
    () => `The weights of width ${C}, ${L} layers, mlpRatio ${mlpRatio}, ${maxPositions} positions`,
    C * (L * C * (4 + 2 * mlpRatio) + maxPositions),
  );
  return size;
}
