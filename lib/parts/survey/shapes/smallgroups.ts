/**
 * The small model after groups of demonstrations. A group is a document of its own, with its own
 * header of 4 tokens, and the question's line is read as if it followed each of them:
 *
 *   header  line 0  line 1      header  line 2  line 3      line of the question
 *   0 .. 3  4 .. 9  10 .. 15    0 .. 3  4 .. 9  10 .. 15    16 .. 21               positions
 *
 * As the model knows distances only, a question is never further from a demonstration than in one
 * prompt of a group's size, however many groups there are.
 */
import { tf } from '../../../core/backend';
import { checkFlag, checkWord } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { FORBIDDEN } from '../../../model/attention';
import { SCORING_WAYS, scoredInGroups, type QuestionScorer } from '../scoring/scorer';
import { checkWorldQuestions, type WorldQuestion } from '../scoring/worldquestions';
import { bucketOf } from '../small/distances';
import { MOST_LINES, disposeLayout, type DocumentLayout } from '../small/layout';
import { checkSmallModel, labelLogs, questionTokens } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { labelIndex } from '../world/posterior';
import { LABELS } from '../world/taskworld';
import { TEMPLATES } from '../world/vocabulary';
import { checkDirect, checkGrouping, groupingName, type Grouping } from './groups';

/** Pairs of tokens that are in memory at once, of all rows of a batch. */
const PAIRS_AT_ONCE = 2 ** 22;

/** A token of the layout. */
interface GroupedToken {
  /** Its group; the question is a group by itself, after all others. */
  readonly group: number;
  /** Positions are counted in each group, and after its end in the question. */
  readonly position: number;
  /** Which token of the document it is. */
  readonly source: number;
  /** Its place in its line; null in a header. */
  readonly offset: number | null;
}

const upTo = (count: number): number[] => [...new Array<undefined>(count).keys()];

/** The tokens of all groups, then those of the question. */
function tokensOfGroups(groups: number, size: number): GroupedToken[] {
  const end = HEADER_TOKENS + LINE_TOKENS * size;
  const question = HEADER_TOKENS + LINE_TOKENS * size * groups;
  return [
    ...upTo(groups).flatMap((group) =>
      upTo(end).map((position): GroupedToken => {
        const inLines = position - HEADER_TOKENS;
        return inLines < 0
          ? { group, position, source: position, offset: null }
          : {
              group,
              position,
              source: position + LINE_TOKENS * size * group,
              offset: inLines % LINE_TOKENS,
            };
      }),
    ),
    ...upTo(LINE_TOKENS).map((offset): GroupedToken => ({
      group: groups,
      position: end + offset,
      source: question + offset,
      offset,
    })),
  ];
}

/**
 * The layout of groups of demonstrations and one question. With one group it is that of a document
 * under AR.
 *
 * @param groups   how many
 * @param size     lines of each; there may be none
 * @param rescaled whether ln `groups` is added to the scores of the question's own tokens
 * @returns tensors that the caller disposes
 * @throws CourseError when a number is refused, or there are too many lines
 */
export function groupedLayout(groups: number, size: number, rescaled: boolean): DocumentLayout {
  positiveInteger('The number of groups', groups, 1, MOST_LINES);
  positiveInteger('The lines of a group', size, 0, MOST_LINES);
  positiveInteger('The lines of all groups', groups * size, 0, MOST_LINES);
  checkFlag("'rescaled'", rescaled);
  const tokens = tokensOfGroups(groups, size);
  const T = tokens.length;
  const own = rescaled ? Math.log(groups) : 0;
  const mask = new Float32Array(T * T).fill(FORBIDDEN);
  const buckets = new Int32Array(T * T);
  tokens.forEach((query, r) =>
    tokens.slice(0, r + 1).forEach((key, c) => {
      buckets[r * T + c] = bucketOf(Math.abs(query.position - key.position));
      buckets[c * T + r] = buckets[r * T + c]!;
      const asks = query.group === groups;
      if (asks || query.group === key.group)
        mask[r * T + c] = asks && key.group === groups ? own : 0;
    }),
  );
  return {
    source: tokens.map(({ source }) => source),
    counts: tokens.map(({ offset }) => (offset === null ? 0 : 1)),
    mask: tf.tensor2d(mask, [T, T]),
    buckets: tf.tensor2d(buckets, [T, T], 'int32'),
    continues: tf.tensor1d(
      tokens.map(({ offset, position }) => ((offset ?? position) === 0 ? 0 : 1)),
    ),
    places: tf.tensor1d(
      tokens.map(({ offset, position }) => (offset === null ? position : HEADER_TOKENS + offset)),
      'int32',
    ),
  };
}

/** How many groups k demonstrations are, and how many lines each has; none are one empty group. */
function groupsFor(k: number, { size }: Grouping): { groups: number; lines: number } {
  demand(
    k % size === 0,
    () => `${k} demonstrations of the small model were to be put into groups of ${size}.`,
    'Give a multiple of the size, so that all groups end together.',
  );
  return k === 0 ? { groups: 1, lines: 0 } : { groups: k / size, lines: size };
}

/** The logarithm of the probability of each label word, of questions with k examples each. */
function groupedLogAnswers(
  model: SmallModel,
  grouping: Grouping,
  k: number,
  questions: readonly WorldQuestion[],
  template: string,
): { readonly logs: number[][]; readonly tokens: number } {
  const { groups, lines } = groupsFor(k, grouping);
  const layout = groupedLayout(groups, lines, grouping.rescaled);
  try {
    const T = layout.source.length;
    const atOnce = Math.max(1, Math.floor(PAIRS_AT_ONCE / T ** 2));
    const rows = questions.map((one) => questionTokens(one, LABELS[0]!, template, layout));
    const logs = upTo(Math.ceil(rows.length / atOnce)).flatMap((b) =>
      labelLogs(model, layout, rows.slice(b * atOnce, (b + 1) * atOnce)),
    );
    return { logs, tokens: T * questions.length };
  } finally {
    disposeLayout(layout);
  }
}

/**
 * The small model after groups of demonstrations as a scorer, for direct scores only. Questions
 * without demonstrations are read as ordinary ones.
 *
 * @param model    that was trained under AR; it stays the caller's
 * @param template between an input and its label
 * @throws CourseError when there is no model, no grouping or no such template; and of questions whose
 *   demonstrations are no multiple of a group's size
 */
export function groupedSmallScorer(
  model: SmallModel,
  grouping: Grouping,
  template = TEMPLATES[0]!,
): QuestionScorer<WorldQuestion> {
  checkSmallModel(model);
  checkGrouping(grouping);
  checkWord('The template of a scorer', template, TEMPLATES);
  return {
    name: `${model.name}, ${groupingName(grouping)}`,
    score: (questions, way = SCORING_WAYS.direct) => {
      checkWorldQuestions(questions);
      checkDirect(way);
      return scoredInGroups(
        questions,
        ({ context: { examples } }) => examples.length,
        (alike) => {
          const k = alike[0]!.context.examples.length;
          const { logs, tokens } = groupedLogAnswers(model, grouping, k, alike, template);
          return {
            scores: alike.map(({ options }, q) =>
              options.map((label) => logs[q]![labelIndex(label)]!),
            ),
            cost: { passes: alike.length, tokens },
          };
        },
      );
    },
  };
}
