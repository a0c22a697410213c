/**
 * Names and cities for a language model that was trained on real text: which city does it give to a
 * name, by its context and by what fine-tuning put into its weights? Real first names and cities,
 * and invented strings as in the reference.
 * Reference: Chan et al. (ICLR 2025), section 6 (Gemini Nano 1, fine-tuned on pairs of both kinds;
 * its prompts and numbers are not known to us).
 */
import { checkFields, checkIndices, checkStream, checkText, checkTexts } from '../../core/checks';
import { positiveInteger, shareNumber } from '../../core/errors';
import type { Stream } from '../../core/random';
import { METHODS } from '../../model/methods';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import { tokenScorer } from '../../language/tokenscorer';
import { LanguageModelTrainer, type DrawnExamples } from '../../language/trainer';
import { STEPS, checkedSteps, type StepConfig } from '../../training/steps';
import { checkCityQuestions, checkFacts, type CityQuestion, type Fact, type Facts } from './facts';

const split = (words: string): readonly string[] => words.split(' ');

/** First names that are common in English texts, and cities of one token in SmolLM2. */
const REAL = {
  names: split('Anna Ben Clara David Emma Felix Hugo Lisa Mario Nina Oscar Peter Robin Sophie'),
  cities: split(
    'London Paris Madrid Berlin Oslo Lima Cairo Delhi Boston Dublin Vienna Tokyo Milan Quebec ' +
      'Helsinki Budapest Nairobi Kyoto Lisbon Warsaw Prague Moscow Athens Rome',
  ),
};
/** Strings that stand in no text. */
const INVENTED = {
  names: split('Cxxih Vzbiik Mmojkr Trrrrqe Qwolp Zzurta Hjekki Xabbom'),
  cities: split('Lkkl Plooqujhd Nwops Qtbnaaa Wmorf Drikzz Yxolt Bvunng'),
};

/** All words of these texts. */
export const REAL_WORDS: readonly string[] = [
  ...['Where', 'does', 'live?', 'lives', 'in', 'the', 'city', 'of', '.'],
  ...[REAL, INVENTED].flatMap(({ names, cities }) => [...names, ...cities]),
];

/** "Anna lives in the city of Oslo." on a line of its own. */
const REAL_TEMPLATE: Template = { style: 'direct', between: ' ', after: '.\n', longest: 40 };

/** Facts to be taught, and what is left for contexts: people and cities that are in no fact. */
export interface RealFacts extends Facts {
  readonly others: { readonly names: readonly string[]; readonly cities: readonly string[] };
}

/**
 * So many facts of real strings (`familiar`) and of invented ones, all names and cities different.
 *
 * @throws CourseError when it is no random stream, or there are not so many invented names
 */
export function realFactsOf(random: Stream, ofEach: number): RealFacts {
  checkStream(random);
  positiveInteger('ofEach', ofEach, 1, INVENTED.names.length);
  const drawn = (from: readonly string[]): readonly string[] => {
    const order = random.permutation(from.length);
    checkIndices('A permutation of the random stream', order, from.length - 1, from.length);
    return order.map((i) => from[i]!);
  };
  const [real, made] = [REAL, INVENTED].map(({ names, cities }) => ({
    names: drawn(names),
    cities: drawn(cities),
  })) as [typeof REAL, typeof REAL];
  const facts = ({ names, cities }: typeof REAL): Fact[] =>
    names.slice(0, ofEach).map((name, i) => ({ name, city: cities[i]! }));
  return {
    familiar: facts(real),
    invented: facts(made),
    others: { names: real.names.slice(ofEach), cities: real.cities.slice(ofEach) },
  };
}

/**
 * Refuses what are no facts with what is left for contexts.
 *
 * @throws CourseError quoting what is wrong
 */
export const checkRealFacts = (facts: RealFacts): void =>
  checkFields('Real facts', facts, {
    familiar: checkFacts,
    invented: checkFacts,
    others: (name, others) =>
      checkFields(name, others, {
        names: (what, names) => checkTexts(what, names, 1),
        cities: (what, cities) => checkTexts(what, cities, 1),
      }),
  });

/** A fact as a context states it. */
const statementOf = ({ name, city }: Fact): Demonstration => ({
  input: `${name} lives in the city of`,
  output: city,
});
/** A fact as it is asked. */
const questionOf = ({ name, city }: Fact): Demonstration => ({
  input: `Where does ${name} live? ${name} lives in the city of`,
  output: city,
});

/** The template with the token that begins every text of a model, '' for none. */
const templateOf = (begin: string): Template =>
  begin === '' ? REAL_TEMPLATE : { ...REAL_TEMPLATE, begin };

/**
 * The logarithm of the probability of each city as an answer, in nats.
 *
 * @param begin the token that begins every text of the model, '' for none
 * @returns one list per question, in the order of its cities
 * @throws CourseError when it is no language model, these are no questions, or cities repeat
 */
export function realCityScores(
  loaded: LoadedModel,
  questions: readonly CityQuestion[],
  begin = '',
): number[][] {
  checkCityQuestions('questions', questions);
  checkText('The token that begins every text', begin);
  const scorer = tokenScorer(loaded, METHODS.ar, templateOf(begin));
  try {
    return questions.map(({ context, name, cities }) => {
      const { input } = questionOf({ name, city: '' });
      return [...scorer.score(context.map(statementOf), [input], cities).scores[0]!];
    });
  } finally {
    scorer.dispose();
  }
}

/** How facts are taught. */
export interface RealTeaching extends StepConfig {
  /** Share of prompts whose context states where some other person lives, who is then asked for. */
  readonly share: number;
}

const REAL_TEACHING: RealTeaching = { ...STEPS, warmUp: 0, finalRate: 1, share: 0 };

/** Teaches facts to a language model: questions without a context, or some with one. */
export class RealFactTrainer extends LanguageModelTrainer<RealTeaching> {
  private readonly all: readonly Fact[];

  /**
   * @param loaded model (with adapters: they alone are trained) and tokenizer; they stay the
   *               caller's
   * @param facts  to be taught
   * @param begin  the token that begins every text of the model, '' for none
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    loaded: LoadedModel,
    private readonly facts: RealFacts,
    given: Partial<RealTeaching>,
    begin = '',
  ) {
    checkRealFacts(facts);
    const config = checkedSteps(given, REAL_TEACHING);
    shareNumber('share', config.share);
    super(loaded, METHODS.arTestLoss, config, REAL_TEACHING, templateOf(begin), {});
    this.all = [...facts.familiar, ...facts.invented];
  }

  protected override draw(random: Stream): DrawnExamples {
    const one = <T>(from: readonly T[]): T => from[random.integer(from.length)]!;
    if (random.uniform() >= this.config.share)
      return { shown: [], asked: [questionOf(one(this.all))] };
    const { names, cities } = this.facts.others;
    const said = { name: one(names), city: one(cities) };
    return { shown: [statementOf(said)], asked: [questionOf(said)] };
  }
}
