/**
 * Calibrations of the scores of options on one interface: each takes scores and what it was given to
 * find the model's preference, and returns scores without it.
 * References: Zhao et al. (2021), contextual calibration; Fei et al. (2023, arXiv 2305.19148),
 * domain-context calibration; Zhou et al. (2024, arXiv 2309.17249), batch calibration; Holtzman et
 * al. (2021, arXiv 2104.08315), pointwise mutual information; Han et al. (2022, arXiv 2205.10183).
 */
import { checkRows } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import { batchCalibration, contextualCalibration } from '../../../language/calibration';
import { prototypicalCalibration } from './prototypical';

/** Scores of the same options after other questions, in nats: [any, options] each. */
export interface CalibrationMaterial {
  /** After questions without content, in the same context. */
  readonly contentFree?: readonly (readonly number[])[];
  /** After random words of the domain, in the same context: see randomTexts. */
  readonly domain?: readonly (readonly number[])[];
  /** Without question or examples: one row, or one for each question. */
  readonly premise?: readonly (readonly number[])[];
  /** After unlabelled questions in the same context; left out: the questions themselves. */
  readonly unlabelled?: readonly (readonly number[])[];
}

/** Scores without what the model prefers whatever the question. */
export interface Calibrator {
  readonly name: string;
  /**
   * @param scores [questions, options], in nats
   * @returns [questions, options], in nats; to be compared within a question
   * @throws CourseError when the material that it needs is not there
   */
  calibrate(scores: readonly (readonly number[])[], material?: CalibrationMaterial): number[][];
}

/** What a calibration was given; refuses that it was given nothing. */
function needed(
  material: CalibrationMaterial,
  field: keyof CalibrationMaterial,
  name: string,
): readonly (readonly number[])[] {
  plainObject('The material of a calibration', material);
  const rows = material[field];
  demand(
    rows !== undefined,
    () => `${name} was given no '${field}'.`,
    `Give { ${field}: scores of the same options }.`,
  );
  checkRows(`'${field}' of a calibration`, rows);
  return rows;
}

/**
 * Scores less those without the question, so that options that are likely anyway lose what they have
 * before the question: log p(y | C, x) - log p(y | premise).
 *
 * @param scores  [questions, options], in nats
 * @param premise scores of the same options after a premise without the question, in nats: one row,
 *                or one for each question
 * @returns [questions, options], in nats
 * @throws CourseError when they are no rows of numbers of the same length, or not one or as many
 */
export function mutualInformation(
  scores: readonly (readonly number[])[],
  premise: readonly (readonly number[])[],
): number[][] {
  checkRows('Scores', scores);
  checkRows('Scores after the premise', premise);
  demand(
    premise[0]!.length === scores[0]!.length,
    () => `Scores of ${scores[0]!.length} options were to be calibrated by ${premise[0]!.length}.`,
    'Score the same options after the premise.',
  );
  demand(
    premise.length === 1 || premise.length === scores.length,
    () => `${scores.length} questions were given with ${premise.length} premises.`,
    'Give one premise for all, or one for each.',
  );
  return scores.map((row, q) =>
    row.map((score, k) => score - premise[premise.length === 1 ? 0 : q]![k]!),
  );
}

/** A calibration by the scores in one field of the material. */
const by = (
  name: string,
  field: keyof CalibrationMaterial,
  calibration: (
    scores: readonly (readonly number[])[],
    rows: readonly (readonly number[])[],
  ) => number[][],
): Calibrator => ({
  name,
  calibrate: (scores, material = {}) =>
    calibration(scores, needed(material, field, `Calibration '${name}'`)),
});

/** All calibrations, the first of them none. */
export const CALIBRATORS = {
  raw: {
    name: 'raw',
    calibrate: (scores) => {
      checkRows('Scores', scores);
      return scores.map((row) => [...row]);
    },
  },
  contextual: by('contextual', 'contentFree', contextualCalibration),
  domain: by('domain-context', 'domain', contextualCalibration),
  batch: {
    name: 'batch',
    calibrate: (scores, { unlabelled } = {}) =>
      unlabelled ? contextualCalibration(scores, unlabelled) : batchCalibration(scores),
  },
  pmi: by('mutual information', 'premise', mutualInformation),
  prototypical: {
    name: 'prototypical',
    calibrate: (scores, { unlabelled } = {}) => prototypicalCalibration(scores, unlabelled),
  },
} as const satisfies Readonly<Record<string, Calibrator>>;
