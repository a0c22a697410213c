/**
 * Bad input never ends in TensorFlow's words: every function of the library is called with valid
 * arguments of which one was spoilt. It answers with numbers, or with one sentence.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as invicl from 'invicl';
import { core, tf } from 'invicl';

import { CORE_CALLS } from './calls';
import { RECORDS_CALLS } from './records';
import { UNCALLED } from './exceptions';
import { LANGUAGE_CALLS } from './language';
import { NOTEBOOK_CALLS } from './notebook';
import { PICTURES_CALLS } from './pictures';
import { FEWSHOT_CALLS } from './fewshot';
import { SHAPES_CALLS } from './shapes';
import { SURVEY_CALLS } from './survey';
import { freed, freeTensors, inOneSentence, sensible, spoil, type Call } from './spoil';

/** Valid calls by namespace and function. */
const CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  ...CORE_CALLS,
  ...LANGUAGE_CALLS,
  ...NOTEBOOK_CALLS,
  ...FEWSHOT_CALLS,
  ...SHAPES_CALLS,
  ...SURVEY_CALLS,
  ...RECORDS_CALLS,
  ...PICTURES_CALLS,
};

const CASES = 4000;
/** The most that one spoilt call may take. */
const LIMIT = 2000;
/** What computes a whole figure that a page computes part by part. */
const LONG = new Set(['notebook.liveConflict', 'notebook.liveCities']);

/** Functions whose numbers may be infinite ("never", "no bound"). */
const INFINITE = new Set([
  'gate.switchByBound',
  'gate.switchByExpectation',
  'gate.switchExactly',
  'gate.simulatedSwitch',
  'evaluation.median',
  'records.seedsToDecide',
  'records.seedwise',
  'records.stepsTo',
  'records.valuesIn',
]);

/** Functions of any numbers or values: NaN in, NaN out. */
const ANY_NUMBER = new Set([
  'core.lookUp',
  'evaluation.mean',
  'evaluation.deviation',
  'notebook.rowsOf',
  'scoring.plannedExamples',
  'shapes.groupsOf',
]);

const isClass = (value: unknown): boolean =>
  typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');

/** The functions that the library exports, `module.name`. */
const exported = Object.entries(invicl as Readonly<Record<string, object>>).flatMap(
  ([module, content]) =>
    module === 'tf' || module === 'default'
      ? []
      : Object.entries(content)
          .filter(([, value]) => typeof value === 'function' && !isClass(value))
          .map(([name]) => `${module}.${name}`),
);
const all = Object.entries(CALLS).flatMap(([module, functions]) =>
  Object.keys(functions).map((name) => `${module}.${name}`),
);
/** Beginnings of the names of functions, to run only these; all when it is not set. */
const asked = process.env['ICL_FUZZ']?.split(',') ?? [''];
const called = all.filter((name) => asked.some((prefix) => name.startsWith(prefix)));

const functionOf = (name: string): ((...args: unknown[]) => unknown) => {
  const [module, own] = name.split('.') as [string, string];
  return (invicl as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>)[
    module
  ]![own]!;
};

const callsOf = (name: string): readonly Call[] => {
  const [module, own] = name.split('.') as [string, string];
  return CALLS[module]![own]!;
};

test('every exported function is called here, or says why it is not', () => {
  const known = new Set([...all, ...Object.keys(UNCALLED)]);
  assert.deepEqual(
    exported.filter((name) => !known.has(name)),
    [],
    'functions without a valid call in calls.ts',
  );
  assert.deepEqual(
    [...known].filter((name) => !exported.includes(name)),
    [],
    'calls of functions that are gone',
  );
  assert.deepEqual(
    all.filter((name) => name in UNCALLED),
    [],
    'both called and excused',
  );
});

test('the valid calls are valid, and leave no tensor', async (t) => {
  for (const name of called)
    await t.test(name, async () => {
      for (const call of callsOf(name)) {
        const before = tf.memory().numTensors;
        const args = call();
        try {
          const result = await functionOf(name)(...args);
          if (!ANY_NUMBER.has(name)) sensible(result, INFINITE.has(name));
          freed(result);
        } catch (error) {
          // of a file that is not there
          assert.ok(
            error instanceof core.CourseError && /is not there/.test(error.message),
            error as Error,
          );
        }
        freeTensors(args);
        assert.ok(tf.memory().numTensors <= before, 'tensors leaked');
      }
    });
});

/** One spoilt call; returns what is wrong with how it was answered, or null. */
async function fault(name: string, number: number): Promise<string | null> {
  const random = core.stream(number, 'spoil', name);
  const before = tf.memory().numTensors;
  const calls = callsOf(name);
  const args = calls[random.integer(calls.length)]!();
  const what = `${name}, case ${number}: ${args.length === 0 ? '' : spoil(args, random)}`;
  const began = performance.now();
  try {
    try {
      const result = await functionOf(name)(...args);
      if (!ANY_NUMBER.has(name)) sensible(result, INFINITE.has(name));
      freed(result);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      inOneSentence(error);
    }
    freeTensors(args);
    const taken = performance.now() - began;
    assert.ok(taken < (LONG.has(name) ? 10 * LIMIT : LIMIT), `took ${Math.round(taken)} ms`);
    assert.ok(
      tf.memory().numTensors <= before,
      `${tf.memory().numTensors - before} tensors leaked`,
    );
    return null;
  } catch (error) {
    freeTensors(args);
    return `${what}: ${(error as Error).message.split('\n')[0]}`;
  }
}

test(`${CASES} spoilt calls are answered with numbers or in one sentence`, async (t) => {
  t.mock.method(console, 'log', () => undefined);
  const random = core.stream(1, 'which function');
  const spoilable = called.filter((name) =>
    callsOf(name).some((call) => {
      const args = call();
      freeTensors(args);
      return args.length > 0;
    }),
  );
  const faults: string[] = [];
  for (let number = 0; number < CASES; number++) {
    const found = await fault(spoilable[random.integer(spoilable.length)]!, number);
    if (found !== null) faults.push(found);
  }
  assert.equal(faults.length, 0, `of ${CASES}:\n${faults.join('\n')}`);
});
