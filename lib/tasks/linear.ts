/**
 * In-context linear regression: each prompt has its own weight vector w ~ N(0, I) and labels y = x . w + noise.
 * Reference: Garg et al. (2022, arXiv 2208.01066), section 2; the shifts are those of InvICL, figure 7.
 */
import { tf } from '../core/backend';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../core/errors';
import type { Stream } from '../core/random';
import type { Prompts } from '../model/prompts';

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
}

/** How many prompts to draw, and how large. */
export interface SampleSizes {
  readonly B: number;
  readonly n: number;
  /** Test inputs per prompt. */
  readonly m: number;
  /** Curriculum: only the first `active` coordinates of the inputs are not zero (default: all). */
  readonly active?: number;
}

/** A source of prompts. */
export interface Task {
  readonly name: string;
  readonly d: number;
  /** The same stream gives the same prompts. The caller disposes the tensors. */
  sample(random: Stream, sizes: SampleSizes): Prompts;
}

const DEFAULTS = { noise: 0, inputScale: 1 };

/** A random orthonormal basis of `rank` vectors in d dimensions (Gram-Schmidt on normal vectors), row after row. */
function orthonormalRows(random: Stream, rank: number, d: number): Float32Array[] {
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
 * Linear regression prompts.
 *
 * @param given `d`, and any of noise (label units), inputScale, subspace (dimensions)
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function linearRegression(given: Partial<LinearConfig> & { readonly d: number }): Task {
  knownKeys('Linear regression', given, ['d', 'noise', 'inputScale', 'subspace']);
  const config: LinearConfig = { ...DEFAULTS, subspace: given.d, ...given };
  const d = positiveInteger('d', config.d);
  finiteNumber('noise', config.noise, 'a number of at least 0', (x) => x >= 0);
  finiteNumber('inputScale', config.inputScale, 'a positive number', (x) => x > 0);
  demand(positiveInteger('subspace', config.subspace) <= d, () => `subspace ${config.subspace} is larger than d = ${d}.`, 'Choose 1 to d.');
  const sample = (random: Stream, { B, n, m, active = d }: SampleSizes): Prompts => {
    for (const [name, value] of Object.entries({ B, n, m, active })) positiveInteger(name, value);
    const count = n + m;
    const [x, y] = [new Float32Array(B * count * d), new Float32Array(B * count)];
    for (let b = 0; b < B; b++) {
      const w = random.normals(d);
      const basis = config.subspace < d ? orthonormalRows(random, config.subspace, d) : null;
      for (let i = 0; i < count; i++) {
        const input = basis ? combine(random.normals(config.subspace), basis, d) : random.normals(d);
        let label = 0;
        for (let k = 0; k < Math.min(active, d); k++) {
          const value = input[k]! * config.inputScale;
          x[(b * count + i) * d + k] = value;
          label += value * w[k]!;
        }
        y[b * count + i] = label + (i < n && config.noise > 0 ? config.noise * random.normal() : 0);
      }
    }
    return tf.tidy(() => {
      const [xs, xTests] = tf.split(tf.tensor3d(x, [B, count, d]), [n, m], 1) as [tf.Tensor3D, tf.Tensor3D]; // [B, n, d], [B, m, d]
      const [ys, yTests] = tf.split(tf.tensor2d(y, [B, count]), [n, m], 1) as [tf.Tensor2D, tf.Tensor2D];
      return { x: xs, y: ys, xTest: xTests, yTest: yTests };
    });
  };
  return { name: 'linear regression', d, sample };
}

const combine = (factors: Float32Array, basis: readonly Float32Array[], d: number): Float32Array =>
  Float32Array.from({ length: d }, (_, k) => basis.reduce((sum, row, r) => sum + factors[r]! * row[k]!, 0));
