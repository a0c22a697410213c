/**
 * How much each attention head looks at the answer where it stands earlier in the context.
 * References: Olsson et al. (2022, arXiv 2209.11895), prefix matching, for copying heads; Wang et
 * al. (2023, arXiv 2305.14160) for labels of the demonstrations as what is read.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkFields, checkTexts, type Check } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { checkMethod, type Method } from '../../../model/methods';
import type { Tensor4D } from '@tensorflow/tfjs';
import {
  HEADER_TOKENS,
  LINE_TOKENS,
  contextDocument,
  documentTokens,
  type Document,
} from '../world/documents';
import type { Input } from '../world/rules';
import { MARKS } from '../world/vocabulary';
import { disposeLayout, documentLayout } from './layout';
import type { AnsweredLine } from './loglines';
import { askedPlace, checkSmallModel, equalExamples, labelLogs } from './smallanswers';
import type { SmallModel } from './smallmodel';

/** By layer and head. */
export type HeadScores = readonly (readonly number[])[];

type Lines = Pick<Document, 'header' | 'lines'>;

/** A document, and what attention to each of its tokens counts. */
interface Weighed {
  readonly document: Lines;
  readonly counts: readonly number[];
}

/** Where a line's answer stands, after its template. */
const ANSWER = LINE_TOKENS - 2;

/** Numbers for the tokens of a document: one for the answer of each line, 0 elsewhere. */
const atAnswers = ({ lines }: Lines, count: (line: readonly string[]) => number): number[] => [
  ...new Array<number>(HEADER_TOKENS).fill(0),
  ...lines.flatMap((line, i) =>
    line.map((_, t) => (t === ANSWER && i < lines.length - 1 ? count(line) : 0)),
  ),
];

/** The attention from the last template to the tokens that count, the mean over documents. */
function attentionTo(model: SmallModel, method: Method, weighed: readonly Weighed[]): HeadScores {
  checkSmallModel(model);
  checkMethod(method);
  const { length: lines } = weighed[0]!.document.lines;
  const layout = documentLayout(method, lines - 1, 1);
  const { source } = layout;
  const rows = weighed.map(({ document }) => {
    const all = documentTokens(document);
    return source.map((from) => all[from]!);
  });
  const counts = tf.tensor3d(weighed.map((one) => [source.map((from) => one.counts[from]!)]));
  const scores: number[][] = [];
  const hook = (name: string, value: tf.Tensor): void => {
    if (!name.endsWith('attention.weights')) return;
    const asked = (value as Tensor4D).slice([0, 0, askedPlace(source.length), 0], [-1, -1, 1, -1]);
    const each = asked.squeeze([2]).mul(counts).sum(2); // [B, H, T] * [B, 1, T] -> [B, H]
    scores.push(each.mean(0).arraySync() as number[]); // [H]
  };
  try {
    labelLogs(model, layout, rows, { hook });
    return scores;
  } finally {
    counts.dispose();
    disposeLayout(layout);
  }
}

const checkLines: Check = (name, document) =>
  checkFields(name, document, {
    header: checkTexts,
    lines: (field, lines) => checkEach(field, lines, 'lists of tokens', checkTexts, 2),
  });

/**
 * Copying heads: the share of its attention that a head gives, from the last line's template, to the
 * symbols that stood after the same word in earlier lines (Olsson et al., 2022: prefix matching).
 *
 * @param documents to look up, from world.lookupDocument, with as many lines each; those whose last
 *   word did not stand before are left out
 * @returns between 0 and 1, by layer and head
 * @throws CourseError when there is no model, method or such document, or no last word stood before
 */
export function copyingScores(
  model: SmallModel,
  method: Method,
  documents: readonly Lines[],
): HeadScores {
  checkEach('Documents', documents, 'documents', checkLines, 1);
  const { length } = documents[0]!.lines;
  demand(
    documents.every(({ lines }) => lines.length === length),
    () => 'Documents of unequal numbers of lines were given together.',
    'Give documents with as many lines each.',
  );
  const isEntry = (line: readonly string[]): boolean =>
    line.length === LINE_TOKENS && line[ANSWER - 1] === MARKS.entry;
  demand(
    documents.every(({ lines }) => lines.every(isEntry)),
    () => 'Copying heads were looked for in documents that are not made to look up.',
    'Draw them with world.lookupDocument.',
  );
  const weighed = documents.map((document) => {
    const [asked] = document.lines.at(-1)!;
    return { document, counts: atAnswers(document, ([word]) => Number(word === asked)) };
  });
  const known = weighed.filter(({ counts }) => counts.includes(1));
  demand(
    known.length > 0,
    () => 'In none of the documents did the last word stand before.',
    'Draw more documents, or longer ones.',
  );
  return attentionTo(model, method, known);
}

/**
 * Label heads: the share of its attention that a head gives, from the question's template, to labels
 * of demonstrations that are the right answer, less that to the other labels.
 *
 * @param questions about tasks, with as many demonstrations each, at least one
 * @returns between -1 and 1, by layer and head
 * @throws CourseError when there is no model, method or question, a label is none, or there are no
 *   demonstrations
 */
export function labelHeadScores(
  model: SmallModel,
  method: Method,
  questions: readonly (AnsweredLine & { readonly input: Input })[],
): HeadScores {
  demand(
    equalExamples(questions) > 0,
    () => 'Label heads were looked for where there are no demonstrations.',
    'Give questions with at least one demonstration.',
  );
  const weighed = questions.map(({ context, input, label }) => {
    const examples = [...context.examples, { input, label }];
    const document = contextDocument({ ...context, examples });
    return { document, counts: atAnswers(document, (line) => (line[ANSWER] === label ? 1 : -1)) };
  });
  return attentionTo(model, method, weighed);
}
