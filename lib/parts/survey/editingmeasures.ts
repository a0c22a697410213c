/** What is measured of edits of facts: in the context of a language model, and in its weights. */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { EVALUATION_SEED } from '../../experiments/kind';
import { AdaptedModel } from '../../language/adaptedmodel';
import type { LoadedModel } from '../../language/folder';
import { tokensBy } from '../../language/tokenizer';
import type { AdapterConfig } from '../../model/adapters';
import { textScorer } from './scoring/textscorer';
import type { PutNumber } from './titles';
import {
  DEMONSTRATION_KINDS,
  EDIT_TEMPLATE,
  editDemonstrations,
  editTemplate,
  promptAfterFact,
  type DemonstrationCounts,
} from './work/editprompts';
import { EditTrainer } from './work/edittrainer';
import {
  editMeasures,
  editOdds,
  editQuestions,
  type EditContext,
  type EditMeasures,
  type EditOdds,
} from './work/editscores';
import { drawEdits, type Edit } from './work/facts';

/** How much is edited, and how. */
export interface EditingMeasures {
  /** Edits, and neighbours of each. */
  readonly edits: number;
  readonly neighbours: number;
  /** Demonstrations of IKE by kind; without those that retain, the others come in their place. */
  readonly demonstrations: DemonstrationCounts;
  readonly withoutRetain: DemonstrationCounts;
  readonly adapters: Pick<AdapterConfig, 'rank' | 'alpha'>;
  /** Steps of each edit by gradient descent, and their learning rates. */
  readonly steps: number;
  readonly rates: readonly number[];
  /** The rate of steps that also take paraphrases. */
  readonly paraphrasedRate: number;
}

/** Ways to edit in the context. */
export const IN_CONTEXT = ['new fact', 'IKE', 'IKE without retain'] as const;
type InContext = (typeof IN_CONTEXT)[number];

/** The name of edits by gradient descent. */
export const gradientWay = (rate: number, paraphrased = false): string =>
  `gradient${paraphrased ? ' with paraphrases' : ''}, rate ${rate}`;

/** Names of what is measured. */
const METRICS: Readonly<Record<keyof EditMeasures, string>> = {
  efficacy: 'efficacy',
  generalisation: 'generalisation',
  specificity: 'specificity',
  statementOdds: 'log-odds of the new object',
  paraphraseOdds: 'log-odds of the new object, paraphrases',
  neighbourChange: 'change of the log-odds of neighbours',
};

/** A model, the tokens that begin its texts, and edits that are to be made. */
interface Editing {
  readonly loaded: LoadedModel;
  readonly begin: string;
  readonly measures: EditingMeasures;
  readonly edits: readonly Edit[];
  readonly before: readonly EditOdds[];
  readonly seed: number;
}

/** Asks a model for every edit, each in its context; left out: without any. */
function oddsOf(
  loaded: LoadedModel,
  begin: string,
  edits: readonly Edit[],
  contexts?: readonly EditContext[],
): EditOdds[] {
  const scorer = textScorer(loaded, { template: editTemplate(begin) });
  return edits.map((edit, i) => editOdds(scorer, edit, contexts?.[i]));
}

/** The numbers of a way. */
function sayMeasures(
  way: string,
  before: readonly EditOdds[],
  after: readonly EditOdds[],
  say: PutNumber,
): void {
  const found = editMeasures(before, after);
  for (const [name, metric] of Object.entries(METRICS))
    say(`${metric}, ${way}`, found[name as keyof EditMeasures]);
}

/** What stands before the prompts of an edit. */
function contextOf(way: InContext, edit: Edit, i: number, editing: Editing): EditContext {
  const { measures, seed } = editing;
  const written = (prompt: string): string => promptAfterFact(edit, prompt);
  if (way === 'new fact') return { examples: [], written };
  const counts = way === 'IKE' ? measures.demonstrations : measures.withoutRetain;
  const random = stream(EVALUATION_SEED, 'demonstrations of edits', way, seed, i);
  return { examples: editDemonstrations(random, edit, counts), written };
}

/** Tokens of all that stands before the answer, a mean over questions. */
function tokensRead(
  { loaded: { tokenizer }, begin, edits }: Editing,
  contexts?: readonly EditContext[],
): number {
  const { between, after } = EDIT_TEMPLATE;
  const lengths = edits.flatMap((edit, i) =>
    editQuestions(edit, contexts?.[i]).map(({ examples, input }) => {
      const shown = examples.map((one) => `${one.input}${between}${one.output}${after}`);
      return tokensBy(tokenizer, [begin, ...shown, input].join('')).length;
    }),
  );
  return mean(lengths);
}

/** Edits in the context: nothing is trained. */
function measureInContext(editing: Editing, say: PutNumber): void {
  const { loaded, begin, edits, before } = editing;
  for (const way of IN_CONTEXT) {
    const contexts = edits.map((edit, i) => contextOf(way, edit, i, editing));
    sayMeasures(way, before, oddsOf(loaded, begin, edits, contexts), say);
    say(`tokens, ${way}`, tokensRead(editing, contexts));
    say(`steps, ${way}`, 0);
  }
}

/** Edits by gradient descent, one after another from the same adapters. */
function measureSteps(editing: Editing, rate: number, paraphrased: boolean, say: PutNumber): void {
  const { loaded, begin, measures, edits, before, seed } = editing;
  const way = gradientWay(rate, paraphrased);
  const adapted = new AdaptedModel(loaded.model, measures.adapters, seed);
  const model = { model: adapted, tokenizer: loaded.tokenizer };
  const settings = { seed, steps: measures.steps, learningRate: rate, paraphrased };
  const trainer = new EditTrainer(model, settings, begin);
  try {
    const after = edits.flatMap((edit) => {
      trainer.edit(edit);
      return oddsOf(model, begin, [edit]);
    });
    sayMeasures(way, before, after, say);
    say(`tokens, ${way}`, tokensRead(editing));
    say(`steps, ${way}`, measures.steps);
  } finally {
    trainer.dispose();
    adapted.dispose();
  }
}

/**
 * All numbers of a seed. Only facts that the model knows are edited: those of which the true object
 * is likelier than the new one.
 *
 * @param loaded stays the caller's
 * @param begin  the token that begins every text of the model, '' for none
 * @throws CourseError when the model knows none of the facts
 */
export function measureEditing(
  loaded: LoadedModel,
  begin: string,
  measures: EditingMeasures,
  seed: number,
  say: PutNumber,
): void {
  const random = stream(EVALUATION_SEED, 'edits', seed);
  const drawn = drawEdits(random, measures.edits, measures.neighbours);
  const asked = oddsOf(loaded, begin, drawn);
  const known = [...drawn.keys()].filter((i) => asked[i]!.statement < 0);
  say('known', known.length / drawn.length);
  demand(
    known.length > 0,
    () => `Of ${drawn.length} facts the model knows none (seed ${seed}).`,
    'Ask for more edits, or of another model.',
  );
  const [edits, before] = [known.map((i) => drawn[i]!), known.map((i) => asked[i]!)];
  const editing: Editing = { loaded, begin, measures, edits, before, seed };
  sayMeasures('no edit', before, before, say);
  say('tokens, no edit', tokensRead(editing));
  measureInContext(editing, say);
  for (const rate of measures.rates) measureSteps(editing, rate, false, say);
  measureSteps(editing, measures.paraphrasedRate, true, say);
}

/** How many demonstrations of all kinds. */
export const demonstrationsOf = (counts: DemonstrationCounts): number =>
  DEMONSTRATION_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
