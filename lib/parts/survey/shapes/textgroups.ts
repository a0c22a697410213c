/**
 * A language model after groups of demonstrations. Each group is read alone, after a beginning of its
 * own, at positions that end before L, the length of the longest group. Their keys and values are put
 * side by side; a question stands at position L and after, and reads them all.
 */
import { checkEach, checkFlag, checkIndices } from '../../../core/checks';
import { demand, knownKeys } from '../../../core/errors';
import type { ReadContext } from '../../../language/context';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { checkLanguageModel, type LanguageModel } from '../../../language/languagemodel';
import {
  DIRECT,
  beginTokens,
  checkTemplate,
  checkTokens,
  exampleTokens,
  testTokens,
  type Template,
} from '../../../language/prompt';
import { causalAfter, read, tidied } from '../../../language/reading';
import { checkQuestions, type Question } from '../../../language/scoring';
import { EMPTY, copyOf, disposeCache, joined, kept } from '../../../language/tokencache';
import {
  SCORING_WAYS,
  scoredInGroups,
  type QuestionScorer,
  type ScoredOptions,
  type ScoringWay,
} from '../scoring/scorer';
import { examplesKey, scoreOf, scoredOver, type TextScoring } from '../scoring/textscorer';
import { checkDirect, checkGrouping, groupingName, groupsOf, type Grouping } from './groups';

/** Tokens of the examples of a group. */
type TokenGroup = readonly (readonly number[])[];

/** Refuses groups that a model cannot read. */
function checkGroups(
  model: LanguageModel,
  groups: readonly TokenGroup[],
  begin: readonly number[],
): void {
  checkEach('Groups', groups, 'groups of examples', (name, group) =>
    checkTokens(name, group as TokenGroup, 1),
  );
  checkIndices('The beginning of a group', begin);
  const { maxPositions } = model.config.size;
  groups.forEach((group, g) => {
    const length = begin.length + group.flat().length;
    demand(
      length < maxPositions,
      () =>
        `Group ${g} has ${length} tokens in ${group.length} examples, ` +
        `but the model knows ${maxPositions} positions, and the question needs some of them.`,
      'Put fewer examples into a group.',
    );
  });
}

/**
 * Runs a language model on groups of demonstrations, each by itself.
 *
 * @param groups   of each the tokens of its examples; without groups the beginning alone is read
 * @param begin    tokens before the first example of each group; there may be none
 * @param rescaled whether the tokens of a test weigh as many times as there are groups
 * @returns the cache that tests need; the caller disposes it
 * @throws CourseError when a group has more tokens than the model has positions, a token is beyond the
 *   model's, or what is given is no model or no groups of tokens
 */
export function groupedContext(
  model: LanguageModel,
  groups: readonly TokenGroup[],
  begin: readonly number[],
  rescaled: boolean,
): ReadContext {
  checkLanguageModel(model);
  checkGroups(model, groups, begin);
  checkFlag("'rescaled'", rescaled);
  const sequences = (groups.length > 0 ? groups : [[]]).map((group) => [...begin, ...group.flat()]);
  const end = Math.max(...sequences.map(({ length }) => length));
  const cache = tidied(() => {
    const parts = sequences.map((tokens) => {
      const T = tokens.length;
      const positions = tokens.map((_, i) => end - T + i);
      return T === 0 ? EMPTY : read(model, tokens, positions, causalAfter(0, T), EMPTY).cache;
    });
    return kept(copyOf(joined(parts)));
  });
  return {
    cache,
    testPosition: end,
    ownWeight: rescaled ? sequences.length : 1,
    work: { first: groups.flat(2).length, second: 0 },
  };
}

/** Scores of questions with the same examples. */
function scoresAfterGroups(
  { model, tokenizer }: LoadedModel,
  { size, rescaled }: Grouping,
  template: Template,
  questions: readonly Question[],
  way: ScoringWay,
): ScoredOptions {
  const begin = beginTokens(tokenizer, template);
  const shown = questions[0]!.examples.map((one) => exampleTokens(tokenizer, one, template));
  const groups = groupsOf(shown, size);
  const tests = questions.flatMap(({ input, options }) =>
    options.map((option) => testTokens(tokenizer, input, option, template)),
  );
  const context = groupedContext(model, groups, begin, rescaled);
  try {
    return scoredOver(
      model,
      context,
      questions,
      tests,
      (sum, i) => scoreOf(way, sum, tests[i]!, null, undefined),
      (groups.length > 0 ? groups : [[]]).map((group) => begin.length + group.flat().length),
    );
  } finally {
    disposeCache(context.cache);
  }
}

/**
 * A language model after groups of demonstrations as a scorer, for direct scores only. Questions with
 * the same examples are scored together, after groups that are read once. The last group has the
 * examples that are left.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @param given  the template; left out: MetaICL's
 * @throws CourseError when what is given is no model with its tokenizer, no grouping or no template
 */
export function groupedTextScorer(
  loaded: LoadedModel,
  grouping: Grouping,
  given: Pick<TextScoring, 'template'> = {},
): QuestionScorer<Question> {
  checkLoaded(loaded);
  checkGrouping(grouping);
  knownKeys('The reading of texts in groups', given, ['template']);
  const { template: written = DIRECT } = given;
  checkTemplate(written);
  const template: Template = { ...written, style: 'direct' };
  return {
    name: `language model, ${groupingName(grouping)}`,
    score: (questions, way = SCORING_WAYS.direct) => {
      checkQuestions(questions);
      checkDirect(way);
      return scoredInGroups(questions, examplesKey, (alike) =>
        scoresAfterGroups(loaded, grouping, template, alike, way),
      );
    },
  };
}
