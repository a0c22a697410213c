/**
 * How families of models differ, beyond their size. What an older config leaves out is GPT-2's.
 */
import { checkFlag } from '../core/checks';
import {
  demand,
  finiteNumber,
  knownKeys,
  lookUp,
  plainObject,
  positiveInteger,
} from '../core/errors';
import type { TransformerSize } from './config';
import type { Rotary } from './rotary';

/** How a transformer is built. */
export interface Architecture {
  /** true: attention and MLP both read the block's input and are added together (GPT-NeoX). */
  readonly parallel: boolean;
  /** The activation of the MLP; null where the MLP is a SwiGLU (Llama). */
  readonly gelu: 'tanh' | 'exact' | null;
  /** Positions that rotate queries and keys; null where positions are added to the tokens. */
  readonly rotary: Rotary | null;
  /** 'rms': RMSNorm instead of LayerNorm (Llama); 'layer' when left out. */
  readonly norm?: 'layer' | 'rms';
  /** false: no dense layer has a bias (Llama); true when left out. */
  readonly biases?: boolean;
  /**
   * Heads of keys and values, each shared by equally many heads of queries (grouped queries); as
   * many as heads of queries when left out.
   */
  readonly keyHeads?: number;
  /**
   * true: a key holds a share of the key of the token before it, each head its own share (smeared
   * keys, Olsson et al., 2022); none when left out.
   */
  readonly smearedKeys?: boolean;
}

/** GPT-2's. */
export const GPT2: Architecture = { parallel: false, gelu: 'tanh', rotary: null };

const SETTINGS = ['parallel', 'gelu', 'rotary', 'norm', 'biases', 'keyHeads', 'smearedKeys'];

/** Refuses positions that cannot rotate heads of D channels. */
function checkRotary(rotary: Rotary, D: number): void {
  plainObject("'rotary' of an architecture", rotary);
  positiveInteger("'dims' of rotary positions", rotary.dims, 1, D);
  demand(
    rotary.dims % 2 === 0,
    () => `'dims' of rotary positions must be even, got ${rotary.dims}.`,
    'Pairs of coordinates are rotated.',
  );
  finiteNumber("'base' of rotary positions", rotary.base, 'a positive number', (x) => x > 0);
}

/**
 * Refuses an architecture of which no transformer of this size can be made.
 *
 * @throws CourseError quoting the setting
 */
export function checkArchitecture(
  architecture: Architecture,
  { width: C, heads: H }: TransformerSize,
): void {
  knownKeys('The architecture of a transformer', architecture, SETTINGS);
  const { parallel, gelu, rotary, norm = 'layer', biases = true, keyHeads = H } = architecture;
  checkFlag("'parallel' of an architecture", parallel);
  if (gelu !== null) lookUp('gelu', { tanh: 0, exact: 0 }, gelu);
  lookUp('norm', { layer: 0, rms: 0 }, norm);
  checkFlag("'biases' of an architecture", biases);
  checkFlag("'smearedKeys' of an architecture", architecture.smearedKeys ?? false);
  positiveInteger("'keyHeads' of an architecture", keyHeads, 1, H);
  demand(
    H % keyHeads === 0,
    () => `${H} heads of queries cannot share ${keyHeads} heads of keys.`,
    'Make the heads a multiple of keyHeads.',
  );
  if (rotary !== null) checkRotary(rotary, C / H);
}
