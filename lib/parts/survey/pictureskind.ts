/**
 * Experiments that train models on pictures: canvases with a hole, or several examples as blocks. A
 * seed draws the first weights and the pictures of training; prompts that are measured are the same
 * for all.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { ExperimentOf, PlanOf, TrainedConfig, Variant } from '../../experiments/experiment';
import {
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
import {
  measureBlocks,
  measureCanvas,
  measureCopies,
  watchBlocks,
  watchCanvas,
  type PictureMeasures,
} from './picturemeasures';
import { CANVAS_TOKENS, PATCHES, PATCH_SIZE } from './pictures/canvas';
import { CanvasTrainer, type CanvasTraining } from './pictures/canvastrainer';
import {
  BLOCK_POSITIONS,
  MOST_EXAMPLES,
  PICTURE_METHODS,
  PictureBlockTrainer,
  type PictureMethod,
} from './pictures/pictureblocks';
import { PICTURE_SIZE, PictureModel } from './pictures/picturemodel';

/** What is masked of a canvas, or the method that reads examples as blocks. */
export interface PicturesVariant extends Variant {
  readonly trained: CanvasTraining['mask'] | PictureMethod;
  readonly training?: Partial<CanvasTraining>;
}

/** The config of such an experiment. */
export interface PicturesConfig extends TrainedConfig {
  readonly size: Omit<TransformerSize, 'maxPositions'>;
  readonly training: Partial<Omit<CanvasTraining, 'seed' | 'mask'>>;
  readonly measures: PictureMeasures;
}

/** An experiment on pictures. */
export type PicturesExperiment = ExperimentOf<PicturesVariant, PicturesConfig>;
type PicturesPlan = PlanOf<PicturesExperiment>;

/** The method of a variant; null for canvases. */
const methodOfVariant = ({ trained }: PicturesVariant): PictureMethod | null =>
  trained === 'hole' || trained === 'patches' ? null : trained;

function make(
  { config }: PicturesPlan,
  variant: PicturesVariant,
  seed: number,
): Made<StepTrainer, PictureModel> {
  const method = methodOfVariant(variant);
  const { maskedShare, withoutExample, ...steps } = trainingOf<Partial<CanvasTraining>>(
    config,
    variant,
    seed,
  );
  const maxPositions = method ? BLOCK_POSITIONS : PICTURE_SIZE.maxPositions;
  const size = { ...PICTURE_SIZE, ...config.size, maxPositions };
  const trained = new PictureModel({ size, seed, noiseSteps: 0 });
  const trainer = method
    ? new PictureBlockTrainer(trained, PICTURE_METHODS[method], steps)
    : new CanvasTrainer(trained, {
        ...steps,
        mask: variant.trained as CanvasTraining['mask'],
        ...(maskedShare === undefined ? {} : { maskedShare }),
        ...(withoutExample === undefined ? {} : { withoutExample }),
      });
  return { trainer, trained };
}

function measurements(
  { config: { measures } }: PicturesPlan,
  variant: PicturesVariant,
  { trained }: { readonly trained: PictureModel },
  seed: number,
): Measurements {
  const { name } = variant;
  const method = methodOfVariant(variant);
  if (method)
    return {
      watch: watchBlocks(trained, method, measures, name),
      measure: (put) => measureBlocks(trained, method, measures, name, put),
    };
  const wholly = variant.trained === 'hole';
  return {
    watch: watchCanvas(trained, measures, name),
    measure: (put) => measureCanvas(trained, measures, { name, seed, wholly }, put),
  };
}

/** Refuses what cannot be measured. */
function check({ config: { measures } }: PicturesPlan): void {
  const { ks, choice } = measures;
  demand(
    ks.length > 0 && ascends(ks),
    () => `Numbers of examples were [${ks.join(', ')}].`,
    'Name at least one, the smallest first.',
  );
  demand(
    choice.candidates < choice.pairs && choice.trainedQueries <= choice.pairs,
    () =>
      `Of ${choice.pairs} pairs ${choice.trainedQueries} were to be queries with ` +
      `${choice.candidates} candidates each.`,
    'Take no more queries than pairs, and fewer candidates.',
  );
}

/** Settings of models on pictures that both kinds of experiments share. */
export const PICTURE_TRAINING_SETTINGS = {
  ...TRAINING_SETTINGS,
  withoutExample: share('share of prompts whose example is masked'),
};

/** Experiments on pictures. */
export const PICTURES_KIND = experimentKind<PicturesExperiment, ReturnType<typeof make>>({
  name: 'models on pictures',
  settings: section('an experiment on pictures', {
    ...BASE_SETTINGS,
    size: section('size of the transformer', BLOCK_SETTINGS),
    training: partial('training', {
      ...PICTURE_TRAINING_SETTINGS,
      maskedShare: share('share of the patches that is masked, where they are anywhere'),
      singles: share('share of prompts whose task is one change'),
    }),
    measures: section('what is measured', {
      prompts: whole('prompts of each sort of tasks', 1, 1e6),
      several: whole('prompts with several examples', 1, 1e6),
      ks: counts('numbers of examples'),
      watched: whole('prompts along training', 1, 1e6),
      choice: section('the choice of examples', {
        pools: whole('pools that are asked about', 1, 1e4),
        pairs: whole('pairs of each', 7, 1e4),
        queries: whole('queries about each', 1, 1e4),
        trainedPools: whole('pools that a retriever is trained on', 1, 1e4),
        trainedQueries: whole('pairs of each that take the part of the query', 1, 1e4),
        candidates: whole('candidates of each', 6, 1e4),
      }),
    }),
  }),
  check,
  baselines: ({ config: { measures } }, put) => measureCopies(measures, put),
  make,
  measurements,
  requirements: ({ config }, variant) => {
    const { batch = 32, width } = { ...config.training, ...variant.training, ...config.size };
    return transformerRequirements(
      { ...PICTURE_SIZE, ...config.size },
      {
        prompts: batch,
        T: methodOfVariant(variant) ? PATCHES * (4 * MOST_EXAMPLES + 2) : CANVAS_TOKENS,
        others: (2 * PATCH_SIZE + PATCHES + BLOCK_POSITIONS) * width,
        extraMB: 150,
      },
    );
  },
});
