import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, evaluation, language, metaicl, model, tf } from 'invicl';

import { allRefused, close, fixture, leavesNothing, refused, scratch } from '../helpers';

interface Reference {
  readonly texts: string[];
  readonly singularValues: number[];
  readonly projected: number[][];
  readonly f1: { readonly gold: string[]; readonly given: string[]; readonly macro: number }[];
}
const reference = JSON.parse(readFileSync(fixture('text-reference.json'), 'utf8')) as Reference;

test('TF-IDF and truncated SVD are scikit-learn’s', () => {
  const features = new metaicl.TextFeatures(reference.texts, { dims: 3, minTexts: 1 });
  close(features.singularValues, reference.singularValues, 1e-3);
  reference.texts
    .slice(0, 8)
    .forEach((one, i) =>
      close([...features.project(one)].map(Math.abs), reference.projected[i]!, 2e-3),
    );
});

test('macro-F1 and accuracy are scikit-learn’s; a label that is never given counts 0', () => {
  for (const { gold, given, macro } of reference.f1)
    close([evaluation.macroF1(gold, given)], [macro], 1e-9);
  assert.equal(evaluation.exactMatch(['a', 'b'], ['a', 'a']), 0.5);
  refused(() => evaluation.macroF1([], []), '0 answers');
});

test('words: case, numbers, marks, apostrophes; vectors know texts without a known word', () => {
  assert.deepEqual(metaicl.wordsOf("Don't pay 3.50 €, Ünï? 漢字!"), [
    "don't",
    'pay',
    '0',
    '0',
    'ünï',
    '?',
    '漢字',
    '!',
  ]);
  const features = new metaicl.TextFeatures(reference.texts, { dims: 4, minTexts: 1 });
  assert.ok(features.embed('nothing known here').every(Number.isFinite));
  assert.ok(features.embed('').every(Number.isFinite));
  refused(
    () => new metaicl.TextFeatures(['a b', 'c d'], { dims: 8, minTexts: 1 }),
    '8 directions',
    '2 texts',
  );
});

test('rows: what is no row is named by its line', async (t) => {
  const row = { task: 't', input: 'x', output: 'a', options: ['a', 'b'] };
  const decode = (...lines: readonly unknown[]): metaicl.LabelledText[] =>
    metaicl.decodeTexts(
      Buffer.from(
        lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
      ),
      "'rows.jsonl'",
    );
  assert.deepEqual(decode(row, '', { ...row, options: ['a', 'a', 'b'] }), [row, row]);
  await allRefused(t, [
    [() => decode(row, '{"task"'), "Line 2 of 'rows.jsonl'", 'no JSON'],
    [() => decode({ ...row, output: undefined }), 'Line 1', 'no label'],
    [() => decode({ ...row, output: '' }), 'no label'],
    [() => decode({ ...row, output: 'c' }), "'c'", 'none of its options'],
    [() => decode({ ...row, options: [1] }), 'options'],
    [() => decode([row]), 'no task'],
    [
      () => metaicl.decodeTexts(Buffer.from([0x7b, 0xe9, 0x7d]), "'latin.jsonl'"),
      "'latin.jsonl'",
      'UTF-8',
      'iconv',
    ],
  ]);
  assert.equal(metaicl.taskKindOf([row, { ...row, options: ['b', 'a'] }]), 'classification');
  assert.equal(metaicl.taskKindOf([row, { ...row, options: ['a', 'c'] }]), 'choice');
  assert.equal(metaicl.taskKindOf([{ ...row, options: [] }]), 'free');
});

test('settings: seven, as many tasks as published, no task on both sides', () => {
  const counts = Object.values(metaicl.SETTINGS).map(({ train, target }) => [
    train.length,
    target.length,
  ]);
  assert.deepEqual(counts, [
    [61, 26],
    [43, 20],
    [37, 20],
    [37, 22],
    [33, 22],
    [54, 8], // 55 less 'sick'
    [59, 4],
  ]);
  const all = new Set(
    Object.values(metaicl.SETTINGS).flatMap(({ train, target }) => [...train, ...target]),
  );
  assert.equal(all.size, 142);
  for (const { train, target, unseen } of Object.values(metaicl.SETTINGS)) {
    assert.ok(!train.some((task) => target.includes(task)));
    assert.ok(unseen.every((task) => target.includes(task)));
  }
  assert.deepEqual(metaicl.OVERLAPS, ['sick']);
  refused(() => metaicl.settingOf('hrtolr'), "'hrtolr'", 'hrToLr');
  assert.ok(
    metaicl.isAbusive('ethos-race') &&
      metaicl.isAbusive('tweet_eval-hate') &&
      !metaicl.isAbusive('tweet_eval-emotion'),
  );
});

/** A folder with one task of MetaICL's files. */
function folderOf(rows: number, held: boolean): string {
  const folder = scratch();
  mkdirSync(join(folder, 'toy'));
  const line = (i: number): string =>
    JSON.stringify({
      task: 'toy',
      input: `text ${i}`,
      output: i % 2 ? 'a' : 'b',
      options: ['a', 'b'],
    });
  let at = 0;
  for (const k of [8, 16])
    for (const seed of metaicl.DEMONSTRATION_SEEDS)
      for (const part of ['train', 'dev'])
        writeFileSync(
          join(folder, 'toy', `toy_${k}_${seed}_${part}.jsonl`),
          Array.from({ length: k }, () => line(at++ % rows)).join('\n'),
        );
  if (held)
    writeFileSync(
      join(folder, 'toy', 'test.jsonl'),
      [0, 1, rows + 1, rows + 2].map(line).join('\n'),
    );
  return folder;
}

test('tasks are read from MetaICL’s files; no test is among its demonstrations', () => {
  for (const held of [true, false]) {
    const { tasks, missing } = metaicl.readTasks(folderOf(200, held), ['toy', 'absent']);
    assert.deepEqual(missing, ['absent']);
    const [task] = tasks;
    assert.equal(task!.kind, 'classification');
    for (const seed of metaicl.DEMONSTRATION_SEEDS) {
      const shown = task!.demonstrations[seed]!.map(({ input }) => input);
      assert.ok(shown.length >= 8);
      assert.ok(
        task!.tests(seed).length > 0 &&
          task!.tests(seed).every(({ input }) => !shown.includes(input)),
      );
    }
  }
  refused(() => metaicl.readTasks(scratch(), ['toy']), 'none of the 1 tasks', 'npm run data');
});

test('our own tasks: words give the label; the exact answer finds it from examples', async (t) => {
  const names = Object.keys(metaicl.OWN_TASKS);
  assert.equal(new Set(names).size, names.length);
  assert.ok(!metaicl.OWN_SETTING.train.some((name) => metaicl.OWN_SETTING.target.includes(name)));
  for (const name of metaicl.OWN_SETTING.target)
    await t.test(name, () => {
      const [task] = metaicl.ownTasks([name], 80);
      assert.deepEqual(
        metaicl.ownTasks([name], 80)[0]!.rows,
        task!.rows,
        'the same rows every time',
      );
      const { attribute, labels } = metaicl.OWN_TASKS[name]!;
      for (const { input, output } of task!.rows) {
        const value = metaicl.readOff(input)[attribute];
        assert.ok(value === undefined || labels[value] === output, input);
      }
      const counts = Object.values(labels).map(
        (label) => task!.rows.filter(({ output }) => output === label).length,
      );
      assert.ok(
        Math.min(...counts) > 80 / counts.length / 3,
        `${name} is balanced: ${counts.join()}`,
      );
      const seed = metaicl.DEMONSTRATION_SEEDS[0]!;
      const right = task!.tests(seed).filter(({ input, output, options }) => {
        const shares = metaicl.bayesOfOwnTasks(task!.demonstrations[seed]!, input, options);
        close([shares.reduce((a, b) => a + b)], [1], 1e-9);
        return options[shares.indexOf(Math.max(...shares))] === output;
      });
      assert.ok(
        right.length / task!.tests(seed).length > 0.75,
        `${name}: ${right.length} of ${task!.tests(seed).length}`,
      );
    });
  const [plain] = metaicl.ownTasks(['topic-1-sport-food'], 8).map(metaicl.withPlainLabels);
  assert.deepEqual([...plain!.rows[0]!.options].sort(), ['food', 'sport']);
});

test('the exact answer is the one of brute force over tasks and label orders', () => {
  const [task] = metaicl.ownTasks(['mood-1-glad-upset'], 8, 1);
  const shown = task!.rows.slice(0, 3);
  const asked = task!.rows[5]!;
  const labels = asked.options;
  const joint = labels.map(() => 0);
  for (const attribute of Object.keys(metaicl.ATTRIBUTES) as metaicl.Attribute[]) {
    const values = Object.keys(metaicl.ATTRIBUTES[attribute]);
    const sets = values.flatMap((a, i) => values.slice(i + 1).map((b) => [a, b]));
    for (const set of sets)
      for (const order of [
        [0, 1],
        [1, 0],
      ]) {
        const label = (value: string): string => labels[order[set.indexOf(value)]!]!;
        const chance = (input: string, output: string): number => {
          const value = metaicl.readOff(input)[attribute];
          if (value === undefined) return 0.5;
          return set.includes(value) ? (values.length / 2) * (label(value) === output ? 1 : 0) : 0;
        };
        labels.forEach((output, k) => {
          const all = [...shown, { ...asked, output }];
          joint[k]! +=
            all.reduce((product, row) => product * chance(row.input, row.output), 1) / sets.length;
        });
      }
  }
  const sum = joint.reduce((a, b) => a + b, 0);
  close(
    metaicl.bayesOfOwnTasks(shown, asked.input, labels),
    joint.map((p) => p / sum),
    1e-9,
  );
});

const tasks = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 8), 60);
const features = new metaicl.TextFeatures(
  tasks.flatMap(({ rows }) => rows.map(({ input }) => input)),
  { dims: 8, minTexts: 1 },
);
const source = new metaicl.EpisodeSource(tasks, features);
const size = { width: 16, layers: 2, heads: 2, maxPositions: 64 };

test('episodes: no row twice, slots drawn anew, the right option is that of the label', () => {
  const random = core.stream(0, 'episodes');
  const slots = new Set<number>();
  for (let i = 0; i < 40; i++)
    for (const episode of [
      source.ofOneTask(random, 6, 3),
      source.ofMixedClasses(random, 6, 3),
      source.ofNeighbourhoods(random, 6, 3),
    ]) {
      assert.equal(episode.shown.length, 6);
      for (const { options, right } of episode.asked) {
        assert.ok(right >= 0 && right < options.length);
        const at = options.map((option) => option.indexOf(1));
        assert.equal(new Set(at).size, at.length, 'each label has a slot of its own');
        slots.add(at[0]!);
      }
    }
  assert.equal(slots.size, metaicl.SLOTS, 'every slot is used');
  refused(() => source.ofOneTask(random, 0, 1), 'n must be');
  refused(() => new metaicl.EpisodeSource([], features), 'no tasks');
});

test('answers that are texts: options of each row, or answers of others beside its own', () => {
  const choice: metaicl.TextTask = {
    ...tasks[0]!,
    kind: 'choice',
    rows: Array.from({ length: 30 }, (_, i) => ({
      task: 'c',
      input: `the dog ${i}`,
      output: `word${i}`,
      options: [`word${i}`, `word${i + 1}`, 'soup'],
    })),
  };
  const free: metaicl.TextTask = {
    ...choice,
    kind: 'free',
    rows: choice.rows.map((row) => ({ ...row, options: [] })),
  };
  const random = core.stream(0, 'choices');
  for (const task of [choice, free]) {
    const episode = new metaicl.EpisodeSource([task], features).ofOneTask(random, 4, 4);
    for (const { options, right } of episode.asked)
      assert.ok(
        options.length >= 2 && options[right]!.slice(0, metaicl.SLOTS).every((v) => v === 0),
      );
    const batch = metaicl.asTensors([episode]);
    const kept = tf.tidy(() => batch.right.sum(2).dataSync());
    assert.ok(kept.every((v) => v === 1));
    tf.dispose(Object.values(batch));
  }
});

test('episode models: whose scores the ordering changes; both forms agree', async (t) => {
  const random = core.stream(1, 'one');
  const episodes = Array.from({ length: 3 }, () => source.ofOneTask(random, 5, 4));
  const batch = metaicl.asTensors(episodes);
  const reordered = metaicl.asTensors(
    episodes.map((e) => ({ ...e, shown: [3, 1, 4, 0, 2].map((i) => e.shown[i]!) })),
  );
  for (const key of [
    'invicl',
    'ar',
    'prefix',
    'boe',
    'pcw',
    'nope',
    'saicl',
    'arSymmetric',
    'arInvariantMask',
  ] as const)
    await t.test(key, () => {
      const network = new metaicl.EpisodeModel({ method: key, size, d: features.size, seed: 2 });
      const scores = network.scores(batch);
      const again = network.scores(reordered);
      const gap = tf.tidy(() => scores.sub(again).abs().max().dataSync()[0]!);
      if (key === 'invicl' || key === 'boe' || key === 'saicl')
        assert.ok(gap < 1e-4, `${key} moved by ${gap}`);
      if (key === 'ar' || key === 'pcw') assert.ok(gap > 1e-4, `${key} should move`);
      if (key === 'invicl') {
        const dense = tf.tidy(
          () =>
            network
              .forward(batch, () => undefined)
              .sub(scores)
              .abs()
              .max()
              .dataSync()[0]!,
        );
        assert.ok(dense < 1e-3, `forms differ by ${dense}`);
      }
      const alone = metaicl.asTensors(episodes.map((e) => ({ ...e, asked: e.asked.slice(1, 2) })));
      const one = network.scores(alone);
      close(
        one.dataSync(),
        tf.tidy(() => scores.slice([0, 1, 0], [-1, 1, -1]).dataSync()),
        1e-4,
        `${key}, a test alone`,
      );
      tf.dispose([scores, again, one, ...Object.values(alone)]);
      network.dispose();
    });
  tf.dispose([...Object.values(batch), ...Object.values(reordered)]);
});

test('BatchICL on episodes: blind to order; with one example it is the one-shot answer', () => {
  const random = core.stream(1, 'batch');
  const network = new metaicl.EpisodeModel({ method: 'ar', size, d: features.size, seed: 2 });
  const episodes = [source.ofOneTask(random, 4, 3)];
  const [batch, turned] = [
    metaicl.asTensors(episodes),
    metaicl.asTensors(episodes.map((e) => ({ ...e, shown: [...e.shown].reverse() }))),
  ];
  const scorer = metaicl.batchICLOnEpisodes(network, 0);
  const [a, b] = [scorer.scores(batch), scorer.scores(turned)];
  close(a.dataSync(), b.dataSync(), 1e-4);
  refused(() => metaicl.batchICLOnEpisodes(network, 2), 'layer 2', '0 to 1');
  tf.dispose([a, b, ...Object.values(batch), ...Object.values(turned)]);
  network.dispose();
});

test('references: the commonest label, the nearest example, ridge as its closed form says', () => {
  const made = (x: number[][], y: number[], test: number[]): metaicl.Episodes => {
    const slot = (k: number): number[] =>
      Array.from({ length: metaicl.ANSWER_SIZE }, (_, i) => (i === k ? 1 : 0));
    return {
      x: tf.tensor3d([x]),
      y: tf.tensor3d([y.map(slot)]),
      xTest: tf.tensor3d([[test]]),
      options: tf.tensor4d([
        [[slot(0), slot(1), ...Array.from({ length: metaicl.SLOTS - 2 }, () => slot(7))]],
      ]),
      right: tf.tensor3d([[[1, 0, ...new Array<number>(metaicl.SLOTS - 2).fill(0)]]]),
      there: tf.tensor3d([[[1, 1, ...new Array<number>(metaicl.SLOTS - 2).fill(0)]]]),
    };
  };
  const pick = (scorer: metaicl.OptionScorer, episodes: metaicl.Episodes): number =>
    tf.tidy(() => scorer.scores(episodes).argMax(2).dataSync()[0]!);
  const few = made([[0], [0.1], [5]], [0, 0, 1], [4]);
  assert.equal(pick(metaicl.majority, few), 0);
  assert.equal(pick(metaicl.nearestText, few), 1);
  assert.equal(pick(metaicl.ridgeOnExamples(0.01), few), 1);
  tf.dispose(Object.values(few));
});

test('training on episodes lowers the loss, resumes to the same bits, leaks nothing', async () => {
  const run = async (cuts: readonly number[], key: model.MethodKey): Promise<number[]> => {
    const file = join(scratch(), 'run.safetensors');
    let losses: number[] = [];
    for (const until of cuts) {
      const network = new metaicl.EpisodeModel({ method: key, size, d: features.size, seed: 1 });
      const trainer = new metaicl.EpisodeTrainer(network, source, {
        steps: 30,
        batch: 8,
        n: 4,
        tests: 2,
        logEvery: 1,
        learningRate: 3e-3,
      });
      await trainer.run({ until, checkpoint: file });
      losses = trainer.curve.map(([, loss]) => loss);
      trainer.dispose();
      network.dispose();
    }
    assert.ok(existsSync(file));
    return losses;
  };
  for (const key of ['invicl', 'saicl'] as const) {
    const whole = await run([30], key);
    assert.ok(evaluation.mean(whole.slice(-5)) < evaluation.mean(whole.slice(0, 5)));
    assert.deepEqual(await run([11, 30], key), whole);
  }
  const network = new metaicl.EpisodeModel({ method: 'ar', size, d: features.size, seed: 1 });
  const trainer = new metaicl.EpisodeTrainer(network, source, {
    steps: 9,
    batch: 4,
    n: 4,
    tests: 2,
  });
  leavesNothing(() => void trainer.train());
  refused(() => new metaicl.EpisodeTrainer(network, source, { madeUntil: 2 }), 'madeUntil', '2');
  const other = new metaicl.EpisodeModel({ method: 'ar', size, d: 3, seed: 1 });
  refused(
    () => new metaicl.EpisodeTrainer(other, source),
    `${features.size} numbers`,
    'made for 3',
  );
  [network, other].forEach((one) => one.dispose());
  trainer.dispose();
});

test('evaluation: a scorer that knows the answers scores 1, and no ordering changes it', () => {
  const knows = metaicl.optionScorer('knows', ({ right }) => right.clone());
  const target = new metaicl.EpisodeSource(tasks.slice(0, 2), features);
  const scores = metaicl.evaluate(knows, target, { n: 4, rows: 6, orders: 2 });
  for (const { scores: seeds, changed } of scores) {
    assert.deepEqual(seeds, [1, 1, 1, 1, 1]);
    assert.equal(changed, 0);
  }
  const many: metaicl.TextTask = {
    ...tasks[0]!,
    tests: () => [
      {
        task: 'm',
        input: 'x',
        output: '0',
        options: Array.from({ length: 9 }, (_, i) => String(i)),
      },
    ],
  };
  refused(
    () =>
      metaicl.evaluate(knows, new metaicl.EpisodeSource([many], features), {
        n: 4,
        rows: 6,
        orders: 0,
      }),
    '9 labels',
    '8 slots',
  );
  const none: metaicl.TextTask = { ...tasks[0]!, tests: () => [] };
  refused(
    () =>
      metaicl.evaluate(knows, new metaicl.EpisodeSource([none], features), {
        n: 4,
        rows: 6,
        orders: 0,
      }),
    'no row to be tested',
  );
});

test('real tasks, where they were downloaded, are read whole', (t) => {
  const folder = metaicl.benchmarkFolder();
  if (!existsSync(folder))
    return t.skip(`there is no '${folder}'; npm run data -- metaicl makes it`);
  const { tasks: found } = metaicl.readTasks(folder, [...metaicl.SETTINGS.nonNliToNli.target]);
  assert.ok(found.length > 0 && found.every(({ rows }) => rows.length > 50));
});

test('a session on vectors answers after any edits as one pass; each example is read once', () => {
  const network = new metaicl.EpisodeModel({ method: 'invicl', size, d: features.size, seed: 3 });
  const rows = tasks[0]!.rows;
  const options = ['warm', 'cold', 'mild'];
  const before = tf.memory().numTensors;
  const session = new language.PromptSession(metaicl.episodeScorer(network, features), {
    options,
    texts: [rows[20]!.input, rows[21]!.input],
  });
  close(
    session.answers[0]!.probabilities,
    [1 / 3, 1 / 3, 1 / 3],
    1e-6,
    'without examples all labels are alike',
  );
  const labels = ['warm', 'cold', 'cold', 'mild', 'warm'];
  labels.forEach((label, i) => {
    session.add(rows[i]!.input, label);
    assert.deepEqual(session.work, { first: 1, second: i + 1 });
  });
  session.reorder([4, 2, 0, 1, 3]);
  assert.equal(session.work.first, 0);
  session.remove(1);
  session.replace(0, rows[7]!.input, 'mild');
  session.undo();
  session.undo();
  assert.equal(session.work.first, 0);
  const fresh = new language.PromptSession(metaicl.episodeScorer(network, features), {
    options,
    texts: [rows[20]!.input, rows[21]!.input],
  });
  labels.forEach((label, i) => fresh.add(rows[i]!.input, label));
  session.answers.forEach(({ probabilities }, i) =>
    close(probabilities, fresh.answers[i]!.probabilities, 1e-5),
  );
  const order = core.stream(0, 'slots of a session').permutation(metaicl.SLOTS);
  const slot = (k: number): Float32Array =>
    Float32Array.from({ length: metaicl.ANSWER_SIZE }, (_, i) => (i === order[k] ? 1 : 0));
  const whole = metaicl.asTensors([
    {
      shown: labels.map((label, i) => ({
        x: features.embed(rows[i]!.input),
        y: slot(options.indexOf(label)),
      })),
      asked: [20, 21].map((i) => ({
        x: features.embed(rows[i]!.input),
        options: [0, 1, 2].map(slot),
        right: -1,
      })),
    },
  ]);
  const scores = tf.tidy(() => network.forward(whole).arraySync()[0]!);
  session.answers.forEach(({ probabilities }, i) =>
    close(probabilities, core.softmax(scores[i]!.slice(0, 3)), 1e-4),
  );
  refused(() => session.ask(['']), 'empty text');
  const [label] = session.answers.map(({ answer }) => answer);
  const count = session.examples.length;
  refused(() => session.add(' \n', label!), 'has no text', 'Give each example its text');
  for (const long of ['the cat '.repeat(1.3e6), 'x'.repeat(1e7)])
    for (const run of [() => session.add(long, label!), () => session.ask([long])])
      refused(run, /A text of 10[04]00000 characters/, '100000 are the most');
  assert.equal(session.examples.length, count, 'what was refused changed nothing');
  tf.dispose(Object.values(whole));
  session.dispose();
  fresh.dispose();
  assert.equal(tf.memory().numTensors, before);
  const ar = new metaicl.EpisodeModel({ method: 'ar', size, d: features.size, seed: 3 });
  refused(() => metaicl.episodeScorer(ar, features), 'AR', 'InvICL');
  refused(
    () =>
      new language.PromptSession(metaicl.episodeScorer(network, features), {
        options: [...'abcdefghi'],
        texts: [],
      }),
    '9 options',
    '8',
  );
  [network, ar].forEach((one) => one.dispose());
});
