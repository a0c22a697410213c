/**
 * Domains: distributions over tasks, themselves drawn from a distribution. Here a domain is a way
 * to draw linear regressions. 'map': inputs x = z A + b with z ~ N(0, I), labels y = s w . x with w
 * ~ N(0, I); A, b and s belong to the domain (released code). 'weights': x ~ N(0, I), y = w . x
 * with w ~ N(mu, L L'); mu and L belong to the domain (text of the paper).
 * Reference: Wu et al. (ICLR 2025), meta-level meta-learning. Given the domain, the best answer to
 * 'map' is the smallest w that fits, which is the same in every domain: only 'weights' has
 * something about the domain that a model could use.
 */
import { Matrix, solve } from 'ml-matrix';

import { checkMemory, checkStream } from '../../core/checks';
import { finiteNumber, knownKeys, lookUp, positiveInteger } from '../../core/errors';
import type { Stream } from '../../core/random';
import type { Predictor } from '../../model/prompts';
import { fromRule } from '../../baselines/rule';
import { taskFrom, product, type SampledTask } from '../../tasks/task';

/** What makes one distribution over domains differ from another. */
export interface DomainsConfig {
  readonly kind: 'map' | 'weights';
  /** Numbers in an input. */
  readonly d: number;
  /** 'map': s ~ N(0, labelScale^2); 8 in the released training and 1 in its test. */
  readonly labelScale: number;
  /** 'weights': the deviation of a weight within a domain; between domains it is 1. */
  readonly within: number;
}

const DOMAINS: DomainsConfig = { kind: 'weights', d: 3, labelScale: 1, within: 0.3 };

/** A domain: its tasks, and its oracle predictor. */
export interface Domain {
  readonly task: SampledTask;
  /** The oracle predictor: Bayes-optimal given the domain. */
  readonly oracle: Predictor;
}

const normals = (random: Stream, count: number, d: number, scale: number): number[][] =>
  Array.from({ length: count }, () => [...random.normals(d, scale)]);

/** The posterior mean of w ~ N(mu, S) after noise-free labels, as predictions. */
const oracleOfWeights = (mu: readonly number[], S: Matrix): Predictor =>
  fromRule('knows the domain', ({ X, y, T }) => {
    const x = new Matrix(X); // [n, d]
    const toX = S.mmul(x.transpose()); // [d, n]
    const exact = x.mmul(toX); // [n, n], of rank d at most
    const gram = exact.clone().add(Matrix.eye(X.length).mul(1e-10 * exact.trace()));
    const left = Matrix.columnVector(
      y.map((label, i) => label - X[i]!.reduce((sum, value, k) => sum + value * mu[k]!, 0)),
    );
    const w = toX.mmul(solve(gram, left)).getColumn(0);
    return T.map((test) => test.reduce((sum, value, k) => sum + value * (mu[k]! + w[k]!), 0));
  });

function mapDomain(random: Stream, { d, labelScale }: DomainsConfig): Domain {
  const A = normals(random, d, d, 1);
  const b = random.normal();
  const s = labelScale * random.normal();
  const meanSquare = s * s * (A.flat().reduce((sum, value) => sum + value * value, 0) + d * b * b);
  const task = taskFrom('linear regression in a domain', meanSquare, {
    d,
    prompt: (own) => {
      const w = own.normals(d, s);
      return {
        input: (each, x, from) => {
          const z = each.normals(d);
          for (let k = 0; k < d; k++)
            x[from + k] = b + A.reduce((sum, row, j) => sum + z[j]! * row[k]!, 0);
        },
        label: (x, from) => product(x, from, w),
      };
    },
  });
  return { task, oracle: oracleOfWeights(new Array<number>(d).fill(0), Matrix.eye(d).mul(s * s)) };
}

function weightsDomain(random: Stream, { d, within }: DomainsConfig): Domain {
  const mu = [...random.normals(d)];
  const L = normals(random, d, d, within / Math.sqrt(d));
  const S = new Matrix(L).mmul(new Matrix(L).transpose());
  const meanSquare = mu.reduce((sum, value) => sum + value * value, 0) + S.trace();
  const task = taskFrom('linear regression in a domain', meanSquare, {
    d,
    prompt: (own) => {
      const e = own.normals(d);
      const w = mu.map((value, k) => value + L[k]!.reduce((sum, l, j) => sum + l * e[j]!, 0));
      return { label: (x, from) => product(x, from, w) };
    },
  });
  return { task, oracle: oracleOfWeights(mu, S) };
}

const MAKERS: Readonly<
  Record<DomainsConfig['kind'], (random: Stream, config: DomainsConfig) => Domain>
> = {
  map: mapDomain,
  weights: weightsDomain,
};

/**
 * A distribution over domains.
 *
 * @returns draws a domain
 * @throws CourseError quoting a setting that is unknown or refused, or when memory does not suffice
 */
export function regressionDomains(given: Partial<DomainsConfig> = {}): (random: Stream) => Domain {
  knownKeys('Domains of linear regression', given, Object.keys(DOMAINS));
  const config = { ...DOMAINS, ...given };
  positiveInteger('d', config.d);
  // a few matrices [d, d] of numbers of 8 bytes
  checkMemory(() => `Domains of d = ${config.d}`, 8 * config.d * config.d);
  for (const name of ['labelScale', 'within'] as const)
    finiteNumber(name, config[name], 'a positive number', (x) => x > 0);
  const make = lookUp('kind of domain', MAKERS, config.kind);
  return (random) => {
    checkStream(random);
    return make(random, config);
  };
}
