/**
 * Baselines that are not networks run prompt by prompt on plain numbers; this turns such a rule
 * into a Predictor.
 */
import { checkFunction, checkText } from '../core/checks';
import { tf } from '../core/backend';
import { promptSizes, requireFinite, type Predictor, type Prompts } from '../model/prompts';

/** One prompt as plain numbers: X[i] is example i, T[t] test t. */
export interface PlainPrompt {
  readonly X: number[][];
  readonly y: number[];
  readonly T: number[][];
}

/**
 * A predictor from a rule on one prompt.
 *
 * @param name how figures call it
 * @param rule gives one prediction per test input of T
 */
export function fromRule(name: string, rule: (prompt: PlainPrompt) => number[]): Predictor {
  checkText('The name of a predictor', name);
  checkFunction('The rule of a predictor', rule);
  const predict = (prompts: Prompts): tf.Tensor2D => {
    const { B, m } = promptSizes(prompts);
    requireFinite(prompts);
    const [X, y, T] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
    const rows = Array.from({ length: B }, (_, b) => rule({ X: X[b]!, y: y[b]!, T: T[b]! }));
    return tf.tensor2d(rows, [B, m]);
  };
  return { name, predict };
}
