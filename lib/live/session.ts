/**
 * Live figure: a prompt of sentences that is edited. Labels are flipped, examples moved and
 * replaced; the answers of AR and InvICL follow, and those in other orders stand beside them.
 */
import { tf } from '../core/backend';
import { checkIndices, checkList, checkNumbers, checkText, checkTexts } from '../core/checks';
import { demand, knownKeys, plainObject, positiveInteger } from '../core/errors';
import { stream } from '../core/random';
import { EpisodeModel, type EpisodeModelConfig } from '../metaicl/episodemodel';
import { asTensors, sessionSlots, type Episode } from '../metaicl/episodetensors';

import type { Ink, LiveFigure } from './figure';
import { unpacked, type PackedNetwork } from './packed';
import { axisBelow, cloud, element, handle, scaleOf, shown, spanOf, svgText } from './svg';

/** A sentence and its vector. */
export interface LiveSentence {
  readonly text: string;
  readonly x: readonly number[];
}

/** What an output holds of the figure. */
export interface SessionOutput {
  /** The two labels. */
  readonly labels: readonly string[];
  /** All sentences that the reader can choose from. */
  readonly sentences: readonly LiveSentence[];
  /** Examples: the number of a sentence, and that of its label. */
  readonly examples: readonly (readonly number[])[];
  /** The number of the sentence that is asked for first. */
  readonly asked: number;
  readonly networks: Readonly<Record<Which, PackedNetwork<EpisodeModelConfig>>>;
}

type Which = 'ar' | 'invicl';

/** An example; its number stays with it wherever it stands. */
interface Taught {
  readonly number: number;
  readonly sentence: number;
  readonly label: number;
}

interface SessionState {
  readonly output: SessionOutput;
  readonly networks: Readonly<Record<Which, EpisodeModel>>;
  /** The examples in the order of the prompt. */
  readonly examples: readonly Taught[];
  readonly asked: number;
  /** The number of the example that the reader changed last. */
  readonly chosen: number;
  /** Probabilities of the first label in the first of the orders that are tried. */
  readonly ar: readonly number[];
  readonly invicl: readonly number[];
  readonly shuffles: number;
}

const ROW = 34;
/** So many orders are tried, and so many between two drawings. */
const [ORDERS, AT_ONCE] = [24, 6];
const MOST_EXAMPLES = 8;

/** The orders that are tried, of examples by their numbers. */
const ordersOf = (n: number): number[][] =>
  Array.from({ length: ORDERS }, (_, i) => stream(i, 'orders of a session').permutation(n));

/**
 * The probability of the first label.
 *
 * @param prompts the same number of examples each
 */
function probabilities(
  network: EpisodeModel,
  { sentences }: SessionOutput,
  prompts: readonly (readonly Taught[])[],
  asked: number,
): number[] {
  const slots = sessionSlots(2);
  const vector = (sentence: number): Float32Array => Float32Array.from(sentences[sentence]!.x);
  const episodes = prompts.map((examples): Episode => ({
    shown: examples.map(({ sentence, label }) => ({ x: vector(sentence), y: slots[label]! })),
    asked: [{ x: vector(asked), options: slots, right: -1 }],
  }));
  const batch = asTensors(episodes);
  const answers = tf.tidy(() => tf.softmax(network.forward(batch)).slice([0, 0, 0], [-1, 1, 1]));
  const values = [...answers.dataSync()];
  tf.dispose([answers, ...Object.values(batch)]);
  return values;
}

/** Refuses what is no output of this figure. */
function checkOutput(output: SessionOutput): void {
  knownKeys('liveSession', output, ['labels', 'sentences', 'examples', 'asked', 'networks']);
  const { labels, sentences, examples, asked, networks } = output;
  checkTexts('labels', labels, 2);
  demand(labels.length === 2, () => `There are ${labels.length} labels.`, 'Give two.');
  checkList('sentences', sentences, 'sentences', (one) => typeof one === 'object', 1);
  sentences.forEach((sentence, i) => {
    plainObject(`sentences[${i}]`, sentence);
    checkText(`The text of sentences[${i}]`, sentence.text);
    checkNumbers(`The vector of sentences[${i}]`, sentence.x, 1);
  });
  checkList('examples', examples, 'sentences with their labels', Array.isArray, 2);
  demand(
    examples.length <= MOST_EXAMPLES,
    () => `liveSession was given ${examples.length} examples.`,
    `Give two to ${MOST_EXAMPLES}.`,
  );
  examples.forEach((example, i) => {
    checkIndices(`examples[${i}]`, example, Infinity, 2);
    positiveInteger(`The sentence of examples[${i}]`, example[0]!, 0, sentences.length - 1);
    positiveInteger(`The label of examples[${i}]`, example[1]!, 0, 1);
  });
  positiveInteger('asked', asked, 0, sentences.length - 1);
  knownKeys('The networks of liveSession', networks, ['ar', 'invicl']);
}

/** The same prompt with an example at another position; positions beyond the ends are kept. */
function moved(state: SessionState, number: number, to: number): SessionState {
  const { examples } = state;
  const from = examples.findIndex((one) => one.number === number);
  if (to < 0 || to >= examples.length || to === from) return state;
  const rest = examples.filter((_, i) => i !== from);
  const next = [...rest.slice(0, to), examples[from]!, ...rest.slice(to)];
  return { ...state, examples: next, chosen: number };
}

/** The same prompt with another sentence or label of an example. */
const changed = (state: SessionState, number: number, to: Partial<Taught>): SessionState => ({
  ...state,
  examples: state.examples.map((one) => (one.number === number ? { ...one, ...to } : one)),
  chosen: number,
  ar: [],
  invicl: [],
});

const numberOf = (key: string): number => Number(key.replace('example ', ''));

/** A text that is cut where it would be wider than so many pixels. */
const fitted = (text: string, width: number): string => {
  const most = Math.max(4, Math.floor(width / 7.2));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};

/** The row of an example: its number, its sentence, and its label as a button. */
function rowOf({ output }: SessionState, one: Taught, y: number, width: number, ink: Ink): string {
  const [text, label] = [output.sentences[one.sentence]!.text, output.labels[one.label]!];
  const pill = 108;
  const first = one.label === 0;
  const box = { y: y + 3, height: ROW - 6, rx: 6, stroke: ink.text };
  return (
    element('rect', { ...box, x: 1, width: width - pill - 10, fill: ink.paper }) +
    svgText(12, y + 22, String(one.number + 1), ink.text, { 'font-weight': 'bold' }) +
    svgText(32, y + 22, fitted(text, width - pill - 50), ink.text) +
    element('rect', {
      ...box,
      x: width - pill,
      width: pill - 2,
      fill: first ? ink.text : ink.paper,
    }) +
    svgText(width - pill / 2, y + 22, fitted(label, pill - 10), first ? ink.paper : ink.text, {
      'text-anchor': 'middle',
    })
  );
}

/** The figure; its networks come with the output. */
export function sessionFigure(): LiveFigure<SessionState> {
  const kept = new WeakMap<SessionState, Readonly<Record<Which, number>>>();
  /** The answers to the present prompt. */
  const now = (state: SessionState): Readonly<Record<Which, number>> => {
    const { networks, output, examples, asked } = state;
    const answer = (which: Which): number =>
      probabilities(networks[which], output, [examples], asked)[0]!;
    const both = kept.get(state) ?? { ar: answer('ar'), invicl: answer('invicl') };
    kept.set(state, both);
    return both;
  };
  const asAtFirst = (output: SessionOutput): Pick<SessionState, 'examples' | 'asked'> => ({
    examples: output.examples.map(([sentence, label], number) => ({
      number,
      sentence: sentence!,
      label: label!,
    })),
    asked: output.asked,
  });
  return {
    title: 'Edit the prompt',
    help:
      'Click an example to flip its label, drag it to another place, or choose it with the tab ' +
      'key, flip it with Enter and move it with the arrow keys up and down. The lists below ' +
      'replace an example or the sentence that is asked for.',
    start(given) {
      const output = given as SessionOutput;
      checkOutput(output);
      const open = (name: string, network: PackedNetwork<EpisodeModelConfig>): EpisodeModel =>
        unpacked(name, network, (config) => new EpisodeModel(config), 'nb.liveSession');
      const ar = open('the network under AR', output.networks.ar);
      const invicl = open('the network under InvICL', output.networks.invicl);
      const rest = { chosen: 0, ar: [], invicl: [], shuffles: 0 };
      return { output, networks: { ar, invicl }, ...asAtFirst(output), ...rest };
    },
    draw(state, sheet) {
      const { ink, width } = sheet;
      const { output, examples, networks, asked, ar, invicl } = state;
      const present = now(state);
      const rows = examples.map(
        (one, i) =>
          rowOf(state, one, i * ROW, width, ink) +
          handle(
            `example ${one.number}`,
            `${one.number + 1} ${output.sentences[one.sentence]!.text}, ` +
              `${output.labels[one.label]!}: example at place ${i + 1}`,
            'button',
            element('rect', {
              x: 1,
              y: i * ROW + 3,
              width: width - 3,
              height: ROW - 6,
              fill: 'transparent',
            }),
          ),
      );
      const top = examples.length * ROW;
      const across = scaleOf(0, 1, 66, width - 16);
      const question = fitted(`asked: ${output.sentences[asked]!.text}`, width - 10);
      const faint = width < 500 ? '' : `; faint: in ${ORDERS} other orders`;
      const name = `probability of "${output.labels[0]!}"${faint}`;
      return {
        height: top + 210,
        svg:
          rows.join('') +
          svgText(4, top + 24, question, ink.text, { 'font-weight': 'bold' }) +
          svgText(4, top + 68, networks.ar.name, ink.ar, { 'font-weight': 'bold' }) +
          cloud(ar, present.ar, top + 64, across, ink.ar) +
          svgText(4, top + 128, networks.invicl.name, ink.invicl, { 'font-weight': 'bold' }) +
          cloud(invicl, present.invicl, top + 124, across, ink.invicl) +
          axisBelow(across, top + 160, name, ink),
      };
    },
    say(state) {
      const { output, networks, asked, ar, invicl } = state;
      const present = now(state);
      const orders =
        ar.length < ORDERS
          ? `${ar.length} of ${ORDERS} other orders are computed.`
          : `In ${ORDERS} other orders of these examples ${networks.ar.name} gives ` +
            `${spanOf(ar)}, ${networks.invicl.name} ${spanOf(invicl)}.`;
      return (
        `"${output.sentences[asked]!.text}" is ${output.labels[0]!} with the probability ` +
        `${shown(present.ar)} under ${networks.ar.name} and ${shown(present.invicl)} under ` +
        `${networks.invicl.name}. ${orders}`
      );
    },
    numbers: (state) => ({ ...now(state), computed: state.ar.length }),
    later(state, whole = false) {
      const { networks, output, examples, asked } = state;
      const byNumber = [...examples].sort((a, b) => a.number - b.number);
      const from = state.ar.length;
      const next = ordersOf(examples.length).slice(from, whole ? ORDERS : from + AT_ONCE);
      if (next.length === 0) return null;
      const prompts = next.map((order) => order.map((i) => byNumber[i]!));
      const more = (which: Which): readonly number[] => [
        ...state[which],
        ...probabilities(networks[which], output, prompts, asked),
      ];
      return { ...state, ar: more('ar'), invicl: more('invicl') };
    },
    controls: ({ output }) => {
      const texts = output.sentences.map(({ text }) => text);
      const chosenOf = ({ examples, chosen }: SessionState): Taught =>
        examples.find(({ number }) => number === chosen)!;
      return [
        {
          kind: 'choice',
          label: 'Asked',
          options: texts,
          value: ({ asked }) => texts[asked]!,
          change: (before, text) => ({
            ...before,
            asked: texts.indexOf(text),
            ar: [],
            invicl: [],
          }),
        },
        {
          kind: 'choice',
          label: 'Replace example',
          options: output.examples.map((_, i) => String(i + 1)),
          value: ({ chosen }) => String(chosen + 1),
          change: (before, number) => ({ ...before, chosen: Number(number) - 1 }),
        },
        {
          kind: 'choice',
          label: 'by',
          options: texts,
          value: (state) => texts[chosenOf(state).sentence]!,
          change: (before, text) =>
            changed(before, before.chosen, { sentence: texts.indexOf(text) }),
        },
        {
          kind: 'button',
          label: 'Shuffle the order',
          press: (before) => ({
            ...before,
            examples: stream(before.shuffles, 'live session')
              .permutation(before.examples.length)
              .map((i) => before.examples[i]!),
            shuffles: before.shuffles + 1,
          }),
        },
        {
          kind: 'button',
          label: 'As at first',
          press: (before) => ({ ...before, ...asAtFirst(before.output), ar: [], invicl: [] }),
        },
      ];
    },
    press(state, key) {
      const one = state.examples.find(({ number }) => number === numberOf(key))!;
      return changed(state, one.number, { label: 1 - one.label });
    },
    drag(state, key, to) {
      const last = state.examples.length - 1;
      return moved(state, numberOf(key), Math.max(0, Math.min(last, Math.floor(to.y / ROW))));
    },
    arrow(state, key, dx, dy) {
      const from = state.examples.findIndex(({ number }) => number === numberOf(key));
      return dx === 0 ? moved(state, numberOf(key), from - dy) : state;
    },
    close: ({ networks }) => {
      networks.ar.dispose();
      networks.invicl.dispose();
    },
  };
}
