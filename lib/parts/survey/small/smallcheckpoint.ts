/** Small models from the checkpoints of recorded runs. */
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import { SmallModel, type SmallModelConfig } from './smallmodel';

/** What a checkpoint says of a small model: its config, and the name of its method. */
interface SmallFacts {
  readonly small: SmallModelConfig;
  readonly method: string;
}

const open = checkpointKind({
  kind: 'a small model of TaskWorld',
  call: 'small.loadSmallModel',
  fits: ({ model }) => 'small' in model,
  open: (file, checkpoint) =>
    restored(file, checkpoint, new SmallModel((checkpoint.facts.model as SmallFacts).small)),
});

/**
 * The small model of a recorded run.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadSmallModel = (file: string): SmallModel => open(file).model;
