/**
 * What is measured while a transformer of attention alone is trained on repeated random sequences, and
 * of its heads at the end.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { ablating } from './mechanisms/ablation';
import { ATTENTION_SIZE, AttentionOnly } from './mechanisms/attentiononly';
import { attentionCircuits, copyingScore } from './mechanisms/copying';
import { hookedAttention, contextScore } from './mechanisms/hookedmodel';
import { rankedHeads, type Head } from './mechanisms/heads';
import { markedAttention, prefixMatching, previousMarks } from './mechanisms/prefixmatching';
import { repeatedSequence } from './mechanisms/repeated';
import { RepeatedTrainer } from './mechanisms/repeatedtrainer';

/** How long is trained, and how much is measured. */
export interface TrainedHeadSizes {
  readonly steps: number;
  /** Every how many steps it is measured. */
  readonly watchEvery: number;
  /** Sequences on which it is measured. */
  readonly watched: number;
  /** Late tokens, and early ones, that are compared. */
  readonly compared: number;
}

/** From this prefix matching on a head counts as an induction head. */
export const INDUCTION = 0.5;

/** Every head of one layer. */
const headsOf = (layer: number, count: number): Head[] =>
  Array.from({ length: count }, (_, head) => ({ layer, head }));

/**
 * Trains a model of so many layers, and measures it along the way and at the end.
 *
 * @param put numbers at a step, or of no step (null)
 */
export function measureTrainedHeads(
  layers: number,
  { steps, watchEvery, watched, compared }: TrainedHeadSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const model = new AttentionOnly({ size: { ...ATTENTION_SIZE, layers }, seed });
  const trainer = new RepeatedTrainer(model, { seed, steps });
  try {
    const hooked = hookedAttention(model);
    const random = stream(EVALUATION_SEED, 'repeated sequences that are watched');
    const rows = Array.from(
      { length: watched },
      () => repeatedSequence(random, trainer.config.sequences).tokens,
    );
    const late = (losses: readonly (readonly number[])[]): number =>
      mean(losses.flatMap((row) => row.slice(-compared)));
    const previous = rows.map(previousMarks);
    const watch = (): void => {
      const say = (metric: string, value: number): void =>
        put(name, { teachingSteps: trainer.step }, `${metric} along training`, value);
      const losses = hooked.losses(rows);
      say('loss', mean(losses.flat()));
      say('loss of late tokens', late(losses));
      say('in-context score', contextScore(losses, compared));
      say('prefix matching', Math.max(...prefixMatching(hooked, rows).flat()));
      say('previous token', Math.max(...markedAttention(hooked, rows, previous).flat()));
    };
    while (trainer.step < steps) {
      if (trainer.step % watchEvery === 0) watch();
      trainer.train();
    }
    watch();
    const say = (metric: string, value: number): void => put(name, {}, metric, value);
    const scores = prefixMatching(hooked, rows);
    const ranked = rankedHeads(scores);
    const tokens = Array.from({ length: trainer.config.sequences.vocabulary }, (_, t) => t);
    const copying = attentionCircuits(model, tokens).map((row) =>
      row.map(({ circuit }) => copyingScore(circuit)),
    );
    const best = ranked[0]!;
    const induction = ranked.filter(({ layer, head }) => scores[layer]![head]! > INDUCTION);
    const without = (heads: readonly Head[], way: 'zero' | 'mean'): number[][] =>
      hooked.losses(rows, ablating(heads, way));
    say('prefix matching', scores[best.layer]![best.head]!);
    say('copying', copying[best.layer]![best.head]!);
    say('induction heads', induction.length);
    const whole = hooked.losses(rows);
    say('in-context score', contextScore(whole, compared));
    say('loss of late tokens', late(whole));
    for (const way of ['zero', 'mean'] as const) {
      say(`loss of late tokens without the best head, ${way}`, late(without([best], way)));
      say(
        `loss of late tokens without the last layer, ${way}`,
        late(without(headsOf(layers - 1, hooked.heads), way)),
      );
      say(
        `loss of late tokens without the first layer, ${way}`,
        late(without(headsOf(0, hooked.heads), way)),
      );
    }
  } finally {
    trainer.dispose();
    model.dispose();
  }
}
