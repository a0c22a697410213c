/**
 * Pairs of sentences that differ in one style only, made by a small grammar of our own:
 *
 *   negative to positive   The meal was cold and dull.    ->  The meal was warm and exciting.
 *   present to past        She walks to the market.       ->  She walked to the market.
 *
 * Demonstrations and tests share no noun, verb or adjective but "was", so that what carries over is
 * the style.
 */
import { checkStream, checkWord } from '../../../core/checks';
import { lookUp, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';

/** A sentence, and the same in the other style. */
export type StylePair = readonly [source: string, target: string];

/** Parts of a style whose words differ. */
export const STYLE_PARTS = ['demonstrations', 'tests'] as const;
export type StylePart = (typeof STYLE_PARTS)[number];

/** All pairs of a style, by part. */
export type Style = Readonly<Record<StylePart, readonly StylePair[]>>;

/** Words of the style of tone: things, and adjectives with their opposites. */
interface ToneWords {
  readonly things: string;
  readonly adjectives: string;
}

const TONE: Readonly<Record<StylePart, ToneWords>> = {
  demonstrations: {
    things: 'meal film trip show hotel party lesson concert',
    adjectives:
      'awful/wonderful dull/exciting bad/good disappointing/delightful cold/warm ' +
      'boring/fascinating unpleasant/pleasant dirty/clean',
  },
  tests: {
    things: 'book soup game visit play tour museum holiday',
    adjectives:
      'terrible/excellent dreary/charming poor/great horrible/lovely annoying/enjoyable ' +
      'tedious/thrilling ugly/beautiful worthless/valuable',
  },
};

/** Every thing with every two adjectives, in both orders. */
function tonePairs({ things, adjectives }: ToneWords): StylePair[] {
  const opposites = adjectives.split(' ').map((pair) => pair.split('/') as [string, string]);
  return things.split(' ').flatMap((thing) =>
    opposites.flatMap((a) =>
      opposites
        .filter((b) => b !== a)
        .map((b): StylePair => {
          const [source, target] = [0, 1].map((i) => `The ${thing} was ${a[i]!} and ${b[i]!}.`);
          return [source!, target!];
        }),
    ),
  );
}

/** Words of the style of time: who acts, and verbs with what may follow each. */
interface TimeWords {
  readonly subjects: readonly string[];
  /** [present, past, endings]. */
  readonly verbs: readonly (readonly [string, string, string])[];
}

const TIME: Readonly<Record<StylePart, TimeWords>> = {
  demonstrations: {
    subjects: 'She|My uncle|The teacher|Our neighbour|Anna|The old man|His cousin|The girl'.split(
      '|',
    ),
    verbs: [
      ['walks', 'walked', 'to the market|to the lake|through the forest|home'],
      ['writes', 'wrote', 'a letter|a poem|a short story|in a diary'],
      ['drinks', 'drank', 'a cup of tea|some water|a glass of milk|black coffee'],
      ['opens', 'opened', 'the window|the gate|a small shop|the box'],
      ['sings', 'sang', 'an old song|in the kitchen|with great care|every evening'],
      ['paints', 'painted', 'the fence|a portrait|the wall|wooden chairs'],
      ['runs', 'ran', 'along the river|a bakery|up the hill|after the bus'],
      ['helps', 'helped', 'a tourist|with the harvest|at the station|the children'],
    ],
  },
  tests: {
    subjects: 'He|My aunt|The doctor|Our guide|Peter|The young woman|Her brother|The farmer'.split(
      '|',
    ),
    verbs: [
      ['drives', 'drove', 'a red car|into the city|over the bridge|a lorry'],
      ['cooks', 'cooked', 'dinner for four|the potatoes|a large fish|on Sundays'],
      ['sells', 'sold', 'fresh bread|used bicycles|flowers|tickets'],
      ['watches', 'watched', 'the birds|a match|the sunset|the news'],
      ['builds', 'built', 'a boat|stone houses|a row of sheds|model trains'],
      ['visits', 'visited', 'the castle|a friend in London|the library|many islands'],
      ['speaks', 'spoke', 'with the mayor|on the phone|about the weather|in public'],
      ['cleans', 'cleaned', 'the floor|the cellar|a pair of boots|the stable'],
    ],
  },
};

/** Every subject with every verb and each of its endings. */
const timePairs = ({ subjects, verbs }: TimeWords): StylePair[] =>
  subjects.flatMap((who) =>
    verbs.flatMap(([present, past, endings]) =>
      endings
        .split('|')
        .map((ending): StylePair => [`${who} ${present} ${ending}.`, `${who} ${past} ${ending}.`]),
    ),
  );

/** The styles, each with all its pairs: 448 of tone and 256 of time in each part. */
export const STYLES: Readonly<Record<string, Style>> = {
  'negative to positive': {
    demonstrations: tonePairs(TONE.demonstrations),
    tests: tonePairs(TONE.tests),
  },
  'present to past': {
    demonstrations: timePairs(TIME.demonstrations),
    tests: timePairs(TIME.tests),
  },
};

/** Sentences without a tone, by their tense; as many of each. */
export const NEUTRAL_SENTENCES: Readonly<Record<'present' | 'past', readonly string[]>> = {
  present: [
    'The bridge is made of steel.',
    'Two roads meet near the border.',
    'Copper conducts electricity.',
    'The table has four legs.',
    'Most buses stop at the town hall.',
    'The map shows the coast of Norway.',
    'Triangles have three sides.',
    'The office closes at five.',
    'A week has seven days.',
    'The river flows to the north.',
    'Paper consists of fibres.',
    'The report contains nine tables.',
  ],
  past: [
    'The committee met on Tuesday.',
    'The train left from the second platform.',
    'They moved the desk to the other room.',
    'The treaty ended in 1912.',
    'The engineer measured the pressure twice.',
    'The ship carried grain and timber.',
    'The survey included forty towns.',
    'The factory produced glass bottles.',
    'The school had two entrances.',
    'The council voted on the plan in March.',
    'The parcel weighed three kilograms.',
    'The clock struck eleven.',
  ],
};

/**
 * Different pairs of a style at random.
 *
 * @param style of STYLES
 * @param count at most as many as the part has
 * @param part  whose words are used
 * @throws CourseError when there is no stream, style or part, or the number is refused
 */
export function stylePairs(
  style: string,
  random: Stream,
  count: number,
  part: StylePart = 'demonstrations',
): StylePair[] {
  const parts = lookUp('style', STYLES, style);
  checkStream(random);
  checkWord('The part of a style', part, STYLE_PARTS);
  const all = parts[part];
  positiveInteger('The number of pairs', count, 1, all.length);
  return shuffled(random, all).slice(0, count);
}
