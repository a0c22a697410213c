/**
 * How alike in-context learning (ICL) and fine-tuning (FT) change the reading of questions that are
 * else asked without examples (ZSL). With what attention of a layer writes, h, and its scores of the
 * question's own tokens, m,
 *
 *   SimAOU = cos(h_ICL - h_ZSL, h_FT - h_ZSL),   SimAM = cos(m_ICL, m_FT),
 *   SimAMU = cos(m_ICL - m_ZSL, m_FT - m_ZSL),
 *
 * means over questions and layers. Rec2FTP is the share of the questions that FT sets right which ICL
 * sets right too.
 * References: Dai et al. (2023, arXiv 2212.10559) for SimAOU, SimAM and Rec2FTP; Deutch et al. (2024,
 * arXiv 2311.07772) for what they do not tell apart.
 */
import { checkEach, checkFields, checkRows, checkList } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import { cosineOf } from './errorsimilarity';
import type { QueryReading } from './queryreading';

/** Readings of the same questions. */
export interface Readings {
  /** Without examples. */
  readonly zsl: QueryReading;
  /** After examples. */
  readonly icl: QueryReading;
  /** Without examples, after an update of the weights. */
  readonly ft: QueryReading;
}

/** Similarities of each layer, means over questions. */
export interface UpdateSimilarity {
  readonly outputs: readonly number[];
  readonly maps: readonly number[];
  readonly mapUpdates: readonly number[];
}

const layersCheck = (name: string, value: unknown): void =>
  checkEach(name, value, 'layers', (one, rows) => checkRows(one, rows), 1);
const READING = { outputs: layersCheck, scores: layersCheck };

/** Refuses what are no readings of the same questions by models of one size. */
function checkReadings({ zsl, icl, ft }: Readings): void {
  for (const [name, reading] of Object.entries({ zsl, icl, ft }))
    checkFields(name, reading, READING);
  const shape = ({ outputs, scores }: QueryReading): string =>
    [outputs, scores]
      .map((all) => `${all.length} x ${all[0]!.length} x ${all[0]![0]!.length}`)
      .join(' and ');
  demand(
    [icl, ft].every((one) => shape(one) === shape(zsl)),
    () => `Readings of ${[zsl, icl, ft].map(shape).join('; ')} numbers were compared.`,
    'Read the same questions with one model.',
  );
}

const minus = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => value - b[i]!);

/**
 * SimAOU, SimAM and SimAMU of each layer.
 *
 * @throws CourseError when these are no readings of the same questions by models of one size
 */
export function updateSimilarity(readings: Readings): UpdateSimilarity {
  checkFields('Readings', readings, {});
  checkReadings(readings);
  const { zsl, icl, ft } = readings;
  const each = (
    of: (reading: QueryReading) => QueryReading['outputs'],
    cos: (z: readonly number[], i: readonly number[], f: readonly number[]) => number,
  ): number[] =>
    of(zsl).map((rows, l) => mean(rows.map((z, q) => cos(z, of(icl)[l]![q]!, of(ft)[l]![q]!))));
  const updates = (z: readonly number[], i: readonly number[], f: readonly number[]): number =>
    cosineOf(minus(i, z), minus(f, z));
  return {
    outputs: each(({ outputs }) => outputs, updates),
    maps: each(
      ({ scores }) => scores,
      (_, i, f) => cosineOf(i, f),
    ),
    mapUpdates: each(({ scores }) => scores, updates),
  };
}

/**
 * Of the questions that fine-tuning sets right, the share that in-context learning sets right too.
 *
 * @param zsl whether each question is answered right without examples
 * @returns null where fine-tuning sets none right
 * @throws CourseError when these are no answers to as many questions
 */
export function recallOfTuning(
  zsl: readonly boolean[],
  icl: readonly boolean[],
  ft: readonly boolean[],
): number | null {
  const lists = { zsl, icl, ft };
  for (const [name, list] of Object.entries(lists))
    checkList(name, list, 'true or false', (value) => typeof value === 'boolean');
  demand(
    icl.length === zsl.length && ft.length === zsl.length,
    () => `Answers to ${zsl.length}, ${icl.length} and ${ft.length} questions were compared.`,
    'Ask all three the same questions.',
  );
  const set = ft.flatMap((right, q) => (right && !zsl[q]! ? [q] : []));
  return set.length === 0 ? null : mean(set.map((q) => Number(icl[q]!)));
}
