/** What the figure of conflicts says: how much is copied, and why one query is or is not. */
import {
  answerTo,
  GROUPS,
  inputTerms,
  labelTerm,
  SEEDS,
  weightOf,
  type ConflictLaw,
} from './conflicts';
import { shareAt, type ConflictState } from './conflictstate';
import { shown } from './svg';

const mixInWords = ({ pRelevant, pHigh }: ConflictLaw): string =>
  `r = ${shown(pRelevant)} and p_high = ${shown(pHigh, 2)}`;

/** The law as it is shown. */
export const lawInWords = (law: ConflictLaw): string =>
  `σ = ${shown(law.sigma, 2)}, ${mixInWords(law)}`;

const percentOf = (share: number): string => `${shown(100 * share, 1)} %`;

/** The two terms of the query that is shown. */
export const termsOf = ({
  law,
  group,
  query,
}: ConflictState): { label: number; input: number } => ({
  label: labelTerm(law, group),
  input: inputTerms(law, group, query + 1)[query]!,
});

/** What is copied at the reader's noise. */
function sharesInWords(state: ConflictState): string {
  const [rare, common] = GROUPS.map((group) =>
    shareAt(state, state.law.sigma, group, SEEDS.length),
  );
  if (typeof rare !== 'number' || typeof common !== 'number')
    return `With ${lawInWords(state.law)} the share that is copied is being computed.`;
  return (
    `With ${lawInWords(state.law)} the Bayes answer copies ${percentOf(rare)} of the shifted ` +
    `labels of rare classes and ${percentOf(common)} of those of common classes.`
  );
}

const OUTCOMES = {
  label: 'the label of the example is copied',
  class: 'the class that the input suggests is answered',
  another: 'neither is answered: a third class fits the input better',
} as const;

/** Why the query that is shown is answered as it is. */
function queryInWords(state: ConflictState): string {
  const { law, group, query } = state;
  const { label, input } = termsOf(state);
  const sum = label + input;
  return (
    `For this query of a ${group} class the label adds ${shown(label, 1)} to the log-odds and the ` +
    `input ${shown(input, 1)}; the sum ${shown(sum, 1)} is ${sum > 0 ? 'above' : 'below'} 0, and ` +
    `${OUTCOMES[answerTo(law, group, query)]}.`
  );
}

/** Why a label is worth more against a rare class. */
function weightsInWords({ law }: ConflictState): string {
  const [rare, common] = GROUPS.map((group) => shown(labelTerm(law, group), 1));
  return rare === common
    ? `All classes have the same weight, and a label adds ${rare} whatever the input suggests.`
    : `A label adds ${rare} where the input suggests a rare class (weight ` +
        `${shown(weightOf(law, 'rare'))}) and ${common} where it suggests a common one (weight ` +
        `${shown(weightOf(law, 'common'))}): of the queries in irrelevant contexts few are of a ` +
        'rare class.';
}

/** Whether the networks were trained with the reader's shares. */
const asTrained = ({ first, law }: ConflictState): boolean =>
  first.pRelevant === law.pRelevant && first.pHigh === law.pHigh;

/** All that the figure says. */
export const conflictInWords = (state: ConflictState): string =>
  [
    sharesInWords(state),
    queryInWords(state),
    weightsInWords(state),
    ...(state.networks.length > 0 && !asTrained(state)
      ? [`The networks were trained with ${mixInWords(state.first)}.`]
      : []),
  ].join(' ');
