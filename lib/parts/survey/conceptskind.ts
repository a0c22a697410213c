/**
 * Experiments that train a decoder on documents with a hidden concept. A seed draws the world, the
 * first weights and the documents.
 */
import { ascends } from '../../core/numerics';
import { demand } from '../../core/errors';
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
  positive,
  section,
  share,
  whole,
} from '../../experiments/settings';
import type { LanguageModel } from '../../language/languagemodel';
import type { TransformerSize } from '../../model/config';
import { conceptWatch, measureConcepts, type ConceptMeasures } from './conceptmeasures';
import { DECODER_SIZE, freshConceptDecoder } from './inference/conceptdecoder';
import {
  conceptSettings,
  conceptWorld,
  type ConceptSettings,
  type ConceptWorld,
} from './inference/concepts';
import { CONCEPT_TRAINING, ConceptTrainer, type ConceptTraining } from './inference/concepttrainer';

/** A decoder of documents with concepts. */
export type ConceptVariant = Variant;

/** The config of such an experiment. */
export interface ConceptsConfig extends TrainedConfig {
  readonly world: ConceptSettings;
  readonly size: Omit<TransformerSize, 'maxPositions'>;
  readonly training: Partial<Omit<ConceptTraining, 'seed'>>;
  readonly measures: ConceptMeasures;
}

/** An experiment on documents with concepts. */
export type ConceptsExperiment = ExperimentOf<ConceptVariant, ConceptsConfig>;
type ConceptsPlan = PlanOf<ConceptsExperiment>;

interface MadeDecoder extends Made<ConceptTrainer, LanguageModel> {
  readonly world: ConceptWorld;
}

function make({ config }: ConceptsPlan, variant: ConceptVariant, seed: number): MadeDecoder {
  const world = conceptWorld(seed, config.world);
  const built = {
    size: { ...DECODER_SIZE, ...config.size },
    vocabulary: world.settings.vocabulary,
    seed,
  };
  const trained = freshConceptDecoder(built);
  const training = trainingOf<Partial<ConceptTraining>>(config, variant, seed);
  return { trainer: new ConceptTrainer(trained, world, built, training), trained, world };
}

function measurements(
  { config: { measures } }: ConceptsPlan,
  { name }: ConceptVariant,
  { trained, world }: MadeDecoder,
  seed: number,
): Measurements {
  const subject = { model: trained, world, seed };
  return {
    watch: conceptWatch(subject, measures, name),
    measure: (put) => measureConcepts(subject, measures, name, put),
  };
}

/** Refuses what cannot be measured. */
function check({ config: { world, measures } }: ConceptsPlan): void {
  conceptSettings(world);
  const { ks, lengths } = measures;
  demand(
    ks.length > 0 && lengths.length > 0 && ascends(ks) && ascends(lengths),
    () => `Numbers of examples were [${ks.join(', ')}], their lengths [${lengths.join(', ')}].`,
    'Name at least one of each, the smallest first.',
  );
}

const MEASURES = section('what is measured', {
  ks: counts('numbers of examples', 0),
  lengths: counts('tokens of an example', 2),
  prompts: whole('prompts of each kind', 1, 1e6),
  documents: whole('documents in which every token is predicted', 1, 1e6),
  tokens: whole('tokens of each', 3, 1e5),
  watched: whole('prompts and documents along training', 1, 1e6),
  reordered: whole('prompts whose examples are reordered', 1, 1e6),
  orders: whole('orders of each', 2, 1e4),
  orderedExamples: whole('examples of each', 2, 1000),
  orderedLength: whole('tokens of such an example', 2, 1000),
});

/** Experiments on documents with concepts. */
export const CONCEPTS_KIND = experimentKind<ConceptsExperiment, MadeDecoder>({
  name: 'documents with concepts',
  settings: section('an experiment on documents with concepts', {
    ...BASE_SETTINGS,
    world: section('the world of concepts', {
      concepts: whole('concepts of the mixture', 1, 1000),
      entities: whole('entities', 1, 50),
      properties: whole('properties, with the delimiter', 2, 50),
      vocabulary: whole('tokens, with the delimiter', 2, 5000),
      stay: share('the least share with which an entity stays'),
      temperature: positive('of the softmax that weighs permutations'),
      uniform: share('share of each row of a chain that is uniform'),
    }),
    size: section('size of the decoder', BLOCK_SETTINGS),
    training: partial('training', {
      ...TRAINING_SETTINGS,
      length: whole('tokens of a document', 2, 1e4),
    }),
    measures: MEASURES,
  }),
  check,
  baselines: ({ config: { world } }, put) => put('chance', {}, 'accuracy', 1 / world.vocabulary),
  make,
  measurements,
  requirements: ({ config }) => {
    const { batch: prompts, length } = { ...CONCEPT_TRAINING, ...config.training };
    const size = { ...DECODER_SIZE, ...config.size };
    return transformerRequirements(size, {
      prompts,
      T: length,
      others: 2 * config.world.vocabulary * size.width,
      perToken: 3 * config.world.vocabulary,
      extraMB: 200,
    });
  },
});
