/**
 * A small model that writes the instruction of the demonstrations it has read. A document is lines of
 * a task, and then a line that names the rule in the words of notebook 20:
 *
 *   storm pie sunny -> foo \n
 *   Instruction: tone first _ _ \n
 *
 * After training, the model's probability of an instruction I = (feature f, scope s) after a context
 * C of demonstrations is p(I | C) = p(f | C) p(s | C, f), and the likeliest of the twelve is written.
 * Reference: Honovich et al. (2022, arXiv 2205.10782), instruction induction; here the model is
 * trained to do it, and the true instruction is known.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkStream, type Check } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { bestOptions } from '../scoring/scorer';
import { POOLED } from '../small/stages';
import { MOST_LINES, disposeLayout, documentLayout, type DocumentLayout } from '../small/layout';
import { checkSmallModel } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import {
  LINE_TOKENS,
  contextDocument,
  documentTokens,
  taskDocument,
  type Document,
} from '../world/documents';
import { checkWorldContext, type Example } from '../world/posterior';
import { RULES, SCOPES, checkRule, type WorldRule } from '../world/rules';
import { WORLD, type WorldTask } from '../world/taskworld';
import { MARKS, tokenIndex } from '../world/vocabulary';
import { WORD_FEATURES } from '../world/words';

/** What each of the two words of an instruction counts where a label counts 1. */
const WRITTEN = 4;

/**
 * The line that names a rule, 6 tokens.
 *
 * @throws CourseError when there is no such rule
 */
export function writtenLine(rule: WorldRule): string[] {
  checkRule(rule);
  const { nothing, instruction, end } = MARKS;
  return [instruction, WORD_FEATURES[rule.feature]!.name, rule.scope, nothing, nothing, end];
}

/**
 * A document of a task that names its rule after its examples.
 *
 * @param shown examples
 * @throws CourseError when the number of examples is none, or what is given is no stream or task
 */
export function writtenDocument(random: Stream, task: WorldTask, shown: number): Document {
  checkStream(random);
  positiveInteger('The number of examples', shown, 1, MOST_LINES);
  const { header, lines, weights } = taskDocument(random, task, {
    lines: shown,
    instructed: false,
    pooled: random.uniform() < POOLED,
    channel: false,
    skew: WORLD.skew,
  });
  return {
    header,
    lines: [...lines, writtenLine(task.rule)],
    weights: [...weights, [0, WRITTEN, WRITTEN, 0, 0, 0]],
  };
}

/** Rows that are in memory at once. */
const ROWS_AT_ONCE = 128;

const FEATURE_TOKENS = WORD_FEATURES.map(({ name }) => tokenIndex(name));
const SCOPE_TOKENS = SCOPES.map(tokenIndex);

const checkExamples: Check = (_, examples) =>
  checkWorldContext({ examples: examples as readonly Example[] });

/**
 * The logarithm of the probability that a model writes each instruction after some demonstrations.
 *
 * @param model    under AR; stays the caller's
 * @param contexts demonstrations, as many in each
 * @returns in nats, [contexts, 12], in the order of world.RULES
 * @throws CourseError when there is no model or context, or not all have as many demonstrations
 */
export function ruleLogs(model: SmallModel, contexts: readonly (readonly Example[])[]): number[][] {
  checkSmallModel(model);
  checkEach('Contexts', contexts, 'lists of demonstrations', checkExamples, 1);
  const k = contexts[0]!.length;
  demand(
    contexts.every(({ length }) => length === k),
    () => 'Contexts with unequal numbers of demonstrations were given together.',
    'Ask for those with as many in one call.',
  );
  const rows = contexts.flatMap((examples) =>
    WORD_FEATURES.map((_, feature) => rowOf(examples, { feature, scope: SCOPES[0] })),
  );
  const layout = documentLayout(METHODS.ar, k, 1);
  try {
    const logs: number[][] = [];
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
      logs.push(...rowLogs(model, layout, rows.slice(from, from + ROWS_AT_ONCE)));
    return contexts.map((_, c) => logs.slice(4 * c, 4 * c + 4).flat());
  } finally {
    disposeLayout(layout);
  }
}

/** The tokens of demonstrations and the line that names a rule. */
function rowOf(examples: readonly Example[], rule: WorldRule): number[] {
  const { header, lines } = contextDocument({ examples });
  return documentTokens({ header, lines: [...lines, writtenLine(rule)] });
}

/** log p(f | C) + log p(s | C, f) of each scope s, for rows of the four features in turn. */
const rowLogs = (
  model: SmallModel,
  layout: DocumentLayout,
  rows: readonly (readonly number[])[],
): number[][] =>
  tf.tidy(() => {
    const T = layout.source.length;
    const tokens = tf.tensor2d(rows.flat(), [rows.length, T], 'int32'); // [B, T]
    const logs = tf.logSoftmax(model.logits(tokens, layout)); // [B, T, V]
    const after = (place: number): tf.Tensor2D =>
      logs.slice([0, T - LINE_TOKENS + place, 0], [-1, 1, -1]).squeeze([1]); // [B, V]
    const own = rows.map((_, row) => [row, FEATURE_TOKENS[row % FEATURE_TOKENS.length]!]);
    const feature = tf.gatherND(after(0), tf.tensor2d(own, undefined, 'int32')); // [B]
    const scopes = after(1).gather(SCOPE_TOKENS, 1); // [B, 3]
    return feature.expandDims(1).add(scopes).arraySync() as number[][]; // [B, 3]
  });

/**
 * The likeliest instruction after some demonstrations.
 *
 * @param model under AR; stays the caller's
 * @throws CourseError when there is no model, or what is given are no demonstrations
 */
export const writtenInstruction = (model: SmallModel, examples: readonly Example[]): WorldRule =>
  RULES[bestOptions(ruleLogs(model, [examples]))[0]!]!;
