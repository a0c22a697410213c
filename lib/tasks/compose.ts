/**
 * Kinds of tasks made of others: mixtures, finite pools, augmented ones.
 * Reference: Wu et al. (ICLR 2025) for the mixture (equal shares, no sign of the type); Raventos et
 * al. (2023) for pools.
 */
import { checkList } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import { stream, type Stream } from '../core/random';
import { checkTask, inputOf, taskFrom, type SampledTask, type Sampler } from './task';

/**
 * Prompts of several kinds, each as likely; nothing says which kind a prompt is of.
 *
 * @throws CourseError when there are no kinds, or they differ in d
 */
export function mixture(kinds: readonly SampledTask[]): SampledTask {
  checkList('The kinds of a mixture', kinds, 'tasks', (one) => typeof one === 'object');
  for (const kind of kinds) checkTask(kind);
  demand(
    kinds.length > 0,
    () => 'A mixture of no kinds of tasks was asked for.',
    'Name at least one.',
  );
  const d = kinds[0]!.d;
  demand(
    kinds.every((kind) => kind.d === d),
    () => `The kinds of a mixture have d = ${kinds.map((kind) => kind.d).join(', ')}.`,
    'Give kinds of the same d.',
  );
  return taskFrom(`mixture of ${kinds.length}`, 1, {
    d,
    prompt: (random, sizes) => {
      const { sampler } = kinds[random.integer(kinds.length)]!;
      return { input: inputOf(sampler), ...sampler.prompt(random, sizes) };
    },
  });
}

/**
 * What task i of a pool is drawn from: the first numbers of this stream are those of the task.
 *
 * @param seed which pool
 * @throws CourseError when the seed or i is no integer of at least 0
 */
export const poolStream = (seed: number, i: number): Stream =>
  stream(seed, 'pool', positiveInteger('The number of a task in a pool', i, 0));

/**
 * Only `count` different tasks, drawn once: each prompt is of one of them, with inputs of its own.
 *
 * @param seed which tasks
 * @throws CourseError when count is no positive integer
 */
export function pool(task: SampledTask, count: number, seed = 0): SampledTask {
  checkTask(task);
  const { name, scale, sampler } = task;
  positiveInteger('seed', seed, 0);
  positiveInteger('the number of tasks in a pool', count);
  return taskFrom(`${name}, ${count} tasks`, scale, {
    ...sampler,
    prompt: (random, sizes) => sampler.prompt(poolStream(seed, random.integer(count)), sizes),
  });
}

/**
 * Data augmentation, one level up: every task comes turned by a random angle (or mirrored), with
 * its two classes in either order.
 *
 * @throws CourseError when inputs do not have two numbers
 */
export function augmented(task: SampledTask): SampledTask {
  checkTask(task);
  const { name, scale, sampler } = task;
  demand(
    sampler.d === 2,
    () => `Tasks with d = ${sampler.d} cannot be turned here.`,
    'Give tasks with d = 2.',
  );
  const turned: Sampler['prompt'] = (random, sizes) => {
    const inner = sampler.prompt(random, sizes);
    const draw = inner.input ?? inputOf(sampler);
    const angle = 2 * Math.PI * random.uniform();
    const mirror = random.integer(2) === 0 ? 1 : -1;
    const swap = random.integer(2) === 1;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const before = new Float32Array(2 * (sizes.n + sizes.m)); // the inputs before they are turned
    return {
      input: (own, x, from, i) => {
        draw(own, before, 2 * i, i);
        const [a, b] = [before[2 * i]!, before[2 * i + 1]!];
        x.set([c * a - s * mirror * b, s * a + c * mirror * b], from);
      },
      label: (_x, _from, i) => {
        const label = inner.label(before, 2 * i, i);
        return swap ? 1 - label : label;
      },
    };
  };
  return taskFrom(`${name}, augmented`, scale, { ...sampler, prompt: turned });
}
