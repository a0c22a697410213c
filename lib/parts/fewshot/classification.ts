/**
 * Experiments on few-shot classification: networks meta-trained on kinds of tasks, measured on each
 * kind by number of examples, against the Bayes-optimal predictor, beyond the training
 * distribution, and beside rules and their selection.
 */
import { tf } from '../../core/backend';
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Classifier, ClassifierNetwork } from '../../classifiers/classifier';
import { accuracy, agreement, crossEntropyOf, divergence } from '../../classifiers/measures';
import { networkOf, type NetworkConfig, type NetworkSpec } from './networks';
import { kindsPosterior, posteriorPredictive } from './posteriors';
import {
  cosineVote,
  nearestMean,
  ridgeClassifier,
  twoClassRules,
  thresholdAtMean,
} from '../../classifiers/rules';
import { selectedByContext, selectedByOracle } from './selection';
import { Specialists } from './specialists';
import {
  CLASSIFIER_TRAINING,
  ClassifierTrainer,
  doublings,
  type ClassifierTraining,
  type TaskOrParts,
} from './classifiertrainer';
import { disposePrompts, reorder, type Prompts } from '../../model/prompts';
import { taskOf, type TaskSpec } from '../../tasks';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  BASE_MB,
  EVALUATION_SEED,
  countedWeights,
  experimentKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  byName,
  counts,
  list,
  object,
  partial,
  positive,
  section,
  whole,
} from '../../experiments/settings';

/** A variant: a network for few-shot classification. */
export interface NetworkVariant extends Variant {
  readonly network: NetworkSpec;
  readonly training?: Partial<ClassifierTraining>;
  /**
   * What it is trained on, where that is not the experiment's task; a list: one task for each equal
   * part of a batch.
   */
  readonly task?: TaskSpec | readonly TaskSpec[];
}

/** What is measured at the end of each run. */
export interface FewShotMeasures {
  /** Kinds of tasks by name. */
  readonly kinds: Readonly<Record<string, TaskSpec>>;
  readonly ns: readonly number[];
  /** Prompts per kind and n, and tests in each. */
  readonly prompts: number;
  readonly tests: number;
  /** How many of the prompts are compared with the exact answer, and with each rule. */
  readonly compared: number;
  /**
   * Spreads of the inputs at which accuracy is measured, over all ns; for kinds that have a spread.
   */
  readonly spreads: readonly number[];
}

/** The config of an experiment on few-shot classification. */
export interface FewShotConfig extends TrainedConfig {
  readonly task: TaskSpec;
  readonly training: Partial<Omit<ClassifierTraining, 'seed'>>;
  readonly measures: FewShotMeasures;
}

/** An experiment on few-shot classification. */
export type FewShotExperiment = ExperimentOf<NetworkVariant, FewShotConfig>;
type FewShotPlan = PlanOf<FewShotExperiment>;

const CLASSES = 2;

/** Prompts of a kind on which everything is tested; the same for every variant. */
const testPrompts = (
  spec: TaskSpec,
  name: string,
  n: number,
  { prompts, tests }: FewShotMeasures,
): Prompts =>
  taskOf(spec).sample(stream(EVALUATION_SEED, 'tests', name, n), { B: prompts, n, m: tests });

/** The first `count` prompts. */
function some({ x, y, xTest, yTest }: Prompts, count: number): Prompts {
  const B = Math.min(count, x.shape[0]);
  return {
    x: x.slice(0, B),
    y: y.slice(0, B),
    xTest: xTest.slice(0, B),
    yTest: yTest.slice(0, B),
  };
}

/** The kinds of tasks that the exact answer to the training distribution is for, by name. */
const coveredBy = ({ task, measures }: FewShotConfig): string[] => {
  const parts = task.kind === 'mixture' ? task.of : [task];
  const known = parts.map((part) => JSON.stringify(part));
  return Object.keys(measures.kinds).filter((name) =>
    known.includes(JSON.stringify(measures.kinds[name])),
  );
};

/** Hands over the prompts of every kind and n. */
function onEach(
  config: FewShotConfig,
  visit: (kind: string, n: number, prompts: Prompts) => void,
): void {
  for (const [kind, spec] of Object.entries(config.measures.kinds))
    for (const n of config.measures.ns) {
      const prompts = testPrompts(spec, kind, n, config.measures);
      visit(kind, n, prompts);
      disposePrompts(prompts);
    }
}

/**
 * Accuracy, cross-entropy, divergence from the exact answer and agreement with it and the rules.
 */
function measureAnswers(classifiers: readonly Classifier[], config: FewShotConfig, put: Put): void {
  const covered = coveredBy(config);
  const exact = covered.length > 0 ? posteriorPredictive(config.task) : null;
  onEach(config, (kind, n, prompts) => {
    const few = some(prompts, config.measures.compared);
    const reference = exact && covered.includes(kind) ? exact.logProbabilities(few) : null;
    const best = reference?.argMax(2).toFloat();
    for (const classifier of classifiers) {
      put(classifier.name, { n }, `accuracy, ${kind}`, accuracy(classifier, prompts));
      put(classifier.name, { n }, `cross-entropy, ${kind}`, crossEntropyOf(classifier, prompts));
      if (reference) {
        const answers = classifier.logProbabilities(few);
        put(classifier.name, { n }, `divergence, ${kind}`, divergence(reference, answers));
        const same = tf.tidy(
          () => answers.argMax(2).toFloat().equal(best!).toFloat().mean().dataSync()[0]!,
        );
        put(classifier.name, { n }, `agreement with Bayes-optimal, ${kind}`, same);
        answers.dispose();
      }
      if (n === config.measures.ns.at(-1))
        for (const rule of twoClassRules())
          put(
            classifier.name,
            { n },
            `agreement with ${rule.name}, ${kind}`,
            agreement(classifier, rule, few),
          );
    }
    tf.dispose([...Object.values(few), ...(reference ? [reference, best!] : [])]);
  });
}

/**
 * Hands over, for every kind that has a spread and every spread, the metric's name and the prompts
 * of all ns.
 */
function onSpreads(
  { measures }: FewShotConfig,
  visit: (metric: string, all: readonly Prompts[]) => void,
): void {
  for (const [kind, spec] of Object.entries(measures.kinds)) {
    if (!['pairs', 'prototypes', 'thresholds'].includes(spec.kind)) continue;
    for (const spread of measures.spreads) {
      const all = measures.ns.map((n) =>
        testPrompts({ ...spec, spread } as TaskSpec, `${kind}, spread ${spread}`, n, measures),
      );
      visit(`accuracy over n, ${kind}, spread ${spread}`, all);
      all.forEach(disposePrompts);
    }
  }
}

/** Accuracy over all ns when inputs are spread wider than in training. */
function measureSpreads(classifiers: readonly Classifier[], config: FewShotConfig, put: Put): void {
  onSpreads(config, (metric, all) => {
    for (const classifier of classifiers)
      put(classifier.name, {}, metric, mean(all.map((prompts) => accuracy(classifier, prompts))));
  });
}

/** The largest change of a probability by a new order of the examples. */
function measureOrders(
  classifiers: readonly Classifier[],
  { task, measures }: FewShotConfig,
  put: Put,
): void {
  const n = Math.max(2, measures.ns.at(-1)! >> 1);
  const prompts = taskOf(task).sample(stream(EVALUATION_SEED, 'orders'), { B: 64, n, m: 2 });
  const random = stream(EVALUATION_SEED, 'orders tried');
  const orders = Array.from({ length: 5 }, () => random.permutation(n));
  for (const classifier of classifiers) {
    const changes = orders.map((order) =>
      tf.tidy(() => {
        const { x, y } = reorder(prompts, order);
        const [first, again] = [prompts, { ...prompts, x, y }].map((p) =>
          classifier.logProbabilities(p).exp(),
        );
        return first!.sub(again!).abs().max().dataSync()[0]!;
      }),
    );
    put(classifier.name, { n }, 'largest change by order', Math.max(...changes));
  }
  disposePrompts(prompts);
}

/** Algorithm selection among specialists and rules. */
function measureSelection(
  specialists: readonly Classifier[],
  config: FewShotConfig,
  put: Put,
): void {
  const list = [...specialists, ...SELECTABLE_RULES];
  const chooser = selectedByContext(list);
  onEach(config, (kind, n, prompts) => {
    put('selection by context', { n }, `accuracy, ${kind}`, accuracy(chooser, prompts));
    put(
      'oracle selection',
      { n },
      `accuracy, ${kind}`,
      accuracy(selectedByOracle(specialists, prompts), prompts),
    );
    put(
      'oracle selection, with rules',
      { n },
      `accuracy, ${kind}`,
      accuracy(selectedByOracle(list, prompts), prompts),
    );
  });
  onSpreads(config, (metric, all) => {
    const over = (of: (prompts: Prompts) => number): number => mean(all.map(of));
    const oracle = (from: readonly Classifier[]): number =>
      over((prompts) => accuracy(selectedByOracle(from, prompts), prompts));
    put('oracle selection', {}, metric, oracle(specialists));
    put('oracle selection, with rules', {}, metric, oracle(list));
    put(
      'selection by context',
      {},
      metric,
      over((prompts) => accuracy(chooser, prompts)),
    );
  });
}

/**
 * The rules that a selection may choose, beside the specialists: the explicit rule of each kind,
 * and ridge.
 */
export const SELECTABLE_RULES: readonly Classifier[] = [
  cosineVote(CLASSES),
  nearestMean(CLASSES),
  thresholdAtMean,
  ridgeClassifier(CLASSES),
];

const named = (name: string, classifier: Classifier): Classifier => ({
  name,
  classes: classifier.classes,
  predict: (prompts) => classifier.predict(prompts),
  logProbabilities: (prompts) => classifier.logProbabilities(prompts),
});

/** What a variant is trained on. */
function sourceOf({ config }: FewShotPlan, { task }: NetworkVariant): TaskOrParts {
  const given = task ?? config.task;
  return Array.isArray(given)
    ? given.map((one: TaskSpec) => taskOf(one))
    : taskOf(given as TaskSpec);
}

const networkFor = (plan: FewShotPlan, variant: NetworkVariant, seed: number): ClassifierNetwork =>
  networkOf({
    ...variant.network,
    d: taskOf(plan.config.task).d,
    classes: CLASSES,
    seed,
  } as NetworkConfig);

function trainerFor(
  plan: FewShotPlan,
  variant: NetworkVariant,
  seed: number,
  network: ClassifierNetwork,
): ClassifierTrainer {
  const { config } = plan;
  const given = { ...trainingOf(config, variant, seed), validateEvery: config.watchEvery };
  return new ClassifierTrainer(network, sourceOf(plan, variant), given);
}

type FewShotRun = Made<ClassifierTrainer, ClassifierNetwork>;

function make(plan: FewShotPlan, variant: NetworkVariant, seed: number): FewShotRun {
  const network = networkFor(plan, variant, seed);
  return { trainer: trainerFor(plan, variant, seed, network), trained: network };
}

function measurements(
  { config }: FewShotPlan,
  variant: NetworkVariant,
  { trainer, trained: network }: FewShotRun,
): Measurements {
  const { n } = trainer.config;
  const members = network instanceof Specialists ? network.classifiers : null;
  const classifiers = members
    ? members.map((member) => named(`${member.name} specialist`, member))
    : [named(variant.name, network)];
  const watched = doublings(n).map((k) =>
    taskOf(config.task).sample(stream(EVALUATION_SEED, 'watched', k), { B: 256, n: k, m: 4 }),
  );
  const accuracyNow = (): number =>
    mean(
      watched.map((prompts) =>
        mean(classifiers.map((classifier) => accuracy(classifier, prompts))),
      ),
    );
  return {
    watch: (put) => {
      put(variant.name, { n }, 'accuracy along training', accuracyNow());
      if (trainer.step > 0)
        put(variant.name, { n }, 'validation loss', trainer.validationLosses.last);
    },
    measure: (put) => {
      trainer.useBest();
      put(variant.name, { n }, 'least validation loss', trainer.validationLosses.least);
      measureAnswers(classifiers, config, put);
      measureSpreads(classifiers, config, put);
      measureOrders(classifiers, config, put);
      if (members) measureSelection(classifiers, config, put);
    },
    dispose: () => watched.forEach(disposePrompts),
  };
}

/** Rules and the exact answer, on the queries of the networks; what it says of a task's kind. */
function measureBaselines({ config }: FewShotPlan, put: Put): void {
  const rules = twoClassRules();
  measureAnswers(rules, config, put);
  measureSpreads(rules, config, put);
  const { compared, kinds } = config.measures;
  const covered = coveredBy(config);
  const exact = posteriorPredictive(config.task);
  const parts = config.task.kind === 'mixture' ? config.task.of : [];
  onEach(config, (kind, n, prompts) => {
    const few = some(prompts, compared);
    if (covered.includes(kind)) {
      put(exact.name, { n }, `accuracy, ${kind}`, accuracy(exact, prompts));
      put(exact.name, { n }, `cross-entropy, ${kind}`, crossEntropyOf(exact, prompts));
    } else if (kinds[kind]!.kind === 'radius')
      put(
        'Bayes-optimal for circles',
        { n },
        `accuracy, ${kind}`,
        accuracy(posteriorPredictive(kinds[kind]!), prompts),
      );
    const at = parts.findIndex((part) => JSON.stringify(part) === JSON.stringify(kinds[kind]));
    if (at >= 0) {
      const [X, y, T] = [few.x.arraySync(), few.y.arraySync(), few.xTest.arraySync()];
      const shares = X.slice(0, 64).map(
        (rows, b) => kindsPosterior(parts, { X: rows, y: y[b]! }, T[b]![0]!)[at]!,
      );
      put(exact.name, { n }, `probability of its kind, ${kind}`, mean(shares));
    }
    tf.dispose(Object.values(few));
  });
}

const CLASSIFICATION_SETTINGS = section('an experiment on few-shot classification', {
  ...BASE_SETTINGS,
  task: object('the task: its kind and its settings'),
  training: partial('training', {
    ...TRAINING_SETTINGS,
    n: whole('the most examples in a prompt', 1, 1e4),
    tests: whole('tests per prompt, m', 1, 1e4),
    validateEvery: whole('every how many steps the weights are tried on validation tasks'),
    validationTasks: whole('validation tasks at each of n = 1, 2, 4, 8 …', 1, 1e6),
  }),
  measures: section('what is measured', {
    kinds: byName('kinds of tasks', object('a task')),
    ns: counts('numbers of examples'),
    prompts: whole('prompts for each kind and n', 1, 1e6),
    tests: whole('tests in each', 1, 1e4),
    compared: whole('prompts that are compared with the exact answer', 0, 1e6),
    spreads: list('spreads of the inputs', positive('a spread')),
  }),
});

/** Experiments on few-shot classification. */
export const CLASSIFICATION_KIND = experimentKind<FewShotExperiment, FewShotRun>({
  name: 'few-shot classification',
  settings: CLASSIFICATION_SETTINGS,
  check: ({ config }) => {
    for (const spec of [config.task, ...Object.values(config.measures.kinds)]) {
      const { d, name } = taskOf(spec);
      demand(
        d === 2,
        () => `The kind '${name}' has d = ${d}; kinds of few-shot tasks have d = 2.`,
        'Choose another kind.',
      );
    }
  },
  baselines: measureBaselines,
  make,
  measurements,
  requirements: (plan, variant) => {
    const weights = countedWeights(networkFor(plan, variant, 0));
    const { batch, n, tests } = {
      ...CLASSIFIER_TRAINING,
      ...plan.config.training,
      ...variant.training,
    };
    // numbers kept for a token's gradients, about
    const perToken = 40 * Math.sqrt(weights) + 8 * (n + tests);
    return {
      memoryMB: Math.round(
        BASE_MB + 100 + (4 * (6 * weights + batch * (n + tests) * perToken)) / 1e6,
      ),
      diskMB: 0.3 + (16 * weights) / 1e6,
    };
  },
});
