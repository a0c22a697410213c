/**
 * Texts as vectors: latent semantic analysis. Words are weighed by TF-IDF, the matrix of texts is
 * cut to its largest singular directions by subspace iteration, and where a text lies along them is
 * brought to one length. A few numbers of the surface are added: how long, how much two parts of a
 * text share, digits, negation.
 * Reference: Deerwester et al. (1990); Halko, Martinsson and Tropp (2011), algorithm 4.4 for the
 * iteration.
 */
import { QrDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';

import { checkText, checkTexts } from '../core/checks';
import { demand, knownKeys, positiveInteger, quote } from '../core/errors';
import { stream } from '../core/random';
import { checkTextLength } from '../language/beginning';

/** How texts become vectors. */
export interface FeatureConfig {
  /** Singular directions kept. */
  readonly dims: number;
  /** Words in fewer texts than this are left out ... */
  readonly minTexts: number;
  /** ... and of the others, the rarest beyond this many. */
  readonly maxWords: number;
}

export const FEATURES: FeatureConfig = { dims: 32, minTexts: 3, maxWords: 8000 };

/**
 * Lower-case words, numbers as '0', and the marks ? and !.
 *
 * @throws CourseError when what is given is no text
 */
export function wordsOf(text: string): string[] {
  checkText('A text', text);
  const found = text.toLowerCase().match(/[\p{L}\p{M}]+(?:['’][\p{L}]+)*|\p{N}+|[?!]/gu) ?? [];
  return found.map((word) => (/^\p{N}/u.test(word) ? '0' : word));
}

/** A text as the numbers of its known words and their weights, of length 1. */
interface SparseRow {
  readonly words: Int32Array;
  readonly weights: Float64Array;
}

const NEGATIONS = new Set(['not', 'no', 'never', "n't", 'nothing', 'nobody', 'without']);
const negates = (words: readonly string[]): boolean =>
  words.some((word) => NEGATIONS.has(word) || word.endsWith("n't"));

/** The share of two lists' distinct words that both have (Jaccard). */
function sharedWords(a: readonly string[], b: readonly string[]): number {
  const [first, second] = [new Set(a), new Set(b)];
  const both = [...first].filter((word) => second.has(word)).length;
  return both / Math.max(1, first.size + second.size - both);
}

/** How many numbers of the surface there are. */
const SURFACE = 5;

/** Texts to vectors, fitted on some texts. */
export class TextFeatures {
  /** Numbers per text: singular directions, then the surface. */
  readonly size: number;
  /** Singular values of the fitted matrix, the largest first. */
  readonly singularValues: readonly number[];
  private readonly index = new Map<string, number>();
  private readonly idf: Float64Array;
  /** Directions, words x dims, row after row. */
  private readonly directions: Float64Array;
  private readonly centre: Float64Array;
  private readonly scale: Float64Array;

  /**
   * @param texts  what is fitted on; no labels are used
   * @param config settings over those of FEATURES
   * @throws CourseError when there are fewer words or texts than directions, or a setting is unknown
   *   or refused
   */
  constructor(texts: readonly string[], config: Partial<FeatureConfig> = {}) {
    checkTexts('Texts', texts);
    knownKeys('A config of features', config, Object.keys(FEATURES));
    const { dims, minTexts, maxWords } = { ...FEATURES, ...config };
    for (const [name, value] of Object.entries({ dims, minTexts, maxWords }))
      positiveInteger(name, value);
    const counts = new Map<string, number>();
    for (const text of texts)
      for (const word of new Set(wordsOf(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
    const kept = [...counts]
      .filter(([, count]) => count >= minTexts)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, maxWords);
    demand(
      kept.length >= dims && texts.length >= dims,
      () => `${dims} directions were asked of ${texts.length} texts with ${kept.length} words.`,
      'Ask for fewer directions, or give more texts.',
    );
    kept.forEach(([word], i) => this.index.set(word, i));
    this.idf = Float64Array.from(
      kept,
      ([, count]) => Math.log((1 + texts.length) / (1 + count)) + 1,
    );
    const rows = texts.map((text) => this.weigh(text));
    const { values, directions } = topDirections(rows, kept.length, dims);
    this.singularValues = values;
    this.directions = directions;
    this.size = dims + SURFACE;
    [this.centre, this.scale] = [new Float64Array(this.size), new Float64Array(this.size).fill(1)];
    const raw = texts.map((text) => this.raw(text));
    for (let k = 0; k < this.size; k++) {
      const mean = raw.reduce((sum, row) => sum + row[k]!, 0) / raw.length;
      this.centre[k] = mean;
      if (k >= dims)
        this.scale[k] =
          Math.sqrt(raw.reduce((sum, row) => sum + (row[k]! - mean) ** 2, 0) / raw.length) || 1;
    }
  }

  /** The number of known words. */
  get words(): number {
    return this.index.size;
  }

  /** TF-IDF weights of a text's known words, of length 1 (all 0 when none is known). */
  private weigh(text: string): SparseRow {
    const counts = new Map<number, number>();
    for (const word of wordsOf(text)) {
      const i = this.index.get(word);
      if (i !== undefined) counts.set(i, (counts.get(i) ?? 0) + 1);
    }
    const entries = [...counts].sort(([a], [b]) => a - b);
    const weights = Float64Array.from(entries, ([i, count]) => count * this.idf[i]!);
    const length = Math.hypot(...weights) || 1;
    return { words: Int32Array.from(entries, ([i]) => i), weights: weights.map((w) => w / length) };
  }

  /** Where a text lies along the directions, unscaled: one number per direction. */
  project(text: string): Float64Array {
    const dims = this.singularValues.length;
    const out = new Float64Array(dims);
    const { words, weights } = this.weigh(text);
    words.forEach((word, i) => {
      for (let k = 0; k < dims; k++) out[k]! += weights[i]! * this.directions[word * dims + k]!;
    });
    return out;
  }

  private raw(text: string): number[] {
    checkText('A text', text);
    checkTextLength(text);
    const parts = text.split('[SEP]').map(wordsOf);
    const [first, second] = [parts[0]!, parts.slice(1).flat()];
    const all = parts.flat();
    const surface = [
      Math.log(1 + all.length),
      second.length > 0 ? sharedWords(first, second) : 0,
      second.length > 0 && negates(first) !== negates(second) ? 1 : 0,
      all.includes('0') ? 1 : 0,
      all.includes('?') ? 1 : 0,
    ];
    const along = this.project(text);
    const length = Math.hypot(...along) || 1;
    return [...along.map((value) => (value * Math.sqrt(along.length)) / length), ...surface];
  }

  /**
   * The vector of a text: `size` numbers of mean 0 on the fitted texts, those of the surface of
   * variance 1, none beyond +-4.
   *
   * @throws CourseError when it is no text, or one of more than 100,000 characters
   */
  embed(text: string): Float32Array {
    return Float32Array.from(this.raw(text), (value, k) =>
      Math.max(-4, Math.min(4, (value - this.centre[k]!) / this.scale[k]!)),
    );
  }
}

/**
 * Refuses what does not turn texts into vectors.
 *
 * @throws CourseError quoting it
 */
export const checkFeatures = (features: unknown): void =>
  demand(
    features instanceof TextFeatures,
    () => `Texts were to become vectors by ${quote(features)}.`,
    'Give a metaicl.TextFeatures.',
  );

/**
 * The largest singular values of a sparse matrix and their right directions, by subspace iteration.
 */
function topDirections(
  rows: readonly SparseRow[],
  columns: number,
  dims: number,
): { values: number[]; directions: Float64Array } {
  const width = Math.min(columns, rows.length, dims + 10);
  /** A X for X columns x width: rows x width. */
  const times = (x: Matrix): Matrix => {
    const out = Matrix.zeros(rows.length, width);
    rows.forEach(({ words, weights }, r) => {
      for (let k = 0; k < width; k++) {
        let sum = 0;
        for (let i = 0; i < words.length; i++) sum += weights[i]! * x.get(words[i]!, k);
        out.set(r, k, sum);
      }
    });
    return out;
  };
  /** A' Y for Y rows x width: columns x width. */
  const backTimes = (y: Matrix): Matrix => {
    const out = Matrix.zeros(columns, width);
    rows.forEach(({ words, weights }, r) => {
      for (let i = 0; i < words.length; i++)
        for (let k = 0; k < width; k++)
          out.set(words[i]!, k, out.get(words[i]!, k) + weights[i]! * y.get(r, k));
    });
    return out;
  };
  const orthonormal = (x: Matrix): Matrix =>
    new QrDecomposition(x).orthogonalMatrix.subMatrix(0, x.rows - 1, 0, width - 1);
  const random = stream(0, 'directions');
  let basis = orthonormal(
    new Matrix(Array.from({ length: columns }, () => [...random.normals(width)])),
  );
  for (let round = 0; round < 6; round++) basis = orthonormal(backTimes(times(basis)));
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(
    times(basis).transpose().mmul(times(basis)),
  );
  const turned = basis.mmul(rightSingularVectors); // columns x width, the largest first
  const directions = new Float64Array(columns * dims);
  for (let k = 0; k < dims; k++) {
    let largest = 0; // the sign is free: the largest entry is positive
    for (let w = 0; w < columns; w++)
      if (Math.abs(turned.get(w, k)) > Math.abs(largest)) largest = turned.get(w, k);
    for (let w = 0; w < columns; w++)
      directions[w * dims + k] = turned.get(w, k) * Math.sign(largest);
  }
  return { values: diagonal.slice(0, dims).map(Math.sqrt), directions };
}
