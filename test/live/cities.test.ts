/** The live figure that teaches a language model of names and cities one fact. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, inweight, language, notebook as nb, tf, training } from 'invicl';
import { halfToNumber, numberToHalf } from 'invicl/dist/core/halves';
import {
  completed,
  ON_DARK,
  openLive,
  packed,
  type CitiesOutput,
  type Control,
  type LiveFigure,
} from 'invicl/dist/live';

import { allRefused, root } from '../helpers';

const weights = (name: string): string => join(root, 'data', 'live', `${name}.safetensors`);
const models = {
  ar: training.loadModel(weights('ar')).model,
  invicl: training.loadModel(weights('invicl')).model,
};
const loaded = inweight.loadFactModel(
  join(root, 'data', 'checkpoints', 'iwl-cities', 'model-0.safetensors'),
);
const facts = inweight.factsOf(core.stream(0, 'facts'), 2);
const all = [...facts.familiar, ...facts.invented];
const names = all.map(({ name }) => name);
const cities = all.map(({ city }) => city);
const output: CitiesOutput = {
  names,
  cities,
  name: 0,
  said: 1,
  taught: 0,
  rate: '1e-3',
  network: packed(loaded.model),
};

/** A control by its label. */
function control<S, K extends Control<S>['kind']>(
  figure: LiveFigure<S>,
  state: S,
  kind: K,
  label: string,
): Control<S> & { readonly kind: K } {
  const found = figure
    .controls(state)
    .find((one) => one.kind === kind && 'label' in one && one.label === label);
  assert.ok(found, label);
  return found as Control<S> & { readonly kind: K };
}
const teach = <S>(figure: LiveFigure<S>, state: S): S =>
  completed(figure, control(figure, state, 'button', 'teach 5 steps').press(state));
const near = (a: number | undefined, b: number, most = 0.01): void =>
  assert.ok(Math.abs(a! - b) < most, `${a} and ${b}`);

/** The model of the output as the library opens it, with the same halves. */
function libraryModel(): language.LoadedModel {
  const tokenizer = inweight.cityTokenizer();
  const model = new language.LanguageModel(loaded.model.config, null);
  for (const [name, parameter] of Object.entries(model.parameters))
    tf.tidy(() => {
      const exact = loaded.model.parameters[name]!;
      const halves = Float32Array.from(exact.dataSync(), (value) =>
        halfToNumber(numberToHalf(value)),
      );
      parameter.assign(tf.tensor(halves, exact.shape));
    });
  return { model, tokenizer };
}

test('the log-odds before and after ten steps are those of the library', () => {
  const own = libraryModel();
  const [fact] = all;
  const odds = (): number =>
    inweight.conflicts(own, [fact!], [cities[1]!]).map(({ logOdds }) => logOdds)[0]!;
  const trainer = new inweight.FactTrainer(own, [fact!], {
    ...{ share: 0, batch: 1, steps: 10, learningRate: 1e-3, warmUp: 0, finalRate: 1 },
  });
  openLive({ figure: 'cities', given: output }, models).use((figure, first) => {
    const start = completed(figure, first);
    near(figure.numbers(start)['odds'], odds());
    const taught = teach(figure, teach(figure, start));
    while (trainer.step < 10) trainer.train();
    const { odds: after, fall, factAlone, steps } = figure.numbers(taught);
    assert.equal(steps, 10);
    near(after, odds(), 0.05); // steps of a graph and eager ones round differently
    near(fall, figure.numbers(start)['odds']! - after!);
    assert.ok(fall! > 3 && factAlone! > 0.9, `fell by ${fall}, fact remembered ${factAlone}`);
    near(figure.numbers(start)['odds'], figure.numbers(completed(figure, first))['odds']!);
    figure.close!(taught);
  });
  trainer.dispose();
  own.model.dispose();
});

test('a lower rate teaches less, another context keeps the steps, forgetting ends them', () => {
  openLive({ figure: 'cities', given: output }, models).use((figure, first) => {
    const start = completed(figure, first);
    const fast = teach(figure, start);
    const rate = control(figure, start, 'choice', 'Learning rate');
    const slow = teach(figure, rate.change(start, '1e-4'));
    const fallOf = (state: typeof start): number => figure.numbers(state)['fall']!;
    assert.ok(fallOf(fast) > 3 * fallOf(slow), `${fallOf(fast)} and ${fallOf(slow)}`);
    const other = figure.press!(fast, 'city 2');
    assert.match(figure.say(other), /being asked/);
    const asked = completed(figure, other);
    assert.equal(figure.numbers(asked)['steps'], 5);
    assert.equal(figure.numbers(asked)['measured'], 2);
    assert.notEqual(figure.numbers(asked)['odds'], figure.numbers(fast)['odds']);
    const same = completed(figure, figure.press!(asked, 'city 1'));
    near(figure.numbers(same)['odds'], figure.numbers(fast)['odds']!, 1e-4);
    const forgotten = completed(figure, control(figure, fast, 'button', 'forget').press(fast));
    assert.deepEqual(figure.numbers(forgotten), figure.numbers(start));
    figure.close!(forgotten);
  });
});

test('what is said is what the numbers say; a context that agrees is no conflict', () => {
  openLive({ figure: 'cities', given: output }, models).use((figure, first) => {
    const start = completed(figure, first);
    assert.match(figure.say(start), /nothing has been taught yet/);
    const pressed = control(figure, start, 'button', 'teach 5 steps').press(start);
    assert.match(figure.say(pressed), /step 0 of 5/);
    const taught = completed(figure, pressed);
    const { fall } = figure.numbers(taught);
    assert.match(figure.say(taught), new RegExp(`they fell by ${fall!.toFixed(1)} nats`));
    const svg = figure.draw(taught, { width: 374, ink: ON_DARK }).svg;
    for (const mark of [`${cities[1]} (context)`, `${cities[0]} (fact)`])
      assert.ok(svg.includes(mark));
    const agrees = completed(figure, figure.press!(taught, 'city 0'));
    assert.match(figure.say(agrees), /no conflict/);
    assert.equal(figure.numbers(agrees)['odds'], 0);
    let last = start;
    for (let i = 0; i < 14; i++)
      last = control(figure, last, 'button', 'teach 5 steps').press(last);
    assert.equal(figure.numbers(last)['due'], 60, 'there is an end');
    figure.close!(taught);
  });
});

test('a figure that is closed leaves no tensors, nor does its picture', () => {
  nb.livePrompt(); // its models stay
  const before = tf.memory().numTensors;
  nb.liveCities(loaded, { names, cities, context: cities[1]!, fact: cities[0]! });
  openLive({ figure: 'cities', given: output }, models).use((figure, first) => {
    const open = tf.memory().numTensors;
    const taught = teach(figure, first);
    assert.equal(tf.memory().numTensors, open, 'lessons are plain data');
    figure.close!(taught);
  });
  assert.equal(tf.memory().numTensors, before);
});

test('settings and outputs that are refused', async (t) => {
  const open = (more: object) => (): unknown =>
    openLive({ figure: 'cities', given: { ...output, ...more } }, models);
  const show = (more: object) => (): void =>
    nb.liveCities(loaded, { names, cities, context: cities[1]!, fact: cities[0]!, ...more });
  const foreign = language.freshLanguageModel(
    language.tokenizerOf(language.wordTokenizerJson(['a']), 'words'),
    { width: 8, layers: 1, heads: 1, mlpRatio: 1, maxPositions: 8 },
    0,
  );
  await allRefused(t, [
    [open({ names: ['xx yy'] }), "'xx yy'", 'two syllables'],
    [open({ names: ['ka'] }), "'ka'", 'two syllables'],
    [open({ cities: [cities[0], cities[0]] }), "'cities'", 'all different'],
    [open({ cities: cities.slice(0, 1) }), 'cities', 'at least 2'],
    [open({ name: 9 }), 'name of liveCities', 'got 9'],
    [open({ said: -1 }), "city 'said'", 'got -1'],
    [open({ taught: 4 }), "city 'taught'", 'got 4'],
    [open({ rate: '1' }), 'rate', '1e-4, 1e-3'],
    [open({ wrong: 1 }), "'wrong'", 'names, cities'],
    [
      open({ network: { ...output.network, halves: 'AAAA' } }),
      'weights of the network of liveCities have 3 bytes',
      'nb.liveCities',
    ],
    [open({ network: packed(foreign.model) }), 'knows 3 words', 'inweight.loadFactModel'],
    [show({ context: 'ro me' }), "'ro me'", cities[0]!],
    [show({ names: [] }), 'names', 'at least 1'],
    [() => nb.liveCities(null as never, {} as never), 'loaded language model'],
  ]);
  foreign.model.dispose();
});
