/**
 * Language models that the course trains itself: a GPT-2 from random weights, and one from the
 * checkpoint of a run.
 */
import { CourseError } from '../core/errors';
import { sizeOf, type SizeName, type TransformerSize } from '../model/config';
import { GPT2 } from '../model/transformer';
import { readCheckpoint, restored } from '../training/checkpoint';
import type { LanguageModelConfig } from './families';
import type { LoadedModel } from './folder';
import { LanguageModel } from './languagemodel';
import type { TextTokenizer } from './tokenizer';

/**
 * A GPT-2 with random weights for the words of a tokenizer.
 *
 * @param size a named size, or numbers over those of `course`
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the size is refused
 */
export function freshLanguageModel(
  tokenizer: TextTokenizer,
  size: SizeName | Partial<TransformerSize>,
  seed: number,
): LoadedModel {
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

/**
 * The language model of a checkpoint that a LanguageModelTrainer wrote.
 *
 * @param where to look for such checkpoints, for the error message
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export function trainedLanguageModel(
  file: string,
  tokenizer: TextTokenizer,
  where: string,
): LoadedModel {
  const checkpoint = readCheckpoint(file);
  const { language } = checkpoint.facts.model as { readonly language?: LanguageModelConfig };
  if (!language)
    throw new CourseError(
      `'${file}' is no checkpoint of a language model.`,
      `Use one below ${where}.`,
    );
  return { model: restored(file, checkpoint, new LanguageModel(language)), tokenizer };
}
