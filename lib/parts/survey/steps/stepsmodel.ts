/**
 * A small decoder for compositions: the library's language model with rotary positions, so that what
 * it learns in one line of a document holds in the others. It begins with random weights.
 * References: Vaswani et al. (2017); Su et al. (2021, arXiv 2104.09864) for rotary positions.
 */
import { plainObject, positiveInteger } from '../../../core/errors';
import type { LanguageModelConfig } from '../../../language/family';
import { LanguageModel } from '../../../language/languagemodel';
import { GPT2 } from '../../../model/architecture';
import { sizeOf, type TransformerSize } from '../../../model/config';
import { ParameterStore } from '../../../model/parameterstore';
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import { END, STEPS_WORDS } from './lines';

/** How a decoder of compositions is built. */
export interface StepsModelConfig {
  readonly size: TransformerSize;
  readonly seed: number;
}

/** The size that the course trains; a variant has other layers. */
export const STEPS_SIZE: TransformerSize = {
  width: 64,
  layers: 2,
  heads: 4,
  mlpRatio: 4,
  maxPositions: 256,
};

const configOf = (given: TransformerSize): LanguageModelConfig => {
  const size = sizeOf(given);
  return {
    family: 'gpt_neox',
    vocabulary: STEPS_WORDS.length,
    size,
    architecture: { ...GPT2, rotary: { dims: size.width / size.heads, base: 10_000 } },
    local: null,
    tied: false,
    end: END,
  };
};

/**
 * A decoder with random weights.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the size or the seed is refused
 */
export function freshStepsModel(config: StepsModelConfig): LanguageModel {
  plainObject('The config of a model', config);
  positiveInteger('seed', config.seed, 0);
  return new LanguageModel(
    configOf(config.size),
    new ParameterStore(config.seed, undefined, 'fan-in'),
  );
}

/** What a checkpoint says of such a model. */
interface StepsFacts {
  readonly composition: StepsModelConfig;
}

const open = checkpointKind({
  kind: 'a decoder of compositions',
  call: 'steps.loadStepsModel',
  fits: ({ model }) => 'composition' in model,
  open: (file, checkpoint) =>
    restored(file, checkpoint, freshStepsModel((checkpoint.facts.model as StepsFacts).composition)),
});

/**
 * The decoder of a recorded run.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadStepsModel = (file: string): LanguageModel => open(file).model;
