/** Distillers from the checkpoints of recorded runs. */
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import type { SmallModelConfig } from '../small/smallmodel';
import { Distiller, type DistillerConfig } from './distiller';

/** What a checkpoint says of a distiller: its config, and that of the model that reads its vectors. */
export interface DistillerFacts {
  readonly distiller: DistillerConfig;
  readonly reader: SmallModelConfig;
}

const open = checkpointKind({
  kind: 'a distiller of demonstrations',
  call: 'shapes.loadDistiller',
  fits: ({ model }) => 'distiller' in model,
  open: (file, checkpoint) =>
    restored(file, checkpoint, new Distiller((checkpoint.facts.model as DistillerFacts).distiller)),
});

/**
 * The distiller of a recorded run.
 *
 * @returns the distiller; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadDistiller = (file: string): Distiller => open(file).model;
