/**
 * A language model of names and cities that is taught one fact step by step. What it has learned is
 * data, its weights and Adam's moments after so many steps; one network computes with all of them.
 */
import { tf } from '../core/backend';
import type { LoadedModel } from '../language/folder';
import type { Parameters } from '../model/transformer';
import { FactTrainer, cityScores, type CityQuestion, type Fact } from '../parts/inweight/facts';

/** Numbers by the name of a weight, each of its layer's shape in row-major order. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** What a model has learned after some steps. */
export interface Lesson {
  readonly steps: number;
  readonly weights: Weights;
  /** Adam's first and second moments; null before the first step. */
  readonly moments: readonly [Weights, Weights] | null;
}

const arraysOf = (variables: Parameters): Weights =>
  Object.fromEntries(
    Object.entries(variables).map(([name, one]) => [name, Float32Array.from(one.dataSync())]),
  );

/** Gives variables the values of arrays of the same names. */
const assignArrays = (variables: Parameters, arrays: Weights): void =>
  tf.tidy(() => {
    for (const [name, one] of Object.entries(variables))
      one.assign(tf.tensor(arrays[name]!, one.shape));
  });

/** A model of names and cities, asked and taught at any weights. */
export class CityModel {
  /** The weights that it began with. */
  readonly untaught: Lesson;
  /** The weights that the network holds now. */
  private held: Weights;

  /** @param loaded is the model's from now on */
  constructor(private readonly loaded: LoadedModel) {
    this.held = arraysOf(loaded.model.parameters);
    this.untaught = { steps: 0, weights: this.held, moments: null };
  }

  private hold(weights: Weights): void {
    if (this.held !== weights) assignArrays(this.loaded.model.parameters, weights);
    this.held = weights;
  }

  /** The logarithm of the probability of each city of a question, in nats. */
  logProbabilities(weights: Weights, question: CityQuestion): readonly number[] {
    this.hold(weights);
    return cityScores(this.loaded, [question])[0]!;
  }

  /** What is learned by one more step on a fact without a context, one prompt in the batch. */
  step(lesson: Lesson, fact: Fact, learningRate: number): Lesson {
    this.hold(lesson.weights);
    const constant = { warmUp: 0, finalRate: 1 };
    const training = { share: 0, batch: 1, steps: lesson.steps + 1, learningRate, ...constant };
    // a compiled step pays after more steps than one
    const trainer = new FactTrainer(this.loaded, [fact], training, { compile: false });
    const { optimiser } = trainer;
    if (lesson.moments) {
      assignArrays(optimiser.first, lesson.moments[0]);
      assignArrays(optimiser.second, lesson.moments[1]);
    }
    trainer.step = lesson.steps;
    optimiser.steps = lesson.steps;
    trainer.train();
    this.held = arraysOf(this.loaded.model.parameters);
    const moments = [arraysOf(optimiser.first), arraysOf(optimiser.second)] as const;
    trainer.dispose();
    return { steps: lesson.steps + 1, weights: this.held, moments };
  }

  /** Frees the network; lessons stay, as they are plain data. */
  dispose(): void {
    this.loaded.model.dispose();
  }
}
