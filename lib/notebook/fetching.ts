/**
 * Fetches a pre-trained model the first time that a notebook needs it.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { checkTexts } from '../core/checks';
import { lookUp } from '../core/errors';
import {
  hasPretrained,
  PRETRAINED,
  pretrainedPlace,
  type PretrainedName,
} from '../language/pretrained';
import { coursePath } from '../core/coursepath';

/** Runs a command and prints what it says; resolves with the last line of its errors, and whether it
 * worked. */
const told = (
  command: readonly string[],
): Promise<{ readonly fine: boolean; readonly last: string }> =>
  new Promise((resolve) => {
    let last = 'It says no more.';
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      console.log(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trim()) last = line.trim();
    });
    child.on('error', ({ message }) => resolve({ fine: false, last: message }));
    child.on('close', (code) => resolve({ fine: code === 0, last }));
  });

/** The command that fetches a model; it ends when this process does. */
const commandFor = (name: PretrainedName): string[] => [
  process.execPath,
  '--require',
  coursePath('bin', 'tied.cjs'),
  coursePath('bin', 'course.mjs'),
  'data',
  name,
];

/**
 * The folder of a pre-trained model. When it is not there it is fetched once for all notebooks, and
 * size and progress are printed; where that cannot be done, for example without a network, the
 * reason is printed, and the notebook goes on with recorded results.
 *
 * @param command for tests: what fetches the model
 * @returns the folder, or null
 * @throws CourseError for an unknown name, or outside a clone of the course
 */
export async function fetchPretrained(
  name: PretrainedName,
  command?: readonly string[],
): Promise<string | null> {
  const { title, download, size } = lookUp('pre-trained model', PRETRAINED, name);
  if (hasPretrained(name)) return pretrainedPlace(name);
  if (command !== undefined) checkTexts('The command that fetches a model', command);
  console.log(
    `${title} is fetched once: ${download} MB to download, ${size} MB in the cache, ` +
      'about a minute on a fast line.',
  );
  const { fine, last } = await told(command ?? commandFor(name));
  if (fine && hasPretrained(name)) return pretrainedPlace(name);
  console.log(`${title} could not be fetched, so recorded results are shown. ${last}`);
  return null;
}
