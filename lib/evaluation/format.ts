/**
 * Evaluations speak of prompts through their format; where none is given, prompts are of numbers.
 */
import { NUMBERS, type PromptFormat } from '../model/prompts';

/**
 * The format given, or that of numbers. Overloads see to it that only prompts of numbers come
 * without a format.
 */
export const formatOrNumbers = <P>(format: PromptFormat<P> | undefined): PromptFormat<P> =>
  format ?? (NUMBERS as unknown as PromptFormat<P>);
