/**
 * Language models that the course trains itself: a GPT-2 from random weights, and one from the
 * checkpoint of a run.
 */
import { checkText } from '../core/checks';
import { CourseError, demand, plainObject } from '../core/errors';
import { sizeOf, type SizeName, type TransformerSize } from '../model/config';
import { GPT2 } from '../model/architecture';
import { restored, type Checkpoint, type CheckpointFacts } from '../training/checkpoint';
import type { LanguageModelConfig } from './family';
import type { LoadedModel } from './folder';
import { LanguageModel } from './languagemodel';
import { checkTokenizer, type TextTokenizer } from './tokenizer';

/**
 * A GPT-2 with random weights for the words of a tokenizer.
 *
 * @param size a named size, or numbers over those of `course`
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the tokenizer, the size or the seed is refused
 */
export function freshLanguageModel(
  tokenizer: TextTokenizer,
  size: SizeName | Partial<TransformerSize>,
  seed: number,
): LoadedModel {
  checkTokenizer(tokenizer);
  const { vocabulary } = tokenizer;
  const config: LanguageModelConfig = {
    family: 'gpt2',
    vocabulary,
    size: sizeOf(size),
    architecture: GPT2,
    local: null,
    tied: true,
    end: null,
  };
  return { model: new LanguageModel(config, seed), tokenizer };
}

/** Whether a checkpoint holds a language model. */
export const holdsLanguageModel = ({ model }: Pick<CheckpointFacts, 'model'>): boolean =>
  'language' in model;

/**
 * The language model of a checkpoint, with its weights.
 *
 * @param file how error messages call the checkpoint
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the checkpoint is none or of another kind of model, or its model of
 *   another vocabulary than the tokenizer's
 */
export function trainedLanguageModel(
  file: string,
  checkpoint: Checkpoint,
  tokenizer: TextTokenizer,
): LoadedModel {
  checkText('The name of a checkpoint', file);
  checkTokenizer(tokenizer);
  plainObject('A checkpoint', checkpoint);
  plainObject('The facts of a checkpoint', checkpoint.facts);
  plainObject('The model of a checkpoint', checkpoint.facts.model);
  const { language } = checkpoint.facts.model as { readonly language?: LanguageModelConfig };
  if (!language)
    throw new CourseError(
      `'${file}' is no checkpoint of a language model.`,
      'Name another file, or open it with training.load.',
    );
  demand(
    language.vocabulary === tokenizer.vocabulary,
    () =>
      `The model of '${file}' knows ${language.vocabulary} words, ` +
      `its tokenizer ${tokenizer.vocabulary}.`,
    'Give the tokenizer that the model was trained with.',
  );
  return { model: restored(file, checkpoint, new LanguageModel(language, null)), tokenizer };
}
