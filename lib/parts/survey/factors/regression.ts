/**
 * What each factor of a set of demonstrations does while the others are held: least squares of the
 * outcome y on the factors, within questions,
 *
 *   y_qc - mean_c y_qc = sum_f b_f (z_qcf - mean_c z_qcf) / s_f + rest,
 *
 * where c counts the sets of question q and s_f is the root of the mean square of z_qcf - mean_c z_qcf.
 * So b_f is the change of the outcome for one standard deviation of factor f, whatever its unit.
 */
import { checkEach, checkNumbers, checkRows, type Check } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import { leastSquaresWeights } from '../../../baselines/linear';
import { mean } from '../../../evaluation/statistics';

/** The sets of one question. */
export interface FactorGroup {
  /** [sets][factors]. */
  readonly factors: readonly (readonly number[])[];
  /** [sets]. */
  readonly outcomes: readonly number[];
}

const checkGroup: Check = (name, group) => {
  plainObject(name, group);
  const { factors, outcomes } = group as FactorGroup;
  checkRows(`The factors of ${name}`, factors);
  checkNumbers(`The outcomes of ${name}`, outcomes, 1);
  demand(
    factors.length === outcomes.length,
    () => `${name} has factors of ${factors.length} sets and ${outcomes.length} outcomes.`,
    'Give an outcome for each set.',
  );
};

/** Numbers less their mean. */
const centred = (values: readonly number[]): number[] => {
  const middle = mean(values);
  return values.map((value) => value - middle);
};

/** A factor that varies less than this within questions is constant. */
const NOTHING = 1e-12;

/**
 * The coefficient of each factor; 0 of a factor that does not vary within questions.
 *
 * @param groups of questions, with as many factors each
 * @returns [factors], in units of the outcome for one standard deviation of the factor
 * @throws CourseError when there are no groups, or they do not fit together
 */
export function factorCoefficients(groups: readonly FactorGroup[]): number[] {
  checkEach('Groups', groups, 'sets of questions', checkGroup, 1);
  const F = groups[0]!.factors[0]!.length;
  demand(
    groups.every(({ factors }) => factors[0]!.length === F),
    () => 'Not all groups have as many factors.',
    'Give the same factors for each question.',
  );
  const columns = Array.from({ length: F }, (_, f) =>
    groups.flatMap(({ factors }) => centred(factors.map((row) => row[f]!))),
  );
  const units = columns.map((column) => Math.sqrt(mean(column.map((x) => x * x))));
  const varied = [...units.keys()].filter((f) => units[f]! > NOTHING);
  if (varied.length === 0) return new Array<number>(F).fill(0);
  const y = groups.flatMap(({ outcomes }) => centred(outcomes));
  const X = y.map((_, row) => varied.map((f) => columns[f]![row]! / units[f]!));
  const weights = leastSquaresWeights(X, y);
  return units.map((_, f) => (varied.includes(f) ? weights[varied.indexOf(f)]! : 0));
}
