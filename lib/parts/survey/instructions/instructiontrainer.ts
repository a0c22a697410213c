/**
 * Tunes a small model that is already trained to new words for instructions, or to writing
 * instructions itself: further steps on other documents, at a lower rate,
 *
 *   min_w E_t E_(x, y) [-log p_w(y | I_t, x)],  t among the tasks of tuning,
 *
 * and all other weights and settings as in notebook 20.
 * References: Wei et al. (2022, arXiv 2109.01652), Chung et al. (2022, arXiv 2210.11416).
 */
import { checkFields, checkShares } from '../../../core/checks';
import type { CompileOptions } from '../../../core/compile';
import { demand, knownKeys } from '../../../core/errors';
import { drawByShare, stream } from '../../../core/random';
import { checkMethod, type Method } from '../../../model/methods';
import { STEPS, checkedSteps, type StepConfig } from '../../../training/steps';
import { checkSmallModel } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { isOrdered } from '../small/layout';
import { DocumentTrainer, refuseMicroBatches } from '../small/smalltrainer';
import type { Document } from '../world/documents';
import type { WorldRule } from '../world/rules';
import {
  INSTRUCTION_DOCUMENTS,
  instructionBatch,
  type InstructionDocument,
} from './instructiondocuments';
import { tunedRules } from './newwords';

/** How a small model is tuned to instructions. */
export interface InstructionTraining extends StepConfig {
  /** How many rules the documents with new words are of. */
  readonly rules: number;
  /** Shares of the kinds of documents; each batch is of one kind. */
  readonly mix: Readonly<Partial<Record<InstructionDocument, number>>>;
}

export const INSTRUCTION_TRAINING: InstructionTraining = {
  ...STEPS,
  steps: 500,
  batch: 32,
  learningRate: 1e-3,
  warmUp: 0.05,
  finalRate: 0.05,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  rules: 9,
  mix: { single: 0.5, instructed: 0.25, plain: 0.25 },
};

/** A complete, checked config. */
function checkedTraining(given: Partial<InstructionTraining>, method: Method): InstructionTraining {
  const config = checkedSteps(given, INSTRUCTION_TRAINING);
  const { rules, mix, microBatch } = config;
  tunedRules(rules);
  checkFields('The mix of documents', mix, {});
  knownKeys('The mix of documents', mix, INSTRUCTION_DOCUMENTS);
  checkShares('Shares of documents', Object.values(mix));
  demand(
    isOrdered(method) || !mix.written,
    () => `Under ${method.name} a line with an instruction was to be written among others.`,
    'Write instructions under AR.',
  );
  refuseMicroBatches('Documents', microBatch);
  return config;
}

/** Tunes a small model to instructions. */
export class InstructionTrainer extends DocumentTrainer<InstructionTraining> {
  private readonly rules: readonly WorldRule[];

  /**
   * @param model  what is tuned, from the weights that it has; stays the caller's
   * @param method as it was trained
   * @throws CourseError when there is no model or method, or a setting is unknown or refused
   */
  constructor(
    model: SmallModel,
    method: Method,
    given: Partial<InstructionTraining> = {},
    options: CompileOptions = {},
  ) {
    checkSmallModel(model);
    checkMethod(method);
    super(model, method, checkedTraining(given, method), INSTRUCTION_TRAINING, options);
    this.rules = tunedRules(this.config.rules);
  }

  protected override documentsOf(step: number): Document[] {
    const { seed, batch, mix } = this.config;
    const random = stream(seed, 'documents with instructions', step);
    const kinds = Object.entries(mix) as [InstructionDocument, number][];
    return instructionBatch(random, drawByShare(random, kinds), this.rules, batch);
  }
}
