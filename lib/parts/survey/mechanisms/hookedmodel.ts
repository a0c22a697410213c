/**
 * Models whose heads are looked at, on one interface: tokens in, the loss of each next token out, and a
 * hook that sees the attention of every head on the way and may replace it.
 */
import { tf } from '../../../core/backend';
import { checkFunction, checkHas, checkIndices, checkList } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { batchOf, disposeBatch, promptOf } from '../../../language/prompt';
import { logProbabilities } from '../../../language/scoring';
import { METHODS } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import { checkAttentionOnly, type AttentionOnly } from './attentiononly';
import { nextTokenLosses } from './repeatedtrainer';

/** A model that reads sequences of tokens, each token those before it. */
export interface HookedModel {
  readonly name: string;
  readonly layers: number;
  /** Heads of each layer, H. */
  readonly heads: number;
  /**
   * What each token after the first costs, [B][T - 1], in nats.
   *
   * @param rows tokens, [B][T]
   * @param hook gets `blocks.l.attention.weights` [B, H, T, T], and may replace it
   */
  losses(rows: readonly (readonly number[])[], hook?: Hook): number[][];
}

/**
 * Refuses what is no model to look at.
 *
 * @throws CourseError quoting it
 */
export function checkHooked(hooked: HookedModel): void {
  checkHas('The model', hooked, 'a model whose heads are looked at', 'losses');
  checkFunction("'losses' of the model", hooked.losses);
  positiveInteger("'layers' of the model", hooked.layers);
  positiveInteger("'heads' of the model", hooked.heads);
}

/**
 * Refuses what are no sequences of one length.
 *
 * @param most the largest token
 * @throws CourseError quoting what is wrong
 */
export function checkTokenRows(rows: readonly (readonly number[])[], most = Infinity): void {
  checkList('Sequences', rows, 'lists of tokens', (row) => Array.isArray(row), 1);
  for (const row of rows) checkIndices('The tokens of a sequence', row, most, 2);
  demand(
    rows.every(({ length }) => length === rows[0]!.length),
    () => 'Sequences of unequal lengths were given together.',
    'Give those of one length in one call.',
  );
}

/**
 * A transformer of attention alone.
 *
 * @param model stays the caller's
 * @throws CourseError when it is none
 */
export function hookedAttention(model: AttentionOnly): HookedModel {
  checkAttentionOnly(model);
  const { layers, heads } = model.config.size;
  return {
    name: model.name,
    layers,
    heads,
    losses: (rows, hook) => {
      checkTokenRows(rows, model.config.size.vocabulary - 1);
      return tf.tidy(() => {
        const tokens = tf.tensor2d(rows.flat(), [rows.length, rows[0]!.length], 'int32'); // [B, T]
        return nextTokenLosses(model.logits(tokens, hook), tokens).arraySync();
      });
    },
  };
}

/**
 * A language model under AR. Its tokens are read as they are: give the one that begins a text first.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @throws CourseError when there is no model with its tokenizer
 */
export function hookedLanguage(loaded: LoadedModel): HookedModel {
  plainObject('A loaded language model', loaded);
  checkLoaded(loaded);
  const { model } = loaded;
  const { layers, heads } = model.config.size;
  return {
    name: 'language model',
    layers,
    heads,
    losses: (rows, hook) => {
      checkTokenRows(rows);
      const batch = batchOf(
        model,
        rows.map((row) => promptOf(model, METHODS.ar, [], [row])),
      );
      try {
        const finals = model.finals(batch, hook); // [B, T, C]
        const T = rows[0]!.length;
        const wanted = rows.flatMap((row, b) =>
          row.slice(1).map((next, t) => [b * T + t, next] as const),
        );
        const logs = logProbabilities(model, finals, wanted);
        finals.dispose();
        return rows.map((_, b) => logs.slice(b * (T - 1), (b + 1) * (T - 1)).map((x) => -x));
      } finally {
        disposeBatch(batch);
      }
    },
  };
}

/**
 * How much better late tokens are predicted than early ones: the mean loss of the last `count` tokens
 * less that of the first `count` that are predicted, negative where the context helps.
 * Reference: Olsson et al. (2022), who take token 500 and token 50.
 *
 * @param losses [B][T - 1], of a model, in nats
 * @throws CourseError when these are no losses, or fewer than twice the count
 */
export function contextScore(losses: readonly (readonly number[])[], count: number): number {
  checkList('Losses', losses, 'lists of numbers', (row) => Array.isArray(row), 1);
  positiveInteger('Tokens that are compared', count);
  demand(
    losses.every((row) => row.length >= 2 * count && row.every(Number.isFinite)),
    () => `${count} late and ${count} early losses were asked of ${losses[0]!.length}.`,
    'Compare fewer, or give longer sequences.',
  );
  return (
    mean(losses.flatMap((row) => row.slice(-count))) -
    mean(losses.flatMap((row) => row.slice(0, count)))
  );
}
