/** What the training of a small model on documents of nine lines needs of the machine. */
import type { Requirements } from '../../experiments/experiment';
import { transformerRequirements } from '../../experiments/kind';
import type { TransformerSize } from '../../model/config';
import { BATCHES } from './small/stages';
import { HEADER_TOKENS, LINE_TOKENS } from './world/documents';
import { VOCABULARY } from './world/vocabulary';

/**
 * Memory and disk for documents in which every line may stand twice, as under InvICL.
 *
 * @param prompts documents of a batch
 * @param given   copies of each line, and what else is held, in MB
 */
export const smallRequirements = (
  size: TransformerSize,
  prompts: number,
  { copies = 2, extraMB = 300 }: { readonly copies?: 1 | 2; readonly extraMB?: number } = {},
): Requirements =>
  transformerRequirements(size, {
    prompts,
    T: HEADER_TOKENS + copies * BATCHES.full.lines * LINE_TOKENS,
    others: VOCABULARY.length * size.width,
    perToken: 3 * VOCABULARY.length,
    extraMB,
  });
