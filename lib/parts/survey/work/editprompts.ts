/**
 * Editing in context (IKE): demonstrations of other edits, then the new fact, then the question. A
 * demonstration states a new fact and answers a prompt after it, in one of three ways:
 *
 *   copy     the prompt is the statement itself, the answer is new
 *   update   the prompt is a paraphrase, the answer is new
 *   retain   the prompt asks for another country, the answer is the true one
 *
 *   New Fact: The capital of Spain is Lima
 *   Prompt: The capital of Kenya is Nairobi
 *
 * The reference shows 32 demonstrations, copy : update : retain as 1 : 3 : 4, nearest to the edit
 * by an encoder of sentences; here they are drawn.
 * References: Zheng et al. (2023, arXiv 2305.12740, IKE); Si et al. (2023, arXiv 2210.09150).
 */
import { checkFields, checkStream, checkText } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import type { Demonstration, Template } from '../../../language/prompt';
import { SHOWN_PARAPHRASES, checkEdit, statementOf, type Edit } from './facts';

/** Ways in which a demonstration answers after its new fact. */
export const DEMONSTRATION_KINDS = ['copy', 'update', 'retain'] as const;
export type DemonstrationKind = (typeof DEMONSTRATION_KINDS)[number];

/** How many demonstrations of each kind. */
export type DemonstrationCounts = Readonly<Record<DemonstrationKind, number>>;

/** A demonstration is two lines, and an empty line follows. */
export const EDIT_TEMPLATE: Template = {
  style: 'direct',
  between: ' ',
  after: '\n\n',
  longest: 64,
};

/** The same with a token that begins every text of a model; '' for none. */
export const editTemplate = (begin: string): Template =>
  begin === '' ? EDIT_TEMPLATE : { ...EDIT_TEMPLATE, begin };

/** Other facts that an edit needs for n demonstrations. */
export const factsShown = (n: number): number => Math.max(2 * n, n + 2);

/** A new fact and a prompt that follows it. */
const afterFact = (country: string, city: string, prompt: string): string =>
  `New Fact: ${statementOf(country)} ${city}\nPrompt: ${prompt}`;

/**
 * The question of a prompt after the new fact of an edit.
 *
 * @throws CourseError when it is no edit, or the prompt is no text
 */
export function promptAfterFact(edit: Edit, prompt: string): string {
  checkEdit(edit);
  checkText('The prompt', prompt);
  return afterFact(edit.country, edit.after, prompt);
}

const numberOf = (name: string, value: unknown): void =>
  void positiveInteger(name, value as number, 0);

/**
 * Demonstrations for an edit, in random order. The first half of the edit's other facts are the
 * countries of their new facts, the second half lends new objects, and true answers to retain.
 *
 * @throws CourseError when it is no random stream or no edit, or it has too few other facts
 */
export function editDemonstrations(
  random: Stream,
  edit: Edit,
  counts: DemonstrationCounts,
): Demonstration[] {
  checkStream(random);
  checkEdit(edit);
  checkFields('The numbers of demonstrations', counts, {
    copy: numberOf,
    update: numberOf,
    retain: numberOf,
  });
  const kinds = DEMONSTRATION_KINDS.flatMap((kind) =>
    new Array<DemonstrationKind>(counts[kind]).fill(kind),
  );
  const n = kinds.length;
  const { others } = edit;
  demand(
    n === 0 || others.length >= factsShown(n),
    () => `${n} demonstrations were asked of an edit with ${others.length} other facts.`,
    'Draw edits with fewer neighbours, or ask for fewer demonstrations.',
  );
  const half = others.slice(n);
  return random.permutation(n).map((k, i): Demonstration => {
    const { country } = others[i]!;
    const { city } = half[i]!;
    const paraphrase = SHOWN_PARAPHRASES[random.integer(SHOWN_PARAPHRASES.length)]!;
    const kept = half[(i + 1) % half.length]!;
    const [prompt, output] = {
      copy: [statementOf(country), city] as const,
      update: [paraphrase(country), city] as const,
      retain: [statementOf(kept.country), kept.city] as const,
    }[kinds[k]!];
    return { input: afterFact(country, city, prompt), output };
  });
}
