/** An input that a language model writes itself after some demonstrations, without a label. */
import { checkStream } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import type { Stream } from '../core/random';
import { METHODS } from '../model/methods';
import { checkLoaded, type LoadedModel } from './folder';
import {
  beginTokens,
  checkDemonstrations,
  checkTemplate,
  exampleTokens,
  type Demonstration,
  type Template,
} from './prompt';
import { generate, readContext } from './readcache';
import { disposeCache } from './tokencache';

/** The text before any of some marks. */
const before = (text: string, marks: readonly string[]): string =>
  marks.reduce((rest, mark) => rest.split(mark)[0]!, text);

/**
 * The next input after demonstrations, drawn from a language model under AR (Lu et al., 2022, take
 * such inputs to probe an order). It ends where the model would write the label.
 *
 * @param template an example's form, 'direct'
 * @param random   of the draws
 * @param longest  the most tokens
 * @returns the input; the text '...' where the model wrote nothing
 * @throws CourseError when what is given is no model, demonstration, template or stream, or the
 *   prompt is too long
 */
export function drawInputText(
  loaded: LoadedModel,
  examples: readonly Demonstration[],
  template: Template,
  random: Stream,
  longest = 24,
): string {
  checkLoaded(loaded);
  checkDemonstrations(examples);
  checkTemplate(template);
  checkStream(random);
  positiveInteger('The most tokens of an input', longest);
  demand(
    template.style === 'direct',
    () =>
      `An input was to be drawn in the template '${template.style}', which begins with a label.`,
    "Give a template with the style 'direct'.",
  );
  const { model, tokenizer } = loaded;
  const begin = beginTokens(tokenizer, template);
  const lines = examples.flatMap((example) => exampleTokens(tokenizer, example, template));
  const context = readContext(model, METHODS.ar, [], undefined, begin);
  try {
    const added = generate(model, context, lines, longest, random);
    const { between, after } = template;
    const written = before(tokenizer.decode(added), [between.trim() || between, after]);
    return written.trim() || '...';
  } finally {
    disposeCache(context.cache);
  }
}
