/**
 * Questions after demonstrations of which parts may be missing, by three models on one interface. A
 * language model reads what is there of each demonstration, and the text after it; the small model
 * reads its lines with blanks for what is missing; the exact answer knows whole demonstrations only.
 */
import {
  checkEach,
  checkFields,
  checkHas,
  checkText,
  checkTexts,
  type Check,
} from '../../../core/checks';
import { demand, quote } from '../../../core/errors';
import type { LoadedModel } from '../../../language/folder';
import { checkTemplate, type Demonstration, type Template } from '../../../language/prompt';
import { checkOptions } from '../../../language/scoring';
import { checkTokenizer, firstTokensBy } from '../../../language/tokenizer';
import { checkMethod, type Method } from '../../../model/methods';
import type { QuestionScorer } from '../scoring/scorer';
import { textScorer } from '../scoring/textscorer';
import type { WorldQuestion } from '../scoring/worldquestions';
import { disposeLayout, documentLayout } from '../small/layout';
import { checkSmallModel, labelLogs } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { documentTokens, headerOf } from '../world/documents';
import { labelIndex } from '../world/posterior';
import { INPUT_WORDS } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { MARKS, TEMPLATES } from '../world/vocabulary';
import { wordIndex } from '../world/words';
import type { ShownExample } from './conditions';

/** Scores options after demonstrations. */
export interface ConditionAsker {
  readonly name: string;
  /** Whether demonstrations may have parts missing, or words that no input of the task has. */
  readonly readsParts: boolean;
  /**
   * Scores of the options, [inputs, options], in nats.
   *
   * @throws CourseError when a part is missing and `readsParts` is false
   */
  ask(
    shown: readonly ShownExample[],
    inputs: readonly string[],
    options: readonly string[],
  ): readonly (readonly number[])[];
}

/** A part is a text, or missing. */
const checkPart: Check = (name, part) => {
  if (part !== null) checkText(name, part);
};

/** Refuses what are no demonstrations. */
const checkParts = (shown: readonly ShownExample[]): void =>
  checkEach('Demonstrations', shown, 'demonstrations', (name, one) =>
    checkFields(name, one, { input: checkPart, output: checkPart }),
  );

/** Refuses what is nothing to ask. */
function checkAsked(
  shown: readonly ShownExample[],
  inputs: readonly string[],
  options: readonly string[],
): void {
  checkParts(shown);
  checkTexts('Inputs', inputs, 1);
  checkOptions(options);
}

/** Whether a demonstration has both parts. */
const isWhole = (one: ShownExample): one is Demonstration =>
  one.input !== null && one.output !== null;

/**
 * Demonstrations as one text, where parts of them are missing: of each what there is, and the text
 * after an example. Inputs are cut as in whole demonstrations.
 *
 * @throws CourseError when these are no demonstrations, or no template
 */
export function partsText(
  { tokenizer }: Pick<LoadedModel, 'tokenizer'>,
  shown: readonly ShownExample[],
  template: Template,
): string {
  checkTokenizer(tokenizer);
  checkParts(shown);
  checkTemplate(template);
  const cut = (input: string): string =>
    tokenizer.decode(firstTokensBy(tokenizer, input, template.longest));
  return shown
    .map(({ input, output }) => {
      const parts = [input === null ? [] : [cut(input)], output === null ? [] : [output]].flat();
      return parts.join(template.between) + template.after;
    })
    .join('');
}

/**
 * A language model on texts.
 *
 * @param loaded   model and tokenizer; they stay the caller's
 * @param template direct
 * @throws CourseError when there is no model with its tokenizer, or no template
 */
export function textAsker(loaded: LoadedModel, template: Template): ConditionAsker {
  const scorer = textScorer(loaded, { template });
  return {
    name: scorer.name,
    readsParts: true,
    ask: (shown, inputs, options) => {
      checkAsked(shown, inputs, options);
      if (shown.every(isWhole))
        return scorer.score(inputs.map((input) => ({ input, options, examples: shown }))).scores;
      const begin = (template.begin ?? '') + partsText(loaded, shown, template);
      const questions = inputs.map((input) => ({ input, options, examples: [] }));
      return textScorer(loaded, { template: { ...template, begin } }).score(questions).scores;
    },
  };
}

/** The words of an input of TaskWorld, or of another one that is as long. */
function inputWords(input: string): string[] {
  const words = input.split(' ');
  demand(
    words.length === INPUT_WORDS,
    () => `An input of TaskWorld is ${INPUT_WORDS} words, got ${quote(input)}.`,
    'Give three words of world.VOCABULARY.',
  );
  return words;
}

/** A demonstration as a line of a document, with blanks for what is missing. */
const lineWithBlanks = ({ input, output }: ShownExample): string[] => [
  ...(input === null ? new Array<string>(INPUT_WORDS).fill(MARKS.nothing) : inputWords(input)),
  TEMPLATES[0]!,
  output ?? MARKS.nothing,
  MARKS.end,
];

/**
 * A small language model on TaskWorld. Inputs may have any words of the vocabulary.
 *
 * @param model  stays the caller's
 * @param method under which it was trained
 * @throws CourseError when there is no model or no method
 */
export function smallAsker(model: SmallModel, method: Method): ConditionAsker {
  checkSmallModel(model);
  checkMethod(method);
  return {
    name: `${model.name}, ${method.name}`,
    readsParts: true,
    ask: (shown, inputs, options) => {
      checkAsked(shown, inputs, options);
      const places = options.map(labelIndex);
      const before = shown.map(lineWithBlanks);
      const documents = inputs.map((input) => {
        const last = lineWithBlanks({ input, output: LABELS[0]! });
        return documentTokens({ header: headerOf(), lines: [...before, last] });
      });
      const layout = documentLayout(method, shown.length, 1);
      try {
        const rows = documents.map((all) => layout.source.map((from) => all[from]!));
        const logs = labelLogs(model, layout, rows);
        return logs.map((ofInput) => places.map((place) => ofInput[place]!));
      } finally {
        disposeLayout(layout);
      }
    },
  };
}

/** The input of three words. */
const worldInput = (input: string): number[] => inputWords(input).map(wordIndex);

/**
 * A scorer of questions about TaskWorld, such as the exact answer, which takes whole demonstrations.
 *
 * @throws CourseError when it is no scorer; when asked, if a part of a demonstration is missing
 */
export function worldAsker(scorer: QuestionScorer<WorldQuestion>): ConditionAsker {
  checkHas('The scorer', scorer, 'a scorer of questions', 'score');
  checkText('The name of the scorer', scorer.name);
  return {
    name: scorer.name,
    readsParts: false,
    ask: (shown, inputs, options) => {
      checkAsked(shown, inputs, options);
      const whole = shown.filter(isWhole);
      demand(
        whole.length === shown.length,
        () => `${scorer.name} was given a demonstration without input or label.`,
        'Ask a language model, or give both.',
      );
      const examples = whole.map(({ input, output }) => ({
        input: worldInput(input),
        label: output,
      }));
      const context = { examples };
      const questions = inputs.map((input) => ({ context, input: worldInput(input), options }));
      return scorer.score(questions).scores;
    },
  };
}
