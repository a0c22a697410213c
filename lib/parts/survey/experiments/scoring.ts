/**
 * Three ways to score the options of a question (notebook 21): by the option, by the whole prompt,
 * by the question given the option.
 * References: Brown et al. (2020) for direct scores; Xu et al. (2023) for perplexity; Min et al.
 * (2022, arXiv 2108.04106) for the channel.
 */
import { ratioOf } from '../../../records/effects';
import { measured, seedwise } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy } from '../../../records/verdicts';
import { SCORING_WAYS } from '../scoring/scorer';
import { SCORING_KIND, type ScoringExperiment } from '../scoringkinds';
import { REAL, SCORED, SCORED_TASKS, SMALL_MODEL, asItIs, shareAbove } from './scoringshared';

const CHANNEL_PAPER = 'Min et al. 2022, Noisy channel language model prompting';

const { direct, perplexity, channel, channelWithPrior } = SCORING_WAYS;

/** The claims on one model. */
const claimsOf = (model: string, n: number): Claim[] => {
  const where = `(${model}, ${n} demonstrations)`;
  const accuracy = (balance: string, way: string) => asItIs(`accuracy, ${balance}, ${way}`);
  const worst = (balance: string, way: string) => asItIs(`worst context, ${balance}, ${way}`);
  const loss =
    (way: string): Parameters<typeof shareAbove>[2][1] =>
    (of) =>
      seedwise((a, b) => a! - b!, of(`accuracy, 1:1, ${way}`), of(`accuracy, 1:7, ${way}`));
  return [
    claim(
      `With seven of eight demonstrations of one label, direct scores are right less often than ` +
        `with four and four ${where}`,
      'Zhao et al. 2021, section 4',
      shareAbove(
        model,
        n,
        ['1:1', accuracy('1:1', direct.name)],
        ['1:7', accuracy('1:7', direct.name)],
      ),
    ),
    claim(
      `Direct scores lose more than the channel when one label has seven of eight demonstrations ` +
        where,
      CHANNEL_PAPER,
      shareAbove(model, n, ['direct loses', loss(direct.name)], ['channel', loss(channel.name)]),
      'the channel holds up under imbalance',
    ),
    ...['1:1', '1:7'].map((balance) =>
      claim(
        `The channel is right more often than direct scores ${where}, ${balance}`,
        CHANNEL_PAPER,
        shareAbove(
          model,
          n,
          ['channel', accuracy(balance, channel.name)],
          ['direct', accuracy(balance, direct.name)],
        ),
      ),
    ),
    claim(
      `In its worst context the channel is right more often than direct scores in theirs ${where}, ` +
        '1:7',
      CHANNEL_PAPER,
      shareAbove(
        model,
        n,
        ['channel', worst('1:7', channel.name)],
        ['direct', worst('1:7', direct.name)],
      ),
    ),
    claim(
      `The channel with the prior of the labels is at most two points below direct scores ${where}, ` +
        '1:1',
      COURSE,
      shareAbove(
        model,
        n,
        ['channel with prior', accuracy('1:1', channelWithPrior.name)],
        ['direct', accuracy('1:1', direct.name)],
        0.02,
      ),
    ),
    claim(
      `The perplexity of the whole prompt is right as often as direct scores to within one point ` +
        `${where}, 1:1`,
      'Xu et al. 2023',
      shareAbove(
        model,
        n,
        ['perplexity', accuracy('1:1', perplexity.name)],
        ['direct', accuracy('1:1', direct.name)],
        0.01,
      ),
    ),
  ];
};

/** What direct scores cost less. */
const cheaper = (model: string, n: number): Claim =>
  claim(
    `Direct scores read fewer tokens for a question than the channel (${model}, ${n} ` +
      'demonstrations)',
    'Brown et al. 2020',
    (records) => {
      const tokens = (way: string) =>
        measured(records, model, { metric: `tokens for a question, 1:1, ${way}`, n });
      const ratio = ratioOf(tokens(direct.name), tokens(channel.name));
      return decisionBy(ratio, 'tokens, direct against channel: ');
    },
  );

/** Three ways to score an answer. */
export const SCORING: ScoringExperiment = {
  name: 'survey-scoring',
  notebook: '21',
  claim:
    'Scoring the question given each answer holds up better than scoring the answers when one label ' +
    'has most of the demonstrations.',
  source: CHANNEL_PAPER,
  variants: SCORED,
  kind: SCORING_KIND,
  profiles: {
    quick: SCORED_TASKS,
    full: {
      ...SCORED_TASKS,
      measures: { n: 16, contexts: 8, worldContexts: 64, each: 100 },
      seeds: 10,
    },
  },
  claims: ({ measures: { n } }) =>
    [REAL, SMALL_MODEL].flatMap((model) => [...claimsOf(model, n), cheaper(model, n)]),
};
