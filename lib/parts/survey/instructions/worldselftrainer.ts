/**
 * Tunes a small model further on tasks of its own: in batches of single lines under an instruction, a
 * share of the lines are self-made, and all others, and all other batches, are those of the rules that
 * it was tuned on before, so that these are not forgotten.
 * Reference: Wang et al. (2022, arXiv 2212.10560), who tune on seed tasks and self-made ones together.
 */
import { checkEach, checkFields, type Check } from '../../../core/checks';
import type { CompileOptions } from '../../../core/compile';
import { demand, shareNumber } from '../../../core/errors';
import { stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import type { SmallModel } from '../small/smallmodel';
import { contextDocument, type Document } from '../world/documents';
import { checkInput, checkRule, type Input, type WorldRule } from '../world/rules';
import { namedTask } from '../world/taskworld';
import { InstructionTrainer, type InstructionTraining } from './instructiontrainer';
import { newInstruction } from './newwords';

/** An input under an instruction, with the class that was given to it. */
export interface SelfMadeLine {
  readonly rule: WorldRule;
  readonly input: Input;
  readonly label: number;
}

const checkLine: Check = (name, line) =>
  checkFields(name, line, {
    rule: (_, rule) => checkRule(rule as WorldRule),
    input: (_, input) => checkInput(input as Input),
    label: (field, label) =>
      demand(
        label === 0 || label === 1,
        () => `${field} must be 0 or 1, got ${String(label)}.`,
        'Give the number of a class.',
      ),
  });

/** The document of a line: the header with the new words, and the line with its natural label. */
function lineDocument({ rule, input, label }: SelfMadeLine): Document {
  const examples = [{ input, label: namedTask(rule, 'natural').labels[label as 0 | 1] }];
  return { ...contextDocument({ examples }), header: newInstruction(rule) };
}

/** Tunes a small model on lines of its own, and on those that it was tuned on before. */
export class SelfMadeTrainer extends InstructionTrainer {
  private readonly own: readonly Document[];

  /**
   * @param model what is tuned, from the weights that it has, under AR; stays the caller's
   * @param lines self-made; there may be none
   * @param share of the single lines that are self-made
   * @throws CourseError when there is no model, one is no line, or the share or a setting is refused
   */
  constructor(
    model: SmallModel,
    lines: readonly SelfMadeLine[],
    private readonly share: number,
    given: Partial<InstructionTraining> = {},
    options: CompileOptions = {},
  ) {
    checkEach('Lines', lines, 'lines', checkLine);
    shareNumber('The share of self-made lines', share);
    super(model, METHODS.ar, given, options);
    this.own = lines.map(lineDocument);
  }

  protected override documentsOf(step: number): Document[] {
    const documents = super.documentsOf(step);
    if (this.own.length === 0 || documents[0]!.lines.length > 1) return documents;
    const random = stream(this.config.seed, 'self-made lines', step);
    return documents.map((document) =>
      random.uniform() < this.share ? this.own[random.integer(this.own.length)]! : document,
    );
  }
}
