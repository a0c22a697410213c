/**
 * One answer from several chains of a question.
 *
 *   self-consistency          argmax_y #{chains with the answer y}
 *   complexity-based          the same among the K chains with the most steps
 *
 * References: Wang et al. (2022, arXiv 2203.11171); Fu et al. (2023, arXiv 2210.00720, section 3.2),
 * who vote among 40 of 50. Their steps are lines of a rationale, here its intermediate results.
 */
import { checkEach, checkFlag, checkNumbers, type Check } from '../../../core/checks';
import { demand, plainObject, positiveInteger, quote } from '../../../core/errors';
import type { Chain } from './lines';

/** What votes: an answer, or none. */
type Vote = Pick<Chain, 'answer'>;

const checkVote: Check = (name, vote) => {
  plainObject(name, vote);
  const { answer } = vote as Vote;
  demand(
    answer === null || Number.isInteger(answer),
    () => `${name}.answer must be a whole number or null, got ${quote(answer)}.`,
    'Give chains of steps.askSteps, or answers of steps.askNumbers.',
  );
};

const checkChain: Check = (name, chain) => {
  checkVote(name, chain);
  const { rationale, written, tokens } = chain as Chain;
  checkFlag(`${name}.written`, written);
  positiveInteger(`${name}.tokens`, tokens, 0);
  checkNumbers(`${name}.rationale`, rationale);
};

/**
 * The commonest answer; of equals the one that came first. Chains without an answer have no vote.
 *
 * @returns null where no chain has an answer
 * @throws CourseError when there is no chain
 */
export function commonestAnswer(chains: readonly Vote[]): number | null {
  checkEach('Chains', chains, 'chains', checkVote, 1);
  const votes = new Map<number, number>();
  for (const { answer } of chains)
    if (answer !== null) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return [...votes].find(([, count]) => count === most)?.[0] ?? null;
}

/**
 * The K chains with the most steps; of equals the earlier.
 *
 * @throws CourseError when there are fewer chains
 */
export function longestChains(chains: readonly Chain[], K: number): Chain[] {
  checkEach('Chains', chains, 'chains', checkChain, 1);
  positiveInteger('The number of chains that vote', K, 1, chains.length);
  return chains
    .map((chain, i) => ({ chain, i }))
    .sort((a, b) => b.chain.rationale.length - a.chain.rationale.length || a.i - b.i)
    .slice(0, K)
    .map(({ chain }) => chain);
}
