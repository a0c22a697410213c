/**
 * Live figures in a notebook. The output of a cell holds what was asked for, a PNG and words; in
 * JupyterLab and in the book the figure itself runs in its place, with the program that the page
 * loads once (bin/live).
 */
import { checkList, checkTexts } from '../core/checks';
import { demand, knownKeys, lookUp, quote } from '../core/errors';
import {
  completed,
  ON_LIGHT,
  openLive,
  packed,
  type LiveFigure,
  type LiveName,
  type LiveOutput,
} from '../live';
import type {
  ConflictSettings,
  LiveModels,
  MaskSettings,
  PointSettings,
  PromptSettings,
  SessionOutput,
} from '../live';

import { checkEpisodeModel, type EpisodeModel } from '../metaicl/episodemodel';
import { checkFeatures, type TextFeatures } from '../metaicl/features';
import { loadModel } from '../training/load';
import { Display, inNotebook } from './display';
import { FONT, WIDTH, wrap } from './figure';
import { pngOf } from './render';
import { dataPath } from '../core/coursepath';

export const LIVE = 'application/vnd.icl.live+json';

let loaded: LiveModels | null = null;

const models = (): LiveModels =>
  (loaded ??= {
    ar: loadModel(dataPath('live', 'ar.safetensors')).model,
    invicl: loadModel(dataPath('live', 'invicl.safetensors')).model,
  });

/** Lines of text as SVG, one below the other. */
const linesOf = (lines: readonly string[], top: number, style: string): string =>
  lines.map((words, i) => `<text x="8" y="${top + 19 * i}" ${style}>${words}</text>`).join('');

/** The first state of a figure as a whole SVG document: title, drawing, sentence. */
function documentOf<S>(figure: LiveFigure<S>, state: S): string {
  const { height, svg } = figure.draw(state, { width: WIDTH - 16, ink: ON_LIGHT });
  const said = wrap(figure.say(state), 104);
  const all = 36 + height + 19 * said.length + 14;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${all}" ` +
    `font-family="${FONT}" font-size="13" fill="${ON_LIGHT.text}">` +
    linesOf([figure.title], 22, 'font-size="16"') +
    `<g transform="translate(8 36)">${svg}</g>` +
    `${linesOf(said, 36 + height + 16, '')}</svg>`
  );
}

function showLive(name: LiveName, given: object): void {
  demand(
    typeof given === 'object' && given !== null && !Array.isArray(given),
    () => `The settings of a live figure must be an object, got ${quote(given)}.`,
    'Give them as { name: value }, or leave them out.',
  );
  const output: LiveOutput = { figure: name, given };
  const { alt, svg } = openLive(output, models()).use((figure, first) => {
    const state = completed(figure, first);
    const alt = `Live figure: ${figure.title}. ${figure.help} ${figure.say(state)}`;
    const svg = documentOf(figure, state);
    figure.close?.(state);
    return { alt, svg };
  });
  const png = inNotebook() ? pngOf(svg).toString('base64') : '';
  new Display().write(
    { [LIVE]: output, 'image/png': png, 'text/plain': alt },
    { 'image/png': { alt } },
  );
}

/**
 * Shows a prompt of regression in one dimension whose examples can be dragged: the trained model's
 * answer and that of least squares follow.
 *
 * @param given examples [x, y], the test input, and whether 'ar' or 'invicl' answers
 * @throws CourseError naming a setting that is unknown or refused
 */
export const livePrompt = (given: PromptSettings = {}): void => showLive('prompt', given);

/**
 * Shows the answers of AR and InvICL to one prompt in all orders of its examples.
 *
 * @param given two to five examples [x, y], and the test input
 * @throws CourseError naming a setting that is unknown or refused
 */
export const liveOrders = (given: PointSettings = {}): void => showLive('orders', given);

/**
 * Shows a mask to click together, with its three properties and the way of a leak.
 *
 * @param given the first mask: n + 1 rows of n, the last one that of the test; n from 2 to 5
 * @throws CourseError naming a setting that is unknown or refused
 */
export const liveMask = (given: MaskSettings = {}): void => showLive('mask', given);

/**
 * Shows InvICL's pass step by step, with the attention of the trained model.
 *
 * @param given examples [x, y], and the test input
 * @throws CourseError naming a setting that is unknown or refused
 */
export const livePass = (given: PointSettings = {}): void => showLive('pass', given);

/**
 * Shows the Bayes answer to a conflict between the label of the example and the input of the query:
 * the share that it copies against the noise, and the two terms of the log-odds.
 *
 * @param given the first noise sigma, the shares pRelevant and pHigh of the data, and recorded
 *   networks to compare with
 * @throws CourseError naming a setting that is unknown or refused
 */
export const liveConflict = (given: ConflictSettings = {}): void => showLive('conflict', given);

/** What a session that is edited in the page begins with. */
export interface SessionSettings {
  /** The two labels. */
  readonly labels: readonly [string, string];
  /** Two to eight texts with their labels. */
  readonly examples: readonly (readonly [text: string, label: string])[];
  /** Other texts to choose from; the first is asked for at first. */
  readonly texts: readonly string[];
}

/**
 * Shows a prompt of sentences whose labels, ordering and sentences the reader changes: the answers
 * of two networks follow. The output holds both networks, their weights in half precision.
 *
 * @param networks one under AR and one under InvICL, for the same vectors; they stay the caller's
 * @param features texts to vectors, those that the networks were trained with
 * @throws CourseError naming what is missing or refused
 */
export function liveSession(
  networks: { readonly ar: EpisodeModel; readonly invicl: EpisodeModel },
  features: TextFeatures,
  given: SessionSettings,
): void {
  knownKeys('The networks of liveSession', networks, ['ar', 'invicl']);
  const { ar, invicl } = networks;
  checkFeatures(features);
  for (const network of [ar, invicl]) {
    checkEpisodeModel(network);
    demand(
      network.config.d === features.size,
      () => `The texts have ${features.size} numbers, the model was made for ${network.config.d}.`,
      'Use the features that the model was trained with.',
    );
  }
  knownKeys('liveSession', given, ['labels', 'examples', 'texts']);
  const { labels, examples, texts } = given;
  checkTexts('labels', labels, 2);
  checkTexts('texts', texts, 1);
  checkList('examples', examples, 'texts with their labels', Array.isArray, 2);
  examples.forEach((example, i) => checkTexts(`examples[${i}]`, example, 2));
  const all = [...new Set([...examples.map(([text]) => text), ...texts])];
  const indexOfLabel = Object.fromEntries(labels.map((label, i) => [label, i]));
  const output: SessionOutput = {
    labels,
    sentences: all.map((text) => ({ text, x: [...features.embed(text)].map(tenThousandth) })),
    examples: examples.map(([text, label]) => [
      all.indexOf(text),
      lookUp('label', indexOfLabel, label),
    ]),
    asked: all.indexOf(texts[0]!),
    networks: { ar: packed(ar), invicl: packed(invicl) },
  };
  showLive('session', output);
}

const tenThousandth = (value: number): number => Math.round(1e4 * value) / 1e4;
