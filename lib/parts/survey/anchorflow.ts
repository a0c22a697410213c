/**
 * Where label words take part in an answer, by layer: the flow of information to them and from them,
 * what isolating them changes, and the answer read off the attention to them. Beside label words stand
 * as many random places of the demonstrations.
 * Reference: Wang et al. (2023, arXiv 2305.14160), section 2.
 */
import { tf } from '../../core/backend';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Hook } from '../../model/transformer';
import type { AnchorSubject } from './anchorsubjects';
import { anchorAttention, anchorScores, optionAreas } from './mechanisms/anchorscores';
import { isolating, labelLoyalty, wordLoyalty } from './mechanisms/isolating';
import { attentionSaliency, informationFlow, type InformationFlow } from './mechanisms/saliency';
import type { TargetRun } from './mechanisms/targetrun';
import { shareRight } from './scoringmeasures';
import { bestOptions } from './scoring/scorer';
import type { ByMetric } from './titles';

/** How much is looked at. */
export interface AnchorFlowSizes {
  /** Questions whose saliency is computed. */
  readonly salient: number;
  /** Likeliest words that are compared. */
  readonly words: number;
}

const FLOWS: Readonly<Record<keyof InformationFlow, string>> = {
  toLabels: 'to label words',
  toTarget: 'to the target',
  others: 'between others',
};

/** Where in the depth of a model a number has its centre: 0 in the first layer, 1 in the last. */
const depthOf = (byLayer: readonly number[]): number =>
  mean(byLayer.map((value, l) => (value * l) / mean(byLayer))) / (byLayer.length - 1);

/** As many places of the inputs of demonstrations as there are label words, ascending. */
export function randomPlaces({ inputs, anchors }: TargetRun, seed: number, q: number): number[] {
  const order = stream(seed, 'random places', q).permutation(inputs.length);
  return order
    .slice(0, anchors.length)
    .map((i) => inputs[i]!)
    .sort((a, b) => a - b);
}

/** Label words, and the control. */
const KINDS = ['label words', 'random places'] as const;

const placesOf = (
  which: (typeof KINDS)[number],
  run: TargetRun,
  seed: number,
  q: number,
): readonly number[] =>
  which === 'label words' ? run.anchors.map(({ at }) => at) : randomPlaces(run, seed, q);

/** Shares of a layer's three flows, the mean over questions. */
function sharesOf(flows: readonly InformationFlow[]): InformationFlow {
  const of = (key: keyof InformationFlow): number => mean(flows.map((flow) => flow[key]));
  const [toLabels, toTarget, others] = [of('toLabels'), of('toTarget'), of('others')];
  const sum = toLabels + toTarget + others;
  return { toLabels: toLabels / sum, toTarget: toTarget / sum, others: others / sum };
}

/** The flows by layer, and where in the depth each has its centre. */
function flowMeasures({ asked }: AnchorSubject, count: number, seed: number): ByMetric {
  const some = asked.slice(0, count);
  const saliency = some.map(({ run, right }) => attentionSaliency(run, right));
  const { layers } = some[0]!.run;
  const found: Record<string, number> = {};
  for (const which of KINDS) {
    const ending = which === 'label words' ? '' : `, ${which}`;
    const byLayer = Array.from({ length: layers }, (_, l) =>
      sharesOf(
        some.map(({ run }, q) =>
          informationFlow(saliency[q]![l]!, placesOf(which, run, seed, q), run.target),
        ),
      ),
    );
    for (const key of Object.keys(FLOWS) as (keyof InformationFlow)[]) {
      const shares = byLayer.map((flow) => flow[key]);
      shares.forEach((share, l) => (found[`flow ${FLOWS[key]}, layer ${l}${ending}`] = share));
      found[`depth of the flow ${FLOWS[key]}${ending}`] = depthOf(shares);
      found[`flow ${FLOWS[key]}, second half${ending}`] = mean(shares.slice(Math.ceil(layers / 2)));
    }
  }
  return found;
}

/** The first layers and the last ones: a sixth of all, at least one. */
export function endsOf(layers: number): Readonly<Record<'first' | 'last', readonly number[]>> {
  const count = Math.max(1, Math.round(layers / 6));
  const all = Array.from({ length: layers }, (_, l) => l);
  return { first: all.slice(0, count), last: all.slice(-count) };
}

/** What a run answers: scores of its options, and the likeliest words. */
type RunAnswer = readonly [number[], number[]];

const scores = (answers: readonly RunAnswer[]): number[][] => answers.map(([logs]) => logs);

function answerOf(run: TargetRun, words: number, hook?: Hook): RunAnswer {
  return tf.tidy((): [number[], number[]] => {
    const logs = tf.logSoftmax(run.logits(hook)); // [V]
    const ofOptions = logs.gather([...run.options]).arraySync() as number[]; // [options]
    return [ofOptions, tf.topk(logs, words).indices.arraySync() as number[]];
  }) as [number[], number[]];
}

/**
 * What isolating label words, or random places, changes of the answers.
 *
 * @param plain the answers without it
 */
function isolationMeasures(
  { asked }: AnchorSubject,
  plain: readonly RunAnswer[],
  words: number,
  seed: number,
): ByMetric {
  const right = asked.map(({ right: option }) => option);
  const found: Record<string, number> = {
    accuracy: shareRight(bestOptions(scores(plain)), right),
  };
  const ends = endsOf(asked[0]!.run.layers);
  for (const end of ['first', 'last'] as const)
    for (const which of KINDS) {
      const now = asked.map(({ run }, q) =>
        answerOf(run, words, isolating(placesOf(which, run, seed, q), ends[end])),
      );
      const where = `${which}, ${end} layers`;
      found[`label loyalty, ${where}`] = labelLoyalty(scores(plain), scores(now));
      found[`word loyalty, ${where}`] = mean(
        plain.map(([, before], q) => wordLoyalty(before, now[q]![1])),
      );
      found[`accuracy, isolated ${where}`] = shareRight(bestOptions(scores(now)), right);
    }
  return found;
}

/** The attention of the target to places, summed over heads, [L][places]. */
const attentionTo = (run: TargetRun, places: readonly number[]): number[][] =>
  anchorAttention({ ...run, anchors: places.map((at) => ({ at, option: 0 })) }).map((heads) =>
    places.map((_, k) => heads.reduce((sum, row) => sum + row[k]!, 0)),
  );

/**
 * How well the attention to label words tells the model's own answers: the area under the curve in
 * each layer, and its mean in the first and second half of the layers. As a control the same labels
 * at random places.
 *
 * @param plain the model's answers
 */
function areaMeasures(
  { asked }: AnchorSubject,
  plain: readonly RunAnswer[],
  seed: number,
): ByMetric {
  const { layers, options, anchors } = asked[0]!.run;
  const answers = bestOptions(scores(plain));
  const labels = anchors.map(({ option }) => option);
  const both = asked.map(({ run }, q) =>
    attentionTo(
      run,
      KINDS.flatMap((which) => placesOf(which, run, seed, q)),
    ),
  ); // [questions][L][2 K]
  const found: Record<string, number> = {};
  KINDS.forEach((which, kind) => {
    const [from, to] = [kind * labels.length, (kind + 1) * labels.length];
    const areas = Array.from({ length: layers }, (_, l) =>
      optionAreas(
        both.map((byLayer) => anchorScores(byLayer[l]!.slice(from, to), labels, options.length)),
        answers,
      ),
    );
    areas.forEach((area, l) => (found[`area, ${which}, layer ${l}`] = area));
    found[`area, ${which}, first half`] = mean(areas.slice(0, Math.floor(layers / 2)));
    found[`area, ${which}, second half`] = mean(areas.slice(Math.ceil(layers / 2)));
  });
  return found;
}

/** All of it, of one task. */
export const anchorFlowMeasures = (
  subject: AnchorSubject,
  { salient, words }: AnchorFlowSizes,
  seed: number,
): ByMetric => {
  const plain = subject.asked.map(({ run }) => answerOf(run, words));
  return {
    ...flowMeasures(subject, salient, seed),
    ...isolationMeasures(subject, plain, words, seed),
    ...areaMeasures(subject, plain, seed),
  };
};
