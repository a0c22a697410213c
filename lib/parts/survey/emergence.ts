/**
 * Experiments that train the small language model: what its answers are worth by the number of
 * examples, beside the exact answer and votes on the same questions, and when in training each
 * ability appears.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  EVALUATION_SEED,
  experimentKind,
  trainingOf,
  transformerRequirements,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  byName,
  counts,
  list,
  oneOf,
  partial,
  section,
  share,
  whole,
} from '../../experiments/settings';
import { METHODS } from '../../model/methods';
import {
  cellName,
  cellOf,
  drawQuestions,
  trainedPrior,
  type Cell,
  type CellQuestion,
} from './cells';
import { smallAnswers } from './small/smallanswers';
import { SMALL_SIZES, SmallModel, type SmallModelConfig } from './small/smallmodel';
import { SmallTrainer, type SmallTraining } from './small/smalltrainer';
import { BATCHES } from './small/stages';
import { VOTERS, voterAccuracy } from './votes';
import { HEADER_TOKENS, LINE_TOKENS } from './world/documents';
import { ExactBayes, labelIndex } from './world/posterior';
import { MAPPINGS, WORLD, taskPrior } from './world/taskworld';
import { VOCABULARY } from './world/vocabulary';

/** The methods under which the small model can be trained. */
export type SmallMethod = 'ar' | 'prefix' | 'invicl';

/** A small model: its method, and what it changes of the experiment's model and training. */
export interface SmallVariant extends Variant {
  readonly method: SmallMethod;
  readonly size?: keyof typeof SMALL_SIZES;
  readonly model?: Partial<Pick<SmallModelConfig, 'smearedKeys' | 'alignedStart'>>;
  readonly training?: Partial<SmallTraining>;
}

/** The config of such an experiment. */
export interface EmergenceConfig extends TrainedConfig {
  readonly size: keyof typeof SMALL_SIZES;
  readonly training: Partial<Omit<SmallTraining, 'seed'>>;
  readonly measures: {
    /** Numbers of examples. */
    readonly ns: readonly number[];
    /** Questions of each cell and number, and along training. */
    readonly questions: number;
    readonly watched: number;
    /** Examples along training, and where contexts are spoilt or reordered. */
    readonly n: number;
  };
}

/** An experiment that trains the small language model. */
export type EmergenceExperiment = ExperimentOf<SmallVariant, EmergenceConfig>;
type EmergencePlan = PlanOf<EmergenceExperiment>;

/** What is asked for every number of examples. */
export const CELLS: readonly Cell[] = [
  ...MAPPINGS.flatMap((mapping) => [cellOf(mapping), cellOf(mapping, { instructed: true })]),
  ...(['flipped', 'arbitrary'] as const).flatMap((mapping) => [
    cellOf(mapping, { unseen: true }),
    cellOf(mapping, { unseen: true, instructed: true }),
  ]),
];

/** What is asked after contexts that teach something else. */
export const SPOILT: readonly Cell[] = (['natural', 'arbitrary'] as const).flatMap((mapping) =>
  (['random labels', 'another task'] as const).map((shown) => cellOf(mapping, { shown })),
);

/** How records call the exact answer of a reader who is told the two labels. */
const TOLD = 'exact Bayes, told the labels';

/** What is asked along training. */
export const WATCHED: readonly Cell[] = [
  cellOf('natural'),
  cellOf('flipped'),
  cellOf('arbitrary'),
  cellOf('arbitrary', { instructed: true }),
];

/** The questions of a cell, the same for every model and voter. */
const questionsOf = (cell: Cell, n: number, count: number): CellQuestion[] =>
  drawQuestions(stream(EVALUATION_SEED, `questions, ${cellName(cell)}`, n), cell, n, count);

/** A model's share of a task's first label, of its two labels, for each question. */
type Shares = (questions: readonly CellQuestion[]) => readonly number[];

/** Of the probabilities of all labels, the first label's share of the two. */
function shareOfFirst({ task }: CellQuestion, probabilities: ArrayLike<number>): number {
  const [a, b] = task.labels.map((label) => probabilities[labelIndex(label)]!) as [number, number];
  return a / (a + b);
}

/** The exact answers; combinations that training left out need the prior of all tasks. */
const exactShares = (cell: Cell): Shares => {
  const bayes = cell.unseen ? new ExactBayes() : new ExactBayes(WORLD, {}, trainedPrior());
  return (questions) =>
    questions.map((question) =>
      shareOfFirst(question, bayes.answers(question.context, question.input)),
    );
};

/**
 * The exact answers of a reader who is also told the two labels, as a vote is: a language model
 * has to find out which labels there are.
 */
const toldShares: Shares = (questions) =>
  questions.map((question) => {
    const { context, input, task } = question;
    const told = taskPrior(WORLD, ({ labels }) =>
      labels.every((label) => task.labels.includes(label)),
    );
    return shareOfFirst(question, new ExactBayes(WORLD, {}, told).answers(context, input));
  });

const smallShares =
  (model: SmallModel, method: SmallMethod): Shares =>
  (questions) =>
    smallAnswers(model, METHODS[method], questions).map((row, i) =>
      shareOfFirst(questions[i]!, row),
    );

const choice = (share: number): 0 | 1 => (share >= 0.5 ? 0 : 1);

const accuracyOf = (shares: readonly number[], questions: readonly CellQuestion[]): number =>
  mean(questions.map(({ right }, i) => Number(choice(shares[i]!) === right)));

/** Nats from the exact shares p to a model's q. */
const divergence = (p: number, q: number): number =>
  [
    [p, q],
    [1 - p, 1 - q],
  ].reduce((sum, [a, b]) => sum + (a! > 0 ? a! * Math.log(a! / Math.max(b!, 1e-12)) : 0), 0);

/** Measures a model, or the exact answer, on all cells. */
function measureCells(
  { config }: EmergencePlan,
  name: string,
  shares: (cell: Cell) => Shares,
  put: Put,
): void {
  const { ns, questions: count, n } = config.measures;
  for (const cell of CELLS)
    for (const k of ns) {
      const questions = questionsOf(cell, k, count);
      const [own, exact] = [shares(cell)(questions), exactShares(cell)(questions)];
      put(name, { n: k }, `accuracy, ${cellName(cell)}`, accuracyOf(own, questions));
      put(
        name,
        { n: k },
        `divergence, ${cellName(cell)}`,
        mean(own.map((q, i) => divergence(exact[i]!, q))),
      );
    }
  for (const cell of SPOILT) {
    const questions = questionsOf(cell, n, count);
    put(name, { n }, `accuracy, ${cellName(cell)}`, accuracyOf(shares(cell)(questions), questions));
  }
  const [cell] = CELLS;
  put(name, { n }, 'changed by order', changedByOrder(shares(cell!), questionsOf(cell!, n, count)));
}

/** The share of answers that another order of the examples changes. */
function changedByOrder(shares: Shares, questions: readonly CellQuestion[]): number {
  const again = questions.map((question, i) => {
    const { examples } = question.context;
    const order = stream(EVALUATION_SEED, 'order of the examples', i).permutation(examples.length);
    return {
      ...question,
      context: { ...question.context, examples: order.map((j) => examples[j]!) },
    };
  });
  const [before, after] = [shares(questions), shares(again)];
  return mean(before.map((share, i) => Number(choice(share) !== choice(after[i]!))));
}

const modelOf = ({ config }: EmergencePlan, variant: SmallVariant, seed: number): SmallModel =>
  new SmallModel({
    size: SMALL_SIZES[variant.size ?? config.size],
    smearedKeys: true,
    alignedStart: true,
    ...variant.model,
    seed,
  });

function make(
  plan: EmergencePlan,
  variant: SmallVariant,
  seed: number,
): Made<SmallTrainer> & { readonly trained: SmallModel } {
  const trained = modelOf(plan, variant, seed);
  const training = trainingOf(plan.config, variant, seed);
  return { trainer: new SmallTrainer(trained, METHODS[variant.method], training), trained };
}

function measurements(
  plan: EmergencePlan,
  { name, method }: SmallVariant,
  { trained }: { readonly trained: SmallModel },
): Measurements {
  const { n, watched } = plan.config.measures;
  const along = WATCHED.map((cell) => ({ cell, questions: questionsOf(cell, n, watched) }));
  const shares = smallShares(trained, method);
  return {
    watch: (put) => {
      for (const { cell, questions } of along)
        put(
          name,
          {},
          `accuracy along training, ${cellName(cell)}`,
          accuracyOf(shares(questions), questions),
        );
    },
    measure: (put) => measureCells(plan, name, () => shares, put),
  };
}

/** The settings of a stage of training. */
const STAGE = section('a stage', {
  share: share('its share of the steps'),
  mix: byName('shares of the kinds of batches', share('a share')),
  instructed: share('share of documents with an instruction'),
});

/** Experiments that train the small language model. */
export const EMERGENCE_KIND = experimentKind<EmergenceExperiment, ReturnType<typeof make>>({
  name: 'the small language model',
  settings: section('an experiment with the small language model', {
    ...BASE_SETTINGS,
    size: oneOf('size of the model', ...Object.keys(SMALL_SIZES)),
    training: partial('training', {
      ...TRAINING_SETTINGS,
      stages: list('what is read, stage by stage', STAGE, 1),
    }),
    measures: section('what is measured', {
      ns: counts('numbers of examples', 0),
      questions: whole('questions of each kind', 1, 1e6),
      watched: whole('questions along training', 1, 1e6),
      n: whole('examples along training, and in another order', 1, 1000),
    }),
  }),
  check: () => undefined,
  baselines: (plan, put) => {
    measureCells(plan, 'exact Bayes', exactShares, put);
    for (const cell of CELLS.filter(({ instructed }) => !instructed))
      for (const n of plan.config.measures.ns) {
        const questions = questionsOf(cell, n, plan.config.measures.questions);
        for (const voter of VOTERS)
          put(voter.name, { n }, `accuracy, ${cellName(cell)}`, voterAccuracy(voter, questions));
        put(
          TOLD,
          { n },
          `accuracy, ${cellName(cell)}`,
          accuracyOf(toldShares(questions), questions),
        );
      }
  },
  make,
  measurements,
  requirements: ({ config }, { size = config.size }) =>
    transformerRequirements(SMALL_SIZES[size], {
      prompts: config.training.batch ?? 32,
      T: HEADER_TOKENS + 2 * BATCHES.full.lines * LINE_TOKENS,
      others: VOCABULARY.length * SMALL_SIZES[size].width,
      perToken: 3 * VOCABULARY.length,
      extraMB: 300,
    }),
});
