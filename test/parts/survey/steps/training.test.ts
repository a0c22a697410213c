/** The decoder of compositions is trained, stopped, resumed, kept and opened again. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, steps, training } from 'invicl';
import { allRefused, leavesNothing, refused, scratch } from '../../../helpers';

const CONFIG = {
  size: { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 64 },
  seed: 3,
};
const toy = new steps.StepsLanguage(1);
const SHORT = { steps: 30, batch: 8, lines: 2, longest: 2, learningRate: 1e-2, logEvery: 1 };

const made = (
  given: object = SHORT,
  config: steps.StepsModelConfig = CONFIG,
): {
  network: ReturnType<typeof steps.freshStepsModel>;
  trainer: steps.CompositionTrainer;
  dispose: () => void;
} => {
  const network = steps.freshStepsModel(config);
  const trainer = new steps.CompositionTrainer(network, toy, config, given);
  return {
    network,
    trainer,
    dispose: () => {
      trainer.dispose();
      network.dispose();
    },
  };
};

test('a short run lowers the loss, gives the same numbers again, and leaves no tensor', () => {
  const run = (): number[] => {
    const { trainer, dispose } = made();
    const losses = Array.from({ length: 30 }, () => trainer.train());
    dispose();
    return losses;
  };
  let first: number[] = [];
  leavesNothing(() => {
    first = run();
  });
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b) / part.length;
  assert.ok(mean(first.slice(-5)) < 0.8 * mean(first.slice(0, 5)), first.join(' '));
  assert.deepEqual(run(), first);
});

test('a run that stopped goes on to the same weights, and its file opens as the same model', async () => {
  const folder = scratch();
  const whole = made();
  await whole.trainer.run({ checkpoint: join(folder, 'whole.safetensors') });
  const cut = made();
  const file = join(folder, 'cut.safetensors');
  await cut.trainer.run({ checkpoint: file, until: 11 });
  cut.dispose();
  const resumed = made();
  await resumed.trainer.run({ checkpoint: file });
  const opened = steps.loadStepsModel(file);
  for (const [name, weight] of Object.entries(whole.network.parameters)) {
    assert.deepEqual(resumed.network.parameters[name]!.dataSync(), weight.dataSync(), name);
    assert.deepEqual(opened.parameters[name]!.dataSync(), weight.dataSync(), name);
  }
  assert.equal(training.load(file).kind, 'a decoder of compositions');
  assert.deepEqual(opened.config, whole.network.config);
  const other = made({ ...SHORT, written: 1 });
  refused(() => other.trainer.restore(file), 'written');
  for (const one of [whole, resumed, other]) one.dispose();
  opened.dispose();
});

test('a trained decoder applies each function to each digit, with steps and without', () => {
  const { network, trainer, dispose } = made(
    { ...SHORT, steps: 300, batch: 64, lines: 3, longest: 1, learningRate: 5e-3 },
    { ...CONFIG, size: { ...CONFIG.size, width: 64, heads: 4, mlpRatio: 4 } },
  );
  for (let i = 0; i < 300; i++) trainer.train();
  const questions = Array.from({ length: 80 }, (_, i) => ({
    functions: [i % 8],
    digit: Math.floor(i / 8),
  }));
  for (const form of ['written', 'direct'] as const) {
    const chains = steps.askSteps(network, questions, { form });
    const answers = chains.map(({ answer }) => answer);
    const right = steps.answeredRight(toy, questions, answers).filter(Boolean).length;
    assert.ok(right >= 48, `${form}: ${right} of 80`);
    assert.ok(chains.filter(({ rationale }) => rationale.length === 0).length >= 75);
  }
  dispose();
});

test('what cannot be trained is refused', async (t) => {
  const network = steps.freshStepsModel(CONFIG);
  const trainer = (given: object) => () =>
    new steps.CompositionTrainer(network, toy, CONFIG, given);
  await allRefused(t, [
    [() => steps.freshStepsModel({ ...CONFIG, seed: -1 }), '-1'],
    [trainer({ lines: 0 }), 'lines', '0'],
    [trainer({ longest: 9 }), 'longest', '9'],
    [trainer({ written: -0.1 }), 'written', '-0.1'],
    [trainer({ batch: 0 }), 'batch', '0'],
    [trainer({ words: 1 }), 'words'],
    [() => steps.loadStepsModel(join(scratch(), 'absent.safetensors')), 'absent'],
    [() => new steps.CompositionTrainer(network, {} as typeof toy, CONFIG), 'StepsLanguage'],
  ]);
  network.dispose();
  assert.ok(core.backendName().length > 0);
});
