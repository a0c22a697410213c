/**
 * Editing by gradient descent: Adam on -ln p(o' | s) of one fact, through low-rank adapters, which
 * begin anew for each edit. The loss is that of the new object alone, after the statement, or after
 * the statement and paraphrases of it in turn.
 * References: Hu et al. (2021, arXiv 2106.09685, LoRA); Zhu et al. (2020, arXiv 2012.00363) for
 * edits by gradient descent.
 */
import { tf } from '../../../core/backend';
import { checkFlag } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import type { Tensor } from '@tensorflow/tfjs';
import { AdaptedModel, checkAdapted } from '../../../language/adaptedmodel';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { LanguageModelTrainer, type DrawnExamples } from '../../../language/trainer';
import { METHODS } from '../../../model/methods';
import { STEPS, checkedSteps, type StepConfig } from '../../../training/steps';
import { editTemplate } from './editprompts';
import { SHOWN_PARAPHRASES, checkEdit, statementOf, type Edit } from './facts';

/** How a fact is edited. */
export interface EditSteps extends StepConfig {
  /** Whether steps take a paraphrase as often as each other one and the statement. */
  readonly paraphrased: boolean;
}

const EDIT_STEPS: EditSteps = {
  ...STEPS,
  batch: 1,
  warmUp: 0,
  finalRate: 1,
  adam: {},
  paraphrased: false,
};

/** The steps of one edit after another, each from the same adapters. */
export class EditTrainer extends LanguageModelTrainer<EditSteps> {
  private readonly adapters: AdaptedModel;
  private readonly start: Readonly<Record<string, Tensor>>;
  private edited: Edit | null = null;

  /**
   * @param loaded model with adapters, as they are to begin, and tokenizer; they stay the caller's
   * @param begin  the token that begins every text of the model, '' for none
   * @throws CourseError when the model has no adapters, or a setting is unknown or refused
   */
  constructor(loaded: LoadedModel, given: Partial<EditSteps> = {}, begin = '') {
    checkLoaded(loaded);
    checkAdapted(loaded.model);
    const config = checkedSteps(given, EDIT_STEPS);
    checkFlag('paraphrased', config.paraphrased);
    super(loaded, METHODS.arTestLoss, config, EDIT_STEPS, editTemplate(begin), {});
    this.adapters = loaded.model as AdaptedModel;
    const all = Object.entries(this.adapters.trainable);
    this.start = Object.fromEntries(all.map(([name, weight]) => [name, weight.clone()]));
  }

  protected override draw(random: Stream): DrawnExamples {
    const { country, after } = this.edited!;
    const prompts = [statementOf, ...(this.config.paraphrased ? SHOWN_PARAPHRASES : [])];
    const prompt = prompts[random.integer(prompts.length)]!;
    return { shown: [], asked: [{ input: prompt(country), output: after }] };
  }

  /** Puts the adapters back to where they began, and forgets all moments. */
  reset(): void {
    for (const [name, weight] of Object.entries(this.adapters.trainable))
      weight.assign(this.start[name]!);
    for (const moments of [this.optimiser.first, this.optimiser.second])
      for (const moment of Object.values(moments))
        tf.tidy(() => moment.assign(tf.zerosLike(moment)));
    [this.step, this.optimiser.steps] = [0, 0];
  }

  /**
   * Edits one fact, from the adapters as they began: all steps of the config.
   *
   * @returns the loss before each step, in nats
   * @throws CourseError when it is no edit
   */
  edit(edit: Edit, steps = this.config.steps): number[] {
    checkEdit(edit);
    positiveInteger('The steps of an edit', steps);
    this.edited = edit;
    this.reset();
    return Array.from({ length: steps }, () => this.train());
  }

  override dispose(): void {
    super.dispose();
    tf.dispose(Object.values(this.start));
  }
}
