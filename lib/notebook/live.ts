/**
 * Live figures in a notebook. The output of a cell holds what was asked for, a PNG and words; in
 * JupyterLab and in the book the figure itself runs in its place, with the program that the page
 * loads once (bin/live).
 */
import type { ClassifierNetwork } from '../classifiers/classifier';
import { checkHas, checkList, checkTexts } from '../core/checks';
import { demand, knownKeys, lookUp, plainObject, quote } from '../core/errors';
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
  CitiesOutput,
  GateStart,
  ConflictSettings,
  LiveModels,
  MaskSettings,
  PlaneContext,
  PlaneOutput,
  PointSettings,
  PromptSettings,
  SessionOutput,
} from '../live';

import { checkLoaded, type LoadedModel } from '../language/folder';
import { checkOptions } from '../language/scoring';
import { checkEpisodeModel, type EpisodeModel } from '../metaicl/episodemodel';
import { checkFeatures, type TextFeatures } from '../metaicl/features';
import type { NetworkConfig } from '../parts/fewshot/networks';
import type { TaskSpec } from '../tasks';
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
 * Shows the losses of an in-weight and of an in-context predictor against N_x, the number of times
 * a class was seen, and the N_x* at which a gate between them switches.
 *
 * @param given the context (L examples, k irrelevant, the temperature), the label noise, the number
 *   of classes, which in-context loss is compared, and the N_x at which losses are read
 * @throws CourseError naming a setting that is unknown or refused
 */
export const liveGate = (given: GateStart = {}): void => showLive('gate', given);

/**
 * Shows the Bayes answer to a conflict between the label of the example and the input of the query:
 * the share that it copies against the noise, and the two terms of the log-odds.
 *
 * @param given the first noise sigma, the shares pRelevant and pHigh of the data, and recorded
 *   networks to compare with
 * @throws CourseError naming a setting that is unknown or refused
 */
export const liveConflict = (given: ConflictSettings = {}): void => showLive('conflict', given);

/** The most characters of a sentence or a label in a live figure, which writes each in one line. */
const MOST_SHOWN = 400;

/** Refuses what is no line of a live figure. */
function checkShown(what: 'label' | 'sentence', words: string): void {
  demand(
    words.trim() !== '',
    () => `The ${what} ${quote(words)} of liveSession is empty.`,
    `Give each ${what} at least one word.`,
  );
  demand(
    words.length <= MOST_SHOWN,
    () => `The ${what} ${quote(words)} of liveSession has ${words.length} characters.`,
    `Give each ${what} at most ${MOST_SHOWN}.`,
  );
}

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
  checkOptions(labels);
  labels.forEach((label) => checkShown('label', label));
  all.forEach((text) => checkShown('sentence', text));
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

/**
 * Shows points of two classes to click together: maps of a network's answers and of the exact answer
 * follow. The output holds the network, its weights in half precision.
 *
 * @param network  a few-shot network for two classes of points of the plane; stays the caller's
 * @param of       the tasks that the exact answer is for, such as those of the network's training
 * @param contexts one to eight, each with its name and up to 16 points from -3.9 to 3.9; the first
 *   is shown at first
 * @throws CourseError naming what is missing or refused
 */
export function livePlane(
  network: ClassifierNetwork,
  of: TaskSpec,
  contexts: readonly PlaneContext[],
): void {
  checkHas('The network of livePlane', network, 'a few-shot network', 'logits', 'dispose');
  plainObject('The config of the network', network.config);
  const output: PlaneOutput = {
    network: packed(network as ClassifierNetwork & { readonly config: NetworkConfig }),
    of,
    contexts,
  };
  showLive('plane', output);
}

const tenThousandth = (value: number): number => Math.round(1e4 * value) / 1e4;

/** What the figure of names and cities begins with. */
export interface CitiesSettings {
  /** Names to choose from, of two syllables each; the first is asked for at first. */
  readonly names: readonly string[];
  /** Cities to choose from. */
  readonly cities: readonly string[];
  /** The city that the context gives at first. */
  readonly context: string;
  /** The city of the fact that is taught at first. */
  readonly fact: string;
  /** The learning rate at first; '1e-3' when left out. */
  readonly rate?: CitiesOutput['rate'];
}

/**
 * Shows a language model of names and cities that the reader teaches a fact step by step, and asks
 * with and without a context that contradicts it. The output holds the model, its weights in half
 * precision.
 *
 * @param loaded model and tokenizer, of inweight.loadFactModel; they stay the caller's
 * @throws CourseError naming what is missing or refused
 */
export function liveCities(loaded: LoadedModel, given: CitiesSettings): void {
  checkLoaded(loaded);
  knownKeys('liveCities', given, ['names', 'cities', 'context', 'fact', 'rate']);
  const { names, cities, context, fact, rate = '1e-3' } = given;
  checkTexts('names', names, 1);
  checkTexts('cities', cities, 2);
  const indexOfCity = Object.fromEntries(cities.map((city, i) => [city, i]));
  const said = lookUp('city', indexOfCity, context);
  const taught = lookUp('city', indexOfCity, fact);
  const network = packed(loaded.model);
  const output: CitiesOutput = { names, cities, name: 0, said, taught, rate, network };
  showLive('cities', output);
}
