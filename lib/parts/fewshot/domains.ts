/**
 * Experiments on domains: models meta-trained over domains, with inner steps (M2) or on pooled
 * domains, are adapted to a few tasks of new domains. Both kinds of training take the same
 * number of gradients.
 */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { mean, median } from '../../evaluation/statistics';
import { promptErrors } from '../../evaluation/curves';
import { Adapter, type AdaptationRule } from './adaptation';
import { PIXELS } from '../../glyphs/alphabets';
import type { DomainModel, DomainSource, TaskDomain } from './domain';
import { ownAlphabets } from '../../glyphs/ownalphabets';
import { classifierDomainModel, regressionDomainModel } from './domainmodels';
import { omniglot } from '../../glyphs/omniglot';
import { regressionSource } from './regressionsource';
import { DOMAIN_TRAINING, DomainTrainer, type DomainTraining } from './domaintrainer';
import { accuracy } from '../../classifiers/measures';
import type { NetworkConfig, NetworkSpec } from './networks';
import { nearestNeighbourClassifier, nearestMean, ridgeClassifier } from '../../classifiers/rules';
import { leastSquares, zero } from '../../baselines/linear';
import type { ModelConfig } from '../../model/incontext';
import { disposePrompts, type Predictor, type Prompts } from '../../model/prompts';
import type { DomainsConfig } from './regressiondomains';
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
  type Made,
  type Measurements,
} from '../../experiments/kind';
import { alphabetSource } from './alphabetdomains';
import {
  BASE_SETTINGS,
  SIZE,
  TRAINING_SETTINGS,
  atLeast0,
  counts,
  list,
  object,
  oneOf,
  partial,
  positive,
  section,
  text,
  whole,
} from '../../experiments/settings';

/** A variant: a model that is trained over domains. */
export interface DomainVariant extends Variant {
  /** A network for few-shot classification; left out: the experiment's transformer. */
  readonly network?: NetworkSpec;
  readonly training?: Partial<DomainTraining>;
}

/** Where domains come from. */
export type DomainsSpec =
  | ({ readonly from: 'regression' } & Partial<DomainsConfig>)
  | {
      readonly from: 'own alphabets';
      readonly classes: number;
      readonly train: number;
      readonly validation: number;
      readonly test: number;
    }
  | { readonly from: 'Omniglot'; readonly classes: number };

/** What is measured at the end of each run. */
export interface DomainMeasures {
  /** How many tasks of a new domain there are to adapt to. */
  readonly tasks: readonly number[];
  readonly ns: readonly number[];
  /** Prompts per domain and n, and tests in each. */
  readonly prompts: number;
  readonly tests: number;
  /** New domains to be tested on, and to choose the way of adapting by. */
  readonly domains: number;
  readonly validation: number;
  /** Ways to adapt, and after how many steps; the best on the validation domains is taken. */
  readonly rules: readonly AdaptationRule[];
  readonly steps: readonly number[];
}

/** The config of an experiment on domains. */
export interface DomainConfig extends TrainedConfig {
  readonly domains: DomainsSpec;
  /** The transformer of regressions; not used for alphabets. */
  readonly model: Pick<ModelConfig, 'method' | 'layout' | 'size'>;
  /**
   * The steps are those of pooled training; with inner steps there are as many fewer as each takes
   * more gradients.
   */
  readonly training: Partial<Omit<DomainTraining, 'seed'>>;
  readonly measures: DomainMeasures;
}

/** An experiment on domains. */
export type DomainExperiment = ExperimentOf<DomainVariant, DomainConfig>;
type DomainPlan = PlanOf<DomainExperiment>;

const sources = new Map<string, DomainSource>();

/**
 * The source of a spec.
 *
 * @throws CourseError when it is unknown, refused, or not downloaded
 */
function sourceOfDomains(spec: DomainsSpec): DomainSource {
  const key = JSON.stringify(spec);
  let source = sources.get(key);
  if (!source) {
    if (spec.from === 'regression') {
      const { from: _, ...given } = spec;
      source = regressionSource(given);
    } else if (spec.from === 'own alphabets') {
      const { train, validation, test } = spec;
      source = alphabetSource(
        'our own alphabets',
        ownAlphabets({ train, validation, test }),
        spec.classes,
      );
    } else source = alphabetSource('Omniglot', omniglot(), spec.classes);
    sources.set(key, source);
  }
  return source;
}

function modelFor({ config }: DomainPlan, variant: DomainVariant, seed: number): DomainModel {
  const { domains } = config;
  if (domains.from === 'regression')
    return regressionDomainModel({ ...config.model, d: domains.d ?? 3, seed });
  demand(
    variant.network !== undefined,
    () => `The variant '${variant.name}' names no network for alphabets.`,
    'Give it one.',
  );
  return classifierDomainModel({
    ...variant.network,
    d: PIXELS,
    classes: domains.classes,
    seed,
  } as NetworkConfig);
}

function trainerFor(
  plan: DomainPlan,
  variant: DomainVariant,
  seed: number,
  model: DomainModel,
): DomainTrainer {
  const { config } = plan;
  const given = { ...DOMAIN_TRAINING, ...config.training, ...variant.training };
  const steps = Math.max(1, Math.round(given.steps / (given.innerSteps + 1)));
  return new DomainTrainer(model, sourceOfDomains(config.domains), {
    ...given,
    steps,
    seed,
    checkpointEvery: config.watchEvery,
  });
}

/** Prompts on which a domain is tested, by n. */
function testsOf(
  domain: TaskDomain,
  name: string,
  { ns, prompts: B, tests: m }: DomainMeasures,
): ReadonlyMap<number, Prompts> {
  const sample = domain.unseen ?? domain.sample.bind(domain);
  return new Map(ns.map((n) => [n, sample(stream(EVALUATION_SEED, name, n), { B, n, m })]));
}

interface Held {
  readonly domain: TaskDomain;
  readonly name: string;
  readonly tests: ReadonlyMap<number, Prompts>;
}

const heldOf = (
  source: DomainSource,
  which: 'validation' | 'test',
  measures: DomainMeasures,
): Held[] =>
  source
    .held(which, which === 'test' ? measures.domains : measures.validation)
    .map((domain, i) => ({
      domain,
      name: `${which} ${i}`,
      tests: testsOf(domain, `${which} ${i}`, measures),
    }));

const disposeHeld = (held: readonly Held[]): void =>
  held.forEach(({ tests }) => [...tests.values()].forEach(disposePrompts));

/** Adapts to `t` tasks of a domain by a rule; errors by steps made, then by n. */
function adapted(
  adapter: Adapter,
  model: DomainModel,
  held: Held,
  t: number,
  rule: AdaptationRule,
  steps: readonly number[],
  n: number,
  m: number,
): number[][] {
  const tasks = held.domain.sample(stream(EVALUATION_SEED, 'tasks to adapt to', held.name), {
    B: t,
    n,
    m,
  });
  const errors: number[][] = [];
  adapter.adapt(tasks, held.domain.scale, rule, steps, () => {
    errors.push(
      [...held.tests.values()].map((prompts) => model.errorOn(prompts, held.domain.scale)),
    );
  });
  disposePrompts(tasks);
  return errors;
}

/** Errors without and with adaptation, the way of adapting chosen on validation domains. */
function measureAdaptation(
  model: DomainModel,
  variant: DomainVariant,
  { config }: DomainPlan,
  put: Put,
): void {
  const { measures } = config;
  const { ns = DOMAIN_TRAINING.ns, tests: m = DOMAIN_TRAINING.tests } = config.training;
  const most = Math.max(...ns);
  const source = sourceOfDomains(config.domains);
  const [validation, test] = [
    heldOf(source, 'validation', measures),
    heldOf(source, 'test', measures),
  ];
  const adapter = new Adapter(model);
  const over = (held: readonly Held[], of: (one: Held) => readonly number[]): number[] => {
    const all = held.map(of);
    return measures.ns.map((_, k) => median(all.map((errors) => errors[k]!)));
  };
  const plain = over(test, ({ domain, tests }) =>
    [...tests.values()].map((prompts) => model.errorOn(prompts, domain.scale)),
  );
  measures.ns.forEach((n, k) => put(`${variant.name}, not adapted`, { n }, 'error', plain[k]!));
  for (const t of measures.tasks) {
    const tried = measures.rules.flatMap((rule) => {
      const errors = validation.map((held) =>
        adapted(adapter, model, held, t, rule, measures.steps, most, m),
      );
      return measures.steps.map((step, s) => ({
        rule,
        step,
        error: median(errors.map((byStep) => mean(byStep[s]!))),
      }));
    });
    const best = tried.reduce((least, one) => (one.error < least.error ? one : least));
    put(variant.name, { tasks: t }, 'steps of adaptation', best.step);
    put(variant.name, { tasks: t }, 'rate of adaptation', best.rule.rate);
    const errors = over(
      test,
      (held) => adapted(adapter, model, held, t, best.rule, [best.step], most, m)[0]!,
    );
    measures.ns.forEach((n, k) =>
      put(`${variant.name}, adapted`, { n }, `error, ${t} tasks`, errors[k]!),
    );
    put(`${variant.name}, adapted`, { tasks: t }, 'error over n', mean(errors));
  }
  adapter.dispose();
  disposeHeld([...validation, ...test]);
}

type DomainRun = Made<DomainTrainer, DomainModel>;

function make(plan: DomainPlan, variant: DomainVariant, seed: number): DomainRun {
  const model = modelFor(plan, variant, seed);
  return { trainer: trainerFor(plan, variant, seed, model), trained: model };
}

function measurements(
  plan: DomainPlan,
  variant: DomainVariant,
  { trained: model }: DomainRun,
): Measurements {
  const { config } = plan;
  const n = config.measures.ns.at(-1)!;
  const held = heldOf(sourceOfDomains(config.domains), 'validation', {
    ...config.measures,
    ns: [n],
  });
  const errorNow = (): number =>
    median(held.map(({ domain, tests }) => model.errorOn(tests.get(n)!, domain.scale)));
  return {
    watch: (put) => put(variant.name, { n }, 'error along training', errorNow()),
    measure: (put) => measureAdaptation(model, variant, plan, put),
    dispose: () => disposeHeld(held),
  };
}

/** What needs no training: the oracle predictor, least squares, rules on pixels. */
function measureBaselines({ config }: DomainPlan, put: Put): void {
  const { measures, domains } = config;
  const held = heldOf(sourceOfDomains(domains), 'test', measures);
  const record = (name: string, n: number, errorOn: (one: Held, i: number) => number): void =>
    put(name, { n }, 'error', median(held.map(errorOn)));
  if (domains.from === 'regression') {
    const { from: _, ...given } = domains;
    const oracles = regressionSource(given).held('test', measures.domains);
    const errorOf =
      (predictor: (i: number) => Predictor, n: number) =>
      ({ domain, tests }: Held, i: number): number =>
        mean(promptErrors(predictor(i), tests.get(n)!, domain.scale));
    for (const n of measures.ns) {
      record(
        'knows the domain',
        n,
        errorOf((i) => oracles[i]!.oracle, n),
      );
      for (const baseline of [leastSquares, zero])
        record(
          baseline.name,
          n,
          errorOf(() => baseline, n),
        );
    }
  } else {
    const rules = [nearestNeighbourClassifier, nearestMean, ridgeClassifier].map((make) =>
      make(domains.classes),
    );
    for (const n of measures.ns)
      for (const rule of rules)
        record(rule.name, n, ({ tests }) => 1 - accuracy(rule, tests.get(n)!));
  }
  disposeHeld(held);
}

const DOMAIN_SETTINGS = section('an experiment on domains', {
  ...BASE_SETTINGS,
  domains: object('where domains come from'),
  model: section('the transformer of regressions', {
    method: text('the method'),
    layout: oneOf('tokens of an example', 'pair', 'xy', 'xy-marked'),
    size: SIZE,
  }),
  training: partial('training', {
    ...TRAINING_SETTINGS,
    innerSteps: whole('inner steps on the tasks of one domain; 0 = pooled domains', 0, 1000),
    innerRate: positive('rate of an inner step'),
    innerClip: atLeast0('inner gradients longer than this are shortened to it'),
    domainsPerBatch: whole('domains in a batch where domains are pooled', 1, 1e6),
    ns: counts('numbers of examples that prompts may have'),
    tests: whole('tests per prompt, m', 1, 1e4),
  }),
  measures: section('what is measured', {
    tasks: counts('tasks of a new domain to adapt to', 0),
    ns: counts('numbers of examples'),
    prompts: whole('prompts for each domain and n', 1, 1e6),
    tests: whole('tests in each', 1, 1e4),
    domains: whole('new domains to be tested on', 1, 1e5),
    validation: whole('new domains to choose the way of adapting by', 1, 1e5),
    rules: list(
      'ways to adapt',
      section('a way to adapt', {
        optimiser: oneOf('the optimiser', 'descent', 'Adam'),
        rate: positive('learning rate'),
        batch: whole('tasks per step', 1, 1e6),
      }),
    ),
    steps: counts('after how many steps it is measured', 0),
  }),
});

/** Experiments on domains. */
export const DOMAIN_KIND = experimentKind<DomainExperiment, DomainRun>({
  name: 'domains',
  settings: DOMAIN_SETTINGS,
  check: ({ config: { domains } }) => {
    if (domains.from === 'regression') sourceOfDomains(domains);
  },
  baselines: measureBaselines,
  make,
  measurements,
  requirements: (plan, variant) => {
    const weights = countedWeights(modelFor(plan, variant, 0));
    return {
      memoryMB: Math.round(BASE_MB + 250 + (4 * 12 * weights) / 1e6),
      diskMB: 0.3 + (12 * weights) / 1e6,
    };
  },
});
