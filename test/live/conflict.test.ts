/** The live figure of conflicts between label and input: its numbers, its words, its handles. */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { inweight, notebook as nb } from 'invicl';
import {
  completed,
  ON_DARK,
  ON_LIGHT,
  openLive,
  type ConflictSettings,
  type LiveModels,
  type LiveOutput,
} from 'invicl/dist/live';

import { allRefused, root } from '../helpers';
import { liveBook } from './page';

const networks = [
  { sigma: 0.28, N: 262144, group: 'rare', share: 0.18 },
  { sigma: 0.28, N: 1024, group: 'common', share: 0.1 },
] as const;
const output = (given: ConflictSettings = {}): LiveOutput => ({ figure: 'conflict', given });
const noModels = {} as LiveModels;
type Numbers = Readonly<Record<string, number>>;
/** The numbers at these settings; `shares`: with the shares at sigma, two for each of five seeds. */
const numbersOf = (given: ConflictSettings, shares = false): Numbers =>
  openLive(output(given), noModels).use((figure, first) => {
    const parts = Array.from({ length: shares ? 10 : 0 });
    return figure.numbers(parts.reduce<typeof first>((state) => figure.later!(state)!, first));
  });
/** The share by the library itself, as notebook 53 computes it. */
function libraryShare(sigma: number, query: 'rare' | 'common'): number {
  const shares = [0, 1, 2, 3, 4].map((seed) => {
    const settings = inweight.generatorConfig({ low: 5, seed });
    const inputs = inweight.inputsOf({ from: 'centres', d: 32, noise: sigma }, 10, seed);
    const source = new inweight.SequenceGenerator(settings, inputs);
    const cell = { context: 'relevant', query, labels: 'shifted' } as const;
    const sequences = inweight.testSequences(source, cell, 500);
    const bayes = inweight.bayesWithCentres(inweight.centres(10, 32, seed), settings, sigma);
    const { answers } = inweight.answersOf(bayes, 1, sequences, 32);
    return inweight.answerShares(answers[0]!, sequences).copied;
  });
  return shares.reduce((sum, share) => sum + share, 0) / 5;
}

test('the shares are those of the library, and those that notebook 53 prints', () => {
  const cells = readFileSync(join(root, 'notebooks', '53-transience.ipynb'), 'utf8');
  for (const sigma of [0.28, 0.57]) {
    const shown = numbersOf({ sigma }, true);
    for (const query of ['rare', 'common'] as const) {
      assert.equal(shown[query], libraryShare(sigma, query));
      const row = new RegExp(`\\| noise ${sigma} \\| ${query} \\| [\\d.]+ \\| ([\\d.]+) \\|`);
      assert.equal(row.exec(cells)?.[1], (100 * shown[query]!).toFixed(1));
    }
  }
});

test('the label is copied exactly where the sum is above 0 and no third class is better', () => {
  openLive(output({ sigma: 0.5 }), noModels).use((figure, first) => {
    const another = figure.controls(first).find(({ label }) => label === 'Another query')!;
    assert.ok(another.kind === 'button');
    const outcomes = new Set<string>();
    let state = first;
    for (let i = 0; i < 60; i++) {
      const { sum } = figure.numbers(state);
      const copied = figure.say(state).includes('the label of the example is copied');
      const other = figure.say(state).includes('a third class fits');
      assert.equal(copied || (other && sum! > 0), sum! > 0);
      outcomes.add(copied ? 'copied' : other ? 'other' : 'class');
      state = another.press(state);
    }
    assert.ok(outcomes.has('copied') && outcomes.has('class'));
  });
});

test('what the label says follows r and the weight of the class', () => {
  const term = (given: ConflictSettings): number => numbersOf(given)['label']!;
  const odds = (p: number): number => Math.log(p / (1 - p));
  assert.ok(Math.abs(term({}) - odds(0.9) + odds(0.02)) < 1e-9);
  assert.ok(Math.abs(term({ pRelevant: 0.99 }) - odds(0.99) + odds(0.02)) < 1e-9);
  assert.ok(Math.abs(term({ pHigh: 0.5 }) - odds(0.9) + odds(0.1)) < 1e-9);
});

test('noise, relevant contexts and rarer classes each make the Bayes answer copy more', () => {
  const base = numbersOf({ sigma: 0.4 }, true);
  const noisier = numbersOf({ sigma: 0.45 }, true);
  const relevant = numbersOf({ sigma: 0.4, pRelevant: 0.99 }, true);
  const rarer = numbersOf({ sigma: 0.4, pHigh: 0.98 }, true);
  for (const query of ['rare', 'common'] as const) {
    assert.ok(noisier[query]! > base[query]! + 0.05, `${query}, noisier`);
    assert.ok(relevant[query]! > base[query]! + 0.1, `${query}, relevant`);
  }
  assert.ok(rarer['rare']! > base['rare']! && rarer['common']! < base['common']!);
  const even = numbersOf({ sigma: 0.4, pHigh: 0.5 }, true);
  assert.ok(Math.abs(even['rare']! - even['common']!) < 0.05, 'classes of one weight');
});

test('shares are computed one by one, and moving the noise keeps those of the curves', () => {
  openLive(output({ networks }), noModels).use((figure, first) => {
    assert.match(figure.say(first), /is being computed/);
    const second = figure.later!(first)!;
    assert.equal(figure.numbers(second)['computed'], 2); // at 0.28 a point of the curve, too
    const done = completed(figure, first);
    assert.equal(figure.later!(done), null);
    assert.match(figure.say(done), /copies 11\.1 % .* rare classes and 5\.4 %/);
    assert.doesNotMatch(figure.say(done), /networks/);
    const moved = figure.arrow!(done, 'sigma', 1, 0);
    assert.equal(figure.numbers(moved)['sigma'], 0.29);
    assert.equal(figure.numbers(moved)['computed'], 100);
    const controls = figure.controls(done);
    const r = controls.find(({ label }) => label.startsWith('Relevant'))!;
    const back = controls.find(({ label }) => label === 'As at first')!;
    assert.ok(r.kind === 'range' && back.kind === 'button');
    const raised = r.change(moved, 0.99);
    assert.equal(figure.numbers(raised)['computed'], 0);
    assert.match(figure.say(raised), /networks were trained with r = 0\.900 and p_high = 0\.90/);
    assert.deepEqual(figure.numbers(back.press(raised)), figure.numbers(done));
  });
});

test('the line at sigma is dragged inside its range, and the bars change their group', () => {
  openLive(output(), noModels).use((figure, first) => {
    for (const width of [358, 744]) {
      const sheet = { width, ink: width < 500 ? ON_DARK : ON_LIGHT };
      const at = (x: number): number =>
        figure.numbers(figure.drag!(first, 'sigma', { x, y: 0 }, sheet))['sigma']!;
      assert.deepEqual([at(-50), at(2000)], [0.1, 1]);
      assert.ok(Math.abs(at(44 + (width - 68) / 2) - 0.5) < 0.011);
      assert.doesNotMatch(figure.draw(first, sheet).svg, /NaN|undefined/);
    }
    const choice = figure.controls(first).find(({ kind }) => kind === 'choice')!;
    assert.ok(choice.kind === 'choice');
    const common = choice.change(first, 'common class');
    assert.ok(figure.numbers(common)['label']! < figure.numbers(first)['label']!);
    assert.match(figure.say(common), /this query of a common class/);
  });
});

test('settings that are refused', (t) =>
  allRefused(t, [
    [() => nb.liveConflict({ noise: 1 } as object), "no setting 'noise'", 'sigma'],
    [() => nb.liveConflict({ sigma: 0 }), 'sigma must be a number from 0.1 to 1, got 0'],
    [() => nb.liveConflict({ pRelevant: 1 }), 'pRelevant', 'from 0.5 to 0.999', 'got 1'],
    [() => nb.liveConflict({ pHigh: 0.2 }), 'pHigh', 'from 0.5 to 0.98', 'got 0.2'],
    [() => nb.liveConflict({ networks: [{ ...networks[0], sigma: 2 }] }), 'networks[0].sigma', '2'],
    [() => nb.liveConflict({ networks: [{ ...networks[0], share: 18 }] }), 'share', '18'],
    [
      () => nb.liveConflict({ networks: [{ ...networks[0], group: 'new' as 'rare' }] }),
      'networks[0].group',
      "'rare' or 'common'",
    ],
    [() => nb.liveConflict({ networks: 3 as unknown as [] }), 'networks', '3'],
  ]));

const { skip, opened } = liveBook([output({ networks })]);

test('in a page: mouse, arrow keys and a slider, at 900 and at 390 pixels', { skip }, async () => {
  for (const width of [900, 390]) {
    const page = await opened(width);
    const read = "JSON.parse(document.querySelector('figure[data-live]').dataset.numbers)";
    await page.until(`${read}.computed >= 10`, 'the shares at 0.28 are computed');
    const shown = (await page.evaluate(read)) as Numbers;
    assert.ok(shown['rare']! > shown['common']!);
    await page.drag('[data-handle="sigma"]', 40, 0);
    await page.until(`${read}.sigma > 0.3`, 'the mouse moves the noise');
    const { sigma } = (await page.evaluate(read)) as Numbers;
    await page.press('ArrowLeft');
    await page.until(`${read}.sigma < ${sigma!}`, 'the arrow key moves it back');
    await page.evaluate(`(() => {
      const field = document.querySelectorAll('.icl-live input[type=range]')[1];
      field.value = '0.99';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    })()`);
    await page.until(`${read}.pRelevant === 0.99`, 'the slider moves r');
    assert.match(
      (await page.evaluate("document.querySelector('.icl-live').textContent")) as string,
      /networks were trained with r = 0\.900/,
    );
    const fits = 'document.documentElement.scrollWidth <= window.innerWidth';
    assert.equal(await page.evaluate(fits), true, 'the page is not wider than the window');
    assert.deepEqual(await page.evaluate('[...window.ran, ...window.refused]'), []);
    await page.close();
  }
});
