/**
 * Steps of reasoning in English (notebook 29): sums of a few numbers, asked of a language model that
 * was not trained for them.
 * References: Wei et al. (2022, arXiv 2201.11903); Kojima et al. (2022, arXiv 2205.11916); Wang et
 * al. (2022, arXiv 2203.11171).
 */
import { claim, type Claim } from '../../../records/rules';
import { measured, seedwise } from '../../../records/measured';
import { compareShares } from '../../../records/verdicts';
import { TEXT_STEPS_KIND, type TextStepsConfig, type TextStepsExperiment } from '../textstepskind';
import { REAL, metricAbove } from './scoringshared';

const WEI = 'Wei et al. 2022';
const KOJIMA = 'Kojima et al. 2022';
const WANG = 'Wang et al. 2022';

/** The rule "the share of the first is above that of the second". */
const above = (a: string, b: string): Claim['decide'] =>
  metricAbove(REAL, [a, `accuracy, ${a}`], [b, `accuracy, ${b}`]);

const quick: TextStepsConfig = {
  seeds: 5,
  measures: {
    steps: [1, 2, 3],
    questions: 16,
    demonstrations: [2, 1, 3, 2],
    longest: 64,
    voted: 1,
    votes: 5,
    temperature: 0.7,
  },
};

/** Sums in English. */
export const TEXT_STEPS: TextStepsExperiment = {
  name: 'survey-steps-text',
  notebook: '29',
  claim: 'A language model of 135 million weights adds more numbers rightly when it writes steps.',
  source: WEI,
  variants: [{ key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 }],
  kind: TEXT_STEPS_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: { ...quick.measures, steps: [1, 2, 3, 4], questions: 200, votes: 40 },
    },
  },
  claims: ({ measures: { steps, voted, votes } }) => [
    ...steps
      .filter((count) => count > 1)
      .map((count) =>
        claim(
          `After demonstrations with written steps sums are right more often than after those ` +
            `without (${REAL}, ${count} steps)`,
          WEI,
          above(`${count} steps, written`, `${count} steps, direct`),
        ),
      ),
    claim(
      `Written steps gain more at ${Math.max(...steps)} steps than at ${Math.min(...steps)} (${REAL})`,
      WEI,
      (records) => {
        const gain = (count: number) => {
          const of = (form: string) =>
            measured(records, REAL, { metric: `accuracy, ${count} steps, ${form}` });
          return seedwise((a, b) => a! - b!, of('written'), of('direct'));
        };
        const [few, many] = [Math.min(...steps), Math.max(...steps)];
        return compareShares(`gain at ${many} steps`, gain(many), `at ${few}`, gain(few));
      },
    ),
    ...steps
      .filter((count) => count > 1)
      .map((count) =>
        claim(
          `Without demonstrations, a sentence that asks for steps gives more right sums than one ` +
            `that asks for the answer (${REAL}, ${count} steps)`,
          KOJIMA,
          above(`${count} steps, trigger`, `${count} steps, at once`),
        ),
      ),
    claim(
      `The commonest of ${votes} drawn answers is right more often than the likeliest one ` +
        `(${REAL}, ${voted} steps)`,
      WANG,
      above(`${voted} steps, voted, vote of ${votes}`, `${voted} steps, voted, greedy`),
    ),
    claim(
      `The commonest of ${votes} drawn answers is right more often than one of them ` +
        `(${REAL}, ${voted} steps)`,
      WANG,
      above(`${voted} steps, voted, vote of ${votes}`, `${voted} steps, voted, one drawn`),
    ),
  ],
};
