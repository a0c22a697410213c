/**
 * In-context linear regression: each prompt has its own weight vector w ~ N(0, I) and labels y = x
 * . w + noise.
 * Reference: Garg et al. (2022, arXiv 2208.01066), section 2; the shifts are those of InvICL,
 * figure 7.
 */
import { demand, finiteNumber, knownKeys, positiveInteger, shareNumber } from '../core/errors';
import type { Stream } from '../core/random';
import { product, taskFrom, type SampledTask, type Sampler } from './task';

/** What makes one regression task differ from another. */
export interface LinearConfig {
  /** Numbers in an input. */
  readonly d: number;
  /** Standard deviation of the label noise on the examples; test labels are noise-free. */
  readonly noise: number;
  /** Inputs are N(0, inputScale^2 I). */
  readonly inputScale: number;
  /** Inputs lie in a random subspace of this many dimensions (d = everywhere). */
  readonly subspace: number;
  /**
   * Condition number of the inputs' covariance: 1 = the identity; else, in a random basis of each
   * prompt, variances fall geometrically by this factor, and sum to d as before.
   */
  readonly condition: number;
  /**
   * Correlation of w between one example and the next: w_i+1 = keep w_i + sqrt(1 - keep^2) N(0, I).
   * 1 = one w for the whole prompt; below 1, w drifts, and later examples tell more. The tests are
   * about the w one step after the last example.
   */
  readonly keep: number;
}

const DEFAULTS = { noise: 0, inputScale: 1, condition: 1, keep: 1 };

/**
 * `rank` random orthonormal vectors in d dimensions (Gram-Schmidt on normal vectors).
 */
function orthonormalBasis(random: Stream, rank: number, d: number): Float32Array[] {
  const rows: Float32Array[] = [];
  for (let r = 0; r < rank; r++) {
    const row = random.normals(d);
    for (const earlier of rows) {
      const along = row.reduce((sum, value, i) => sum + value * earlier[i]!, 0);
      for (let i = 0; i < d; i++) row[i]! -= along * earlier[i]!;
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

/**
 * Standard deviations of d directions whose variances fall geometrically by `condition` and sum to
 * d.
 */
export function deviationsOf(d: number, condition: number): number[] {
  positiveInteger('d', d, 1, 1e6);
  finiteNumber('condition', condition, 'a number of at least 1', (x) => x >= 1);
  const variances = Array.from({ length: d }, (_, r) => condition ** (d > 1 ? -r / (d - 1) : 0));
  const sum = variances.reduce((total, value) => total + value, 0);
  return variances.map((value) => Math.sqrt((value * d) / sum));
}

/** One step of the drift of w, in place: w = keep w + sqrt(1 - keep^2) N(0, I). */
function drift(w: Float32Array, keep: number, random: Stream): void {
  for (let k = 0; k < w.length; k++)
    w[k] = keep * w[k]! + Math.sqrt(1 - keep * keep) * random.normal();
}

/**
 * Linear regression prompts.
 *
 * @param given `d`, and any of noise (label units), inputScale, subspace (dimensions), condition,
 *              keep
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function linearRegression(
  given: Partial<LinearConfig> & { readonly d: number },
): SampledTask {
  knownKeys('Linear regression', given, [
    'd',
    'noise',
    'inputScale',
    'subspace',
    'condition',
    'keep',
  ]);
  const config: LinearConfig = { ...DEFAULTS, subspace: given.d, ...given };
  const d = positiveInteger('d', config.d);
  const { noise, inputScale, subspace, condition, keep } = config;
  finiteNumber('noise', noise, 'a number of at least 0', (x) => x >= 0);
  finiteNumber('inputScale', inputScale, 'a positive number', (x) => x > 0);
  finiteNumber('condition', condition, 'a number of at least 1', (x) => x >= 1);
  shareNumber('keep', keep);
  demand(
    positiveInteger('subspace', subspace) <= d,
    () => `subspace ${subspace} is larger than d = ${d}.`,
    'Choose 1 to d.',
  );
  demand(
    subspace === d || condition === 1,
    () => `subspace ${subspace} and condition ${condition} were given together.`,
    'Choose one.',
  );
  const deviations = condition > 1 ? deviationsOf(d, condition) : null;
  /** Inputs in the span of a basis, each vector with its standard deviation. */
  const along =
    (basis: readonly Float32Array[]): NonNullable<Sampler['input']> =>
    (random, x, from) => {
      const factors = random
        .normals(basis.length)
        .map((value, r) => value * inputScale * (deviations?.[r] ?? 1));
      for (let k = 0; k < d; k++)
        x[from + k] = basis.reduce((sum, row, r) => sum + factors[r]! * row[k]!, 0);
    };
  const sampler: Sampler = {
    d,
    noise,
    input: (random, x, from) => x.set(random.normals(d, inputScale), from),
    prompt: (random, { n, active = d }) => {
      const w = random.normals(d);
      const basis = subspace < d || deviations ? orthonormalBasis(random, subspace, d) : null;
      const label = (x: Float32Array, from: number, i: number): number => {
        if (keep < 1 && i > 0 && i <= n) drift(w, keep, random);
        return product(x, from, w.subarray(0, active));
      };
      return { label, ...(basis ? { input: along(basis) } : {}) };
    },
  };
  const name = keep < 1 ? 'linear regression, drifting' : 'linear regression';
  return { ...taskFrom(name, d, sampler), ordered: keep < 1 };
}
