/**
 * Experiments that give sight to a language model which has only read. A seed takes the language model
 * (and, where a bridge alone is trained, the classifier) of that seed, and draws the first weights of
 * what is trained, and its pictures.
 */
import { dataPath } from '../../core/coursepath';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  experimentKind,
  trainingOf,
  transformerRequirements,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  list,
  oneOf,
  partial,
  section,
} from '../../experiments/settings';
import { assignAll } from '../../model/transformer';
import {
  CAPTION_LANGUAGE_SIZE,
  CaptionLanguage,
  loadCaptionLanguage,
} from './captions/captionlanguage';
import { CAPTION_ASKS } from './captions/captiontexts';
import { CAPTION_WORDS } from './captions/captionwords';
import { GatedPictures } from './captions/gatedpictures';
import { MotifClassifier, PictureEncoder, loadMotifClassifier } from './captions/pictureencoder';
import type { Sight } from './captions/sight';
import {
  SIGHT_TRAINING,
  SightTrainer,
  type SightTraining,
  type TrainedParts,
} from './captions/sighttrainer';
import {
  IN_WORDS,
  UNTRAINED,
  captionWatch,
  measureCaptions,
  measureNamesInWords,
  type CaptionMeasures,
} from './captionmeasures';
import { CAPTION_MEASURE_SETTINGS, checkCaptionMeasures } from './captionpartskind';

/** How a language model is given sight. */
export interface CaptionVariant extends Variant {
  /** An encoder whose vectors stand in place of words, or gated layers. */
  readonly way: 'encoder' | 'gates';
  /** What is trained; the sight when left out. A bridge alone stands on the trunk of the classifier. */
  readonly trained?: TrainedParts;
  /** What the gates are at first, before tanh; 0 when left out. */
  readonly gate?: number;
  /** Whether the text in words and an encoder without training are measured beside it. */
  readonly controls?: boolean;
  /** A language model of random weights, to see the machinery run; that of the records when left out. */
  readonly model?: 'random';
  readonly training?: Partial<SightTraining>;
}

/** The config of such an experiment. */
export interface CaptionsConfig extends TrainedConfig {
  readonly training: Partial<Omit<SightTraining, 'seed'>>;
  readonly measures: CaptionMeasures;
}

/** An experiment on sight. */
export type CaptionsExperiment = ExperimentOf<CaptionVariant, CaptionsConfig>;
type CaptionsPlan = PlanOf<CaptionsExperiment>;

/** A language model with its sight. */
interface Sighted {
  readonly language: CaptionLanguage;
  readonly sight: Sight;
  dispose(): void;
}

/** Where the parts are kept. */
const kept = (key: string, seed: number): string =>
  dataPath('checkpoints', 'survey-caption-parts', `${key}-${seed}.safetensors`);

const languageOf = ({ model }: CaptionVariant, seed: number): CaptionLanguage =>
  model === 'random'
    ? new CaptionLanguage({
        size: { ...CAPTION_LANGUAGE_SIZE, width: 16, layers: 1, mlpRatio: 1 },
        seed,
      })
    : loadCaptionLanguage(kept('language', seed));

/** First weights of sight are not those of the language model. */
const SIGHT_SEED = 1000;

function sightOf(variant: CaptionVariant, { transformer }: CaptionLanguage, seed: number): Sight {
  const { width, layers } = transformer.size;
  const first = seed + SIGHT_SEED;
  if (variant.way === 'gates')
    return new GatedPictures({ width, layers, seed: first, gate: variant.gate ?? 0 });
  const encoder = new PictureEncoder({ width, seed: first });
  if (variant.trained !== 'bridge') return encoder;
  const classifier =
    variant.model === 'random'
      ? new MotifClassifier({ seed })
      : loadMotifClassifier(kept('classifier', seed));
  assignAll(encoder.trunk.parameters, classifier.trunk.parameters);
  classifier.dispose();
  return encoder;
}

function make(
  { config }: CaptionsPlan,
  variant: CaptionVariant,
  seed: number,
): Made<SightTrainer, Sighted> {
  const language = languageOf(variant, seed);
  const sight = sightOf(variant, language, seed);
  const training = trainingOf<Partial<SightTraining>>(config, variant, seed);
  return {
    trainer: new SightTrainer(language, sight, training, variant.trained ?? 'sight'),
    trained: {
      language,
      sight,
      dispose: () => {
        sight.dispose();
        language.dispose();
      },
    },
  };
}

function measurements(
  { config: { measures } }: CaptionsPlan,
  variant: CaptionVariant,
  { trained }: { readonly trained: Sighted },
  seed: number,
): Measurements {
  return {
    watch: captionWatch(trained, measures, variant.name),
    measure: (put) => {
      measureCaptions(trained, measures, variant.name, put);
      if (variant.controls !== true) return;
      measureNamesInWords(trained.language, measures, (_, at, metric, value) =>
        put(IN_WORDS, at, metric, value),
      );
      const fresh = sightOf(variant, trained.language, seed);
      measureCaptions({ language: trained.language, sight: fresh }, measures, UNTRAINED, put);
      fresh.dispose();
    },
  };
}

/** Experiments that give sight to a language model. */
export const CAPTIONS_KIND = experimentKind<CaptionsExperiment, ReturnType<typeof make>>({
  name: 'a language model that is given sight',
  settings: section('an experiment on a language model that is given sight', {
    ...BASE_SETTINGS,
    training: partial('training', {
      ...TRAINING_SETTINGS,
      asks: list('what pictures are asked', oneOf('a question', ...CAPTION_ASKS), 1),
    }),
    measures: CAPTION_MEASURE_SETTINGS,
  }),
  check: ({ config: { measures } }) => checkCaptionMeasures(measures),
  baselines: (_: CaptionsPlan, put: Put) => put('chance among two names', {}, 'accuracy', 1 / 2),
  make,
  measurements,
  requirements: ({ config }) => {
    const { batch: prompts } = { ...SIGHT_TRAINING, ...config.training };
    const size = CAPTION_LANGUAGE_SIZE;
    return transformerRequirements(size, {
      prompts,
      T: 16 + 9,
      others: CAPTION_WORDS.length * size.width,
      perToken: 3 * CAPTION_WORDS.length,
      extraMB: 250,
    });
  },
});
