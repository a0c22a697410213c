/** Real names and cities: facts, questions and what the experiment on them records. */
import * as assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, experiments, inweight, language, records, registry, tf } from 'invicl';

import { recordedBy } from '../../experiments/recorded';
import { allRefused, close, fixture, scratch } from '../../helpers';

const whole = registry.EXPERIMENTS['iwl-cities-real']!;
const set = {
  begin: null,
  ofEach: 2,
  adapters: { rank: 2, alpha: 4 },
  teaching: { learningRate: 0.02, batch: 4, steps: [1, 30] },
  seeds: 1,
};
/** The fixture of a Llama in the place of SmolLM2. */
function withLlama(): void {
  const cache = scratch();
  const folder = join(cache, 'models', 'smollm2');
  mkdirSync(join(cache, 'models'));
  cpSync(fixture(join('models', 'llama')), folder, { recursive: true });
  const file = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...config, max_position_embeddings: 256 }));
  process.env['ICL_COURSE_CACHE'] = cache;
}

async function run(given: object): Promise<records.ResultRecord[]> {
  const toy = { ...whole, name: 'toy-real-cities' };
  const plan = experiments.planExperiment(toy, { set: { ...set, ...given } });
  return recordedBy(plan);
}

/** Values by pair of a fact and a candidate, row by row. */
const logs = (all: readonly records.ResultRecord[], variant: string, metric: string): number[] =>
  all
    .filter((r) => r.variant === variant && r.metric === metric && r.over === 'pair')
    .map(({ value }) => value);

test('a small Llama in the place of SmolLM2: candidates before and after, with all contexts', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  withLlama();
  const held = tf.memory().numTensors;
  const found = await run({ model: 'smollm2' });
  assert.equal(tf.memory().numTensors, held, 'no tensor is left');
  const facts = inweight.taughtFacts(0, 2);
  const cities = inweight.candidateCities(facts);
  const loaded = language.loadLanguageModel(language.smolLM2Folder());
  const people = [...facts.familiar, ...facts.invented];
  const asked = (context: (i: number) => number | null): number[] =>
    inweight
      .realCityScores(
        loaded,
        people.map(({ name }, i) => {
          const said = context(i);
          return { context: said === null ? [] : [{ name, city: cities[said]! }], name, cities };
        }),
      )
      .flat();
  const untaught = {
    'no context': asked(() => null),
    'city of another fact': asked((i) => (i + 1) % 4),
    'city in no fact': asked(() => 4),
  };
  for (const [context, expected] of Object.entries(untaught))
    for (const variant of ['facts alone', 'half with a context'])
      close(logs(found, variant, `log p before, ${context}`), expected, 1e-4);
  loaded.model.dispose();
});

test('teaching raises the taught cities, and contexts in half of the prompts are another way', async () => {
  const found = await run({ model: null });
  const own = (metric: string, variant = 'facts alone'): number => {
    const all = logs(found, variant, metric); // 4 facts x 5 candidates
    return [0, 1, 2, 3].reduce((sum, i) => sum + all[5 * i + i]!, 0);
  };
  const [was, is] = [own('log p before, no context'), own('log p after, no context')];
  assert.ok(is > was + 0.5, `log p of the taught cities went from ${was} to ${is}`);
  assert.notEqual(own('log p after, no context', 'half with a context'), is);
  const odds = found.filter(({ metric }) => metric.startsWith('log-odds of the context, real'));
  assert.equal(odds.length, 2 * 2 * 3, 'two variants, two contexts, three stages');
});

test('facts: real and invented strings, all different; candidates end with a city in no fact', () => {
  const facts = inweight.realFactsOf(core.stream(3, 'facts'), 4);
  const { familiar, invented, others } = facts;
  const strings = [...familiar, ...invented].flatMap(({ name, city }) => [name, city]);
  assert.equal(new Set(strings).size, 16);
  const cities = inweight.candidateCities(facts);
  assert.equal(cities.length, 9);
  assert.equal(cities[8], others.cities[0]);
  assert.ok(others.names.every((name) => !strings.includes(name)));
  assert.ok(others.cities.every((city) => !strings.includes(city)));
});

test('bad facts, questions and plans are refused in one sentence', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env['ICL_COURSE_CACHE'] = scratch();
  const { model, tokenizer } = language.loadLanguageModel(fixture(join('models', 'llama')));
  const facts = inweight.taughtFacts(0, 2);
  const trainer =
    (given: object, of: unknown = facts) =>
    () =>
      new inweight.RealFactTrainer({ model, tokenizer }, of as inweight.RealFacts, given);
  const planned = (given: object) => () =>
    experiments.planExperiment(whole, { set: { ...set, model: null, ...given } });
  const start = () => {
    const plan = experiments.planExperiment(whole, { set: { ...set, model: 'smollm2' } });
    const { kind, variants } = plan.experiment;
    (kind.start(plan, variants[0]!, 0) as experiments.MeasuringRun).measure(() => undefined);
  };
  const teaching = (steps: number[]) => ({ teaching: { ...set.teaching, steps } });
  await allRefused(t, [
    [() => inweight.taughtFacts(0, 9), 'ofEach', '9'],
    [trainer({ share: 1.5 }), 'share', '1.5'],
    [trainer({ share: 0 }, { ...facts, others: null }), 'others', 'null'],
    [trainer({ share: 0 }, { ...facts, familiar: [{ name: 'Anna' }] }), 'city'],
    [planned(teaching([])), "'steps'"],
    [planned(teaching([10, 5])), "'steps'", '10'],
    [planned({ model: 'gpt2' }), 'model'],
    [planned({ ofEach: 9 }), 'ofEach'],
    [start, 'SmolLM2-135M-Instruct', 'npm run data -- smollm2'],
  ]);
  model.dispose();
});
