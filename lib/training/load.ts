/**
 * Models that answer prompts of numbers, from their checkpoints.
 */
import { InContextModel, type ModelConfig } from '../model/incontext';
import { restored } from './checkpoint';
import { checkpointKind, type Loaded } from './kinds';

/**
 * The model of a checkpoint, with its weights.
 *
 * @returns the model (the caller disposes it) and what the file says of itself
 * @throws CourseError when the file is missing, cut, corrupt, no checkpoint, of another kind of
 *   model, or written by a newer version
 */
export const loadModel: (file: string) => Loaded<InContextModel> = checkpointKind({
  kind: 'a model on prompts of numbers',
  call: 'training.loadModel',
  fits: ({ model }) => 'method' in model && 'layout' in model,
  open: (file, checkpoint) =>
    restored(file, checkpoint, new InContextModel(checkpoint.facts.model as ModelConfig)),
});
