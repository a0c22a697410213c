/**
 * Experiments that train models of maps of pictures: a denoiser, or a model that says all channels at
 * once. A seed draws the first weights, the pictures of training and the noise; prompts that are
 * measured are the same for all.
 */
import type { ExperimentOf, PlanOf, TrainedConfig, Variant } from '../../experiments/experiment';
import {
  experimentKind,
  trainingOf,
  transformerRequirements,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import { BASE_SETTINGS, BLOCK_SETTINGS, partial, section, whole } from '../../experiments/settings';
import type { TransformerSize } from '../../model/config';
import { measureCopiedMaps, measureMaps, watchMaps, type MapMeasures } from './mapmeasures';
import { CANVAS_TOKENS, PATCHES, PATCH_SIZE } from './pictures/canvas';
import { MapTrainer, type MapTraining } from './pictures/mapmodels';
import { PICTURE_SIZE, PictureModel } from './pictures/picturemodel';
import { PICTURE_TRAINING_SETTINGS } from './pictureskind';

/** A denoiser of some steps, or a model that says all channels at once. */
export interface MapsVariant extends Variant {
  readonly denoises: boolean;
}

/** The config of such an experiment. */
export interface MapsConfig extends TrainedConfig {
  readonly size: Omit<TransformerSize, 'maxPositions'>;
  /** Steps of noise of the denoiser. */
  readonly noiseSteps: number;
  readonly training: Partial<Omit<MapTraining, 'seed'>>;
  readonly measures: MapMeasures;
}

/** An experiment on maps of pictures. */
export type MapsExperiment = ExperimentOf<MapsVariant, MapsConfig>;
type MapsPlan = PlanOf<MapsExperiment>;

function make(
  { config }: MapsPlan,
  variant: MapsVariant,
  seed: number,
): Made<MapTrainer, PictureModel> {
  const size = { ...PICTURE_SIZE, ...config.size };
  const noiseSteps = variant.denoises ? config.noiseSteps : 0;
  const trained = new PictureModel({ size, seed, noiseSteps });
  const training = trainingOf<Partial<MapTraining>>(config, variant, seed);
  return { trainer: new MapTrainer(trained, training), trained };
}

const measurements = (
  { config: { measures } }: MapsPlan,
  { name }: MapsVariant,
  { trained: model }: { readonly trained: PictureModel },
  seed: number,
): Measurements => ({
  watch: watchMaps({ model, seed }, measures, name),
  measure: (put) => measureMaps({ model, seed }, measures, name, put),
});

/** Experiments on maps of pictures. */
export const MAPS_KIND = experimentKind<MapsExperiment, ReturnType<typeof make>>({
  name: 'maps of pictures',
  settings: section('an experiment on maps of pictures', {
    ...BASE_SETTINGS,
    size: section('size of the transformer', BLOCK_SETTINGS),
    noiseSteps: whole('steps of noise of the denoiser', 1, 10_000),
    training: partial('training', PICTURE_TRAINING_SETTINGS),
    measures: section('what is measured', {
      prompts: whole('prompts of each task', 1, 1e6),
      repeated: whole('queries that are drawn several times', 1, 1e6),
      draws: whole('how often', 1, 1e4),
      watched: whole('prompts of each task along training', 1, 1e6),
    }),
  }),
  check: () => undefined,
  baselines: ({ config: { measures } }, put) => measureCopiedMaps(measures, put),
  make,
  measurements,
  requirements: ({ config }) =>
    transformerRequirements(
      { ...PICTURE_SIZE, ...config.size },
      {
        prompts: config.training.batch ?? 32,
        T: CANVAS_TOKENS,
        others: (2 * PATCH_SIZE + PATCHES + config.noiseSteps) * config.size.width,
        extraMB: 150,
      },
    ),
});
