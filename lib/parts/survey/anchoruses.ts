/**
 * What anchors are good for: contexts of which only label words and the words around them are kept,
 * attention to label words that is re-weighted, and the state after the demonstrations as a vector for
 * the task. Each stands beside a control of the same size.
 * References: Wang et al. (2023, arXiv 2305.14160), section 3; Hendel et al. (2023, arXiv 2310.15916).
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { readContext } from '../../language/readcache';
import { ReadCache, disposeCache } from '../../language/tokencache';
import type { LoadedModel } from '../../language/folder';
import { beginTokens, exampleTokens, testTokens, type Template } from '../../language/prompt';
import type { ReadContext } from '../../language/context';
import { testScores } from '../../language/testscores';
import { METHODS } from '../../model/methods';
import type { AnchorSubject, AskedRun, TextAnchorSubject } from './anchorsubjects';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { keptTokens } from './mechanisms/anchorcontext';
import { labelLoyalty } from './mechanisms/isolating';
import { learnedWeights, reweighting, type ReweightingConfig } from './mechanisms/reweighting';
import { patchedState, targetStates } from './mechanisms/statepatch';
import { optionLogs } from './mechanisms/targetrun';
import type { ByMetric } from './titles';

/** Places of a context that are kept: the beginning, and all but the inputs of demonstrations. */
function anchorPlaces(begin: number, length: number, inputs: readonly number[]): number[] {
  return Array.from({ length }, (_, place) => place).filter(
    (place) => place < begin || !inputs.includes(place),
  );
}

/** As many places at random, the beginning among them. */
function randomKept(begin: number, length: number, count: number, seed: number): number[] {
  const later = Array.from({ length: length - begin }, (_, i) => begin + i);
  const order = stream(seed, 'random tokens that are kept').permutation(later.length);
  return [
    ...Array.from({ length: begin }, (_, i) => i),
    ...order.slice(0, count - begin).map((i) => later[i]!),
  ].sort((a, b) => a - b);
}

/**
 * Answers after the states of label words and the words around them, after those of as many random
 * tokens, and after the same words read as a text of their own.
 */
export function keptContexts(
  loaded: LoadedModel,
  { shown, options, inputs, asked }: TextAnchorSubject,
  template: Template,
  seed: number,
): ByMetric {
  const { model, tokenizer } = loaded;
  const begin = beginTokens(tokenizer, template);
  const examples = shown.map((example) => exampleTokens(tokenizer, example, template));
  const all = [...begin, ...examples.flat()];
  const kept = anchorPlaces(begin.length, all.length, asked[0]!.run.inputs);
  const right = asked.map(({ right: option }) => option);
  const tests = inputs.flatMap((text) =>
    options.map((option) => testTokens(tokenizer, text, option, template)),
  );
  const K = options.length;
  const scoresAfter = (context: ReadContext): number[][] => {
    const scores = testScores(model, context, tests);
    return inputs.map((_, i) => scores.slice(i * K, (i + 1) * K));
  };
  const cache = new ReadCache();
  const whole = readContext(model, METHODS.ar, examples, cache, begin);
  const after = (which: readonly number[]): number[][] => {
    const part = keptTokens(whole, which);
    try {
      return scoresAfter(part);
    } finally {
      disposeCache(part.cache);
    }
  };
  // the words that are kept, as a text: each example without its input
  let at = begin.length;
  const short = examples.map((tokens) => {
    const own = tokens.filter((_, i) => kept.includes(at + i));
    at += tokens.length;
    return own;
  });
  const text = readContext(model, METHODS.ar, short, cache, begin);
  const bare = readContext(model, METHODS.ar, [], cache, begin);
  try {
    const full = scoresAfter(whole);
    const ways = {
      'all tokens': full,
      'label words': after(kept),
      'random tokens': after(randomKept(begin.length, all.length, kept.length, seed)),
      'label words as a text': scoresAfter(text),
      'no demonstrations': scoresAfter(bare),
    };
    return {
      'tokens that are kept': kept.length / all.length,
      ...Object.fromEntries(
        Object.entries(ways).flatMap(([name, scores]) => [
          [`loyalty, kept ${name}`, labelLoyalty(full, scores)],
          ...Object.entries(namedAccuracies(`kept ${name}`, accuraciesOf(scores, right))),
        ]),
      ),
    };
  } finally {
    [whole, text, bare].forEach((context) => disposeCache(context.cache));
    cache.dispose();
  }
}

const rightOf = (asked: readonly AskedRun[]): number[] => asked.map(({ right }) => right);

/** Answers with weights that were learned on the tuning questions, and with none. */
export function reweightedMeasures(
  { asked, tuned }: AnchorSubject,
  config: ReweightingConfig,
): ByMetric {
  const runs = tuned.map(({ run }) => run);
  const weights = learnedWeights(runs, rightOf(tuned), config);
  const plain = asked.map(({ run }) => optionLogs(run));
  const logs = asked.map(({ run }) => optionLogs(run, reweighting(weights, run)));
  return {
    ...namedAccuracies('not re-weighted', accuraciesOf(plain, rightOf(asked))),
    ...namedAccuracies('re-weighted', accuraciesOf(logs, rightOf(asked))),
    'largest weight': Math.max(...weights.flat(2).map((beta) => Math.exp(Math.abs(beta)))),
  };
}

/** The mean of states, [L][C]. */
const meanStates = (all: readonly (readonly (readonly number[])[])[]): number[][] =>
  all[0]!.map((state, l) => state.map((_, c) => mean(all.map((states) => states[l]![c]!))));

/**
 * Answers without demonstrations when the state of the target after a layer is replaced by a task
 * vector: the mean over the tuning questions of their states after the demonstrations. As a control the
 * mean of the same questions' states without demonstrations. The layer is the one that answers most
 * tuning questions right, each with a vector of the others.
 *
 * @param layers that are tried
 */
export function patchedMeasures(
  { asked, tuned }: AnchorSubject,
  layers: readonly number[],
): ByMetric {
  const [shown, bare] = (['run', 'bare'] as const).map((which) =>
    tuned.map((one) => targetStates(one[which])),
  ) as [number[][][], number[][][]];
  const logsWith = (
    of: readonly AskedRun[],
    l: number,
    vector: (q: number) => readonly (readonly number[])[],
  ): number[][] =>
    of.map(({ bare: run }, q) => optionLogs(run, patchedState(vector(q)[l]!, l, run.target)));
  const without = (q: number): number[][] => meanStates(shown.filter((_, other) => other !== q));
  const others = tuned.map((_, q) => without(q));
  const found: Record<string, number> = {};
  const [task, control] = [meanStates(shown), meanStates(bare)];
  let best = { share: -1, layer: layers[0]! };
  for (const l of layers) {
    const ofTuned = accuraciesOf(
      logsWith(tuned, l, (q) => others[q]!),
      rightOf(tuned),
    );
    const share = ofTuned[1];
    if (share > best.share) best = { share, layer: l };
    for (const [name, vector] of [
      ['task vector', task],
      ['mean state', control],
    ] as const) {
      const accuracies = accuraciesOf(
        logsWith(asked, l, () => vector),
        rightOf(asked),
      );
      Object.assign(found, namedAccuracies(`${name}, layer ${l}`, accuracies));
    }
  }
  for (const way of ['accuracy', 'accuracy, batch calibration'])
    for (const name of ['task vector', 'mean state'])
      found[`${way}, ${name}, chosen layer`] = found[`${way}, ${name}, layer ${best.layer}`]!;
  found['chosen layer, share of depth'] = best.layer / Math.max(1, asked[0]!.run.layers - 1);
  for (const [name, which] of [
    ['demonstrations', 'run'],
    ['no demonstrations', 'bare'],
  ] as const) {
    const logs = asked.map((one) => optionLogs(one[which]));
    Object.assign(found, namedAccuracies(`after ${name}`, accuraciesOf(logs, rightOf(asked))));
  }
  return found;
}
