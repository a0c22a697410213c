/**
 * Experiments that train what is put together later: a language model that has read texts about things
 * it never saw, and a classifier that has seen pictures of them and read nothing. A seed draws their
 * first weights and what they are trained on.
 */
import { tf } from '../../core/backend';
import { demand, positiveInteger } from '../../core/errors';
import { ascends } from '../../core/numerics';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  EVALUATION_SEED,
  experimentKind,
  trainingOf,
  transformerRequirements,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  BLOCK_SETTINGS,
  TRAINING_SETTINGS,
  counts,
  partial,
  section,
  share,
  whole,
} from '../../experiments/settings';
import type { TransformerSize } from '../../model/config';
import type { StepTrainer } from '../../training/steps';
import { CAPTION_LANGUAGE_SIZE, CaptionLanguage } from './captions/captionlanguage';
import {
  CAPTION_TEXT_TRAINING,
  CaptionTextTrainer,
  type CaptionTextTraining,
} from './captions/captiontexttrainer';
import { captionAnswer, detailTokens, type CaptionAsk } from './captions/captiontexts';
import {
  CAPTION_WORDS,
  MOTIFS,
  captionToken,
  isHeldOutMotif,
  isToldInDetail,
} from './captions/captionwords';
import { motifPicture, motifPatches } from './captions/motifpictures';
import { MotifTrainer } from './captions/motiftrainer';
import { MotifClassifier } from './captions/pictureencoder';
import { measureNamesInWords, type CaptionMeasures } from './captionmeasures';

/** What is trained: a language model or a classifier. */
export interface CaptionPartVariant extends Variant {
  readonly part: 'language' | 'classifier';
}

/** The config of such an experiment. */
export interface CaptionPartsConfig extends TrainedConfig {
  readonly size: Omit<TransformerSize, 'maxPositions'>;
  readonly training: Partial<Omit<CaptionTextTraining, 'seed'>>;
  /** Steps of the classifier. */
  readonly classifierSteps: number;
  readonly measures: CaptionMeasures;
}

/** An experiment on the parts. */
export type CaptionPartsExperiment = ExperimentOf<CaptionPartVariant, CaptionPartsConfig>;
type CaptionPartsPlan = PlanOf<CaptionPartsExperiment>;

type MadePart = Made<StepTrainer, CaptionLanguage | MotifClassifier>;

function make({ config }: CaptionPartsPlan, variant: CaptionPartVariant, seed: number): MadePart {
  const { length, naming, ...training } = {
    ...CAPTION_TEXT_TRAINING,
    ...trainingOf<Partial<CaptionTextTraining>>(config, variant, seed),
  };
  if (variant.part === 'classifier') {
    const trained = new MotifClassifier({ seed });
    const steps = config.classifierSteps;
    return { trainer: new MotifTrainer(trained, { ...training, steps }), trained };
  }
  const size = { ...CAPTION_LANGUAGE_SIZE, ...config.size };
  const trained = new CaptionLanguage({ size, seed });
  return { trainer: new CaptionTextTrainer(trained, { ...training, length, naming }), trained };
}

/** The share of answers to words of detail that are right in all their words but the end. */
function answeredInWords(
  language: CaptionLanguage,
  ask: CaptionAsk,
  told: boolean,
  count: number,
): number {
  const random = stream(EVALUATION_SEED, 'questions about words', ask, Number(told));
  const pool = MOTIFS.filter((one) => isToldInDetail(one) === told);
  const texts = Array.from({ length: count }, () => {
    const motif = pool[random.integer(pool.length)]!;
    const { asked, answer } = captionAnswer(motif, ask);
    const begin = [captionToken('|'), ...detailTokens(random, motif), ...asked];
    return { tokens: [...begin, ...answer.slice(0, -1)], from: begin.length };
  });
  const best = tf.tidy(
    () =>
      language
        .logitsOf(
          language.embedded(
            tf.tensor2d(
              texts.map(({ tokens }) => tokens),
              undefined,
              'int32',
            ),
          ),
        )
        .argMax(2)
        .arraySync() as number[][],
  ); // [count][T]
  return mean(
    texts.map(({ tokens, from }, i) =>
      Number(tokens.slice(from).every((word, w) => word === best[i]![from - 1 + w])),
    ),
  );
}

/** The share of pictures whose colour and shape are both named. */
function classified(classifier: MotifClassifier, heldOut: boolean, count: number): number {
  const random = stream(EVALUATION_SEED, 'pictures of motifs', Number(heldOut));
  const pool = MOTIFS.filter((motif) => isHeldOutMotif(motif) === heldOut);
  const motifs = Array.from({ length: count }, () => pool[random.integer(pool.length)]!);
  const best = tf.tidy(() =>
    classifier
      .scores(motifPatches(motifs.map((motif) => motifPicture(random, motif))))
      .map((scores) => scores.argMax(1).arraySync() as number[]),
  ); // [2][count]
  return mean(
    motifs.map(({ colour, shape }, i) => Number(best[0]![i] === colour && best[1]![i] === shape)),
  );
}

function measurements(
  { config: { measures } }: CaptionPartsPlan,
  { name }: CaptionPartVariant,
  { trained }: MadePart,
): Measurements {
  if (trained instanceof MotifClassifier)
    return {
      watch: (put) =>
        put(name, {}, 'pairs along training', classified(trained, false, measures.watched)),
      measure: (put) => {
        put(name, {}, 'pairs right', classified(trained, false, measures.pictures));
        put(name, {}, 'pairs right, held out', classified(trained, true, measures.pictures));
      },
    };
  const n = measures.ks.at(-1)!;
  const few = { ...measures, ks: [n], prompts: measures.watched };
  return {
    watch: (put) =>
      measureNamesInWords(trained, few, (_, at, metric, value) =>
        put(name, at, `${metric} along training`, value),
      ),
    measure: (put) => {
      measureNamesInWords(trained, measures, (_, at, metric, value) =>
        put(name, at, metric, value),
      );
      for (const told of [true, false])
        for (const ask of ['colour', 'shape', 'belongs'] as const)
          put(
            name,
            {},
            `right, ${ask}, ${told ? 'told of words of detail' : 'told of names alone'}`,
            answeredInWords(trained, ask, told, measures.pictures),
          );
    },
  };
}

/** Refuses what cannot be measured; also for experiments on sight. */
export function checkCaptionMeasures({ ks, prompts }: CaptionMeasures): void {
  demand(
    ks.length > 0 && ascends(ks) && ks.at(-1)! <= 16,
    () => `Names were to be given [${ks.join(', ')}] times.`,
    'Name at least one number, the smallest first, none above 16.',
  );
  positiveInteger("'prompts'", prompts, 1);
}

/** The settings of what is measured. */
export const CAPTION_MEASURE_SETTINGS = section('what is measured', {
  ks: counts('how often each of two names is given'),
  prompts: whole('prompts with names, of each kind', 1, 1e5),
  pictures: whole('pictures of each question', 1, 1e5),
  watched: whole('prompts and pictures along training', 1, 1e5),
});

/** Experiments on the parts. */
export const CAPTION_PARTS_KIND = experimentKind<CaptionPartsExperiment, MadePart>({
  name: 'a language model and a classifier for pictures',
  settings: section('an experiment on a language model and a classifier for pictures', {
    ...BASE_SETTINGS,
    size: section('size of the language model', BLOCK_SETTINGS),
    training: partial('training', {
      ...TRAINING_SETTINGS,
      length: whole('words of a text', 2, 1024),
      naming: share('share of texts that give names'),
    }),
    classifierSteps: whole('steps of the classifier', 1, 1e6),
    measures: CAPTION_MEASURE_SETTINGS,
  }),
  check: ({ config: { measures } }) => checkCaptionMeasures(measures),
  baselines: (_: CaptionPartsPlan, put: Put) =>
    put('chance among two names', {}, 'accuracy', 1 / 2),
  make,
  measurements,
  requirements: ({ config }) => {
    const { batch: prompts, length: T } = { ...CAPTION_TEXT_TRAINING, ...config.training };
    const size = { ...CAPTION_LANGUAGE_SIZE, ...config.size };
    return transformerRequirements(size, {
      prompts,
      T,
      others: CAPTION_WORDS.length * size.width,
      perToken: 3 * CAPTION_WORDS.length,
      extraMB: 200,
    });
  },
});
