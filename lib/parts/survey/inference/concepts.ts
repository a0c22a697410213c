/**
 * Documents with a hidden concept, after GINC. A hidden state is an entity v and a property s; the
 * memory, a table of entities by properties, says which token it emits. Both go on as Markov chains:
 *
 *   A(v s, v' s') = Q(v, v') P_theta(s, s'),
 *
 * where the chain Q of entities is the same for all concepts and mostly stays, and the concept theta is
 * the chain P of properties. Property 0 is the delimiter, token 0, whatever the entity. Chains are
 * means of random permutations; unlike in GINC a share of every row is uniform, so that no text is
 * impossible (the paper assumes a least probability for what follows a delimiter), and the start is
 * uniform over all states.
 * Reference: Xie et al. (2022, arXiv 2111.02080), section 4 and appendix; GINC has 10 entities, 10
 * properties, 50 tokens and 5 concepts.
 */
import { checkRows, checkStream } from '../../../core/checks';
import {
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  positiveInteger,
  shareNumber,
} from '../../../core/errors';
import { softmax } from '../../../core/numerics';
import { stream, type Stream } from '../../../core/random';
import type { HiddenMarkov } from './hiddenmarkov';

/** What a world of concepts is drawn from. */
export interface ConceptSettings {
  /** Concepts of the mixture, K. */
  readonly concepts: number;
  /** Rows of the memory, E. */
  readonly entities: number;
  /** Columns of the memory, S, with the delimiter. */
  readonly properties: number;
  /** Tokens, V; token 0 is the delimiter. */
  readonly vocabulary: number;
  /** The least share with which the entity stays. */
  readonly stay: number;
  /** Of the softmax that weighs permutations of properties: the lower, the surer a concept is. */
  readonly temperature: number;
  /** The share of each row of a chain that is uniform. */
  readonly uniform: number;
}

/** The world of the course, smaller than GINC, so that a model learns it in minutes. */
export const CONCEPTS: ConceptSettings = {
  concepts: 5,
  entities: 6,
  properties: 6,
  vocabulary: 20,
  stay: 0.9,
  temperature: 0.1,
  uniform: 0.05,
};

/** GINC's sizes. */
export const GINC: ConceptSettings = {
  ...CONCEPTS,
  entities: 10,
  properties: 10,
  vocabulary: 50,
};

/** A world: its memory, the chain of entities, and the concepts of its mixture. */
export interface ConceptWorld {
  readonly settings: ConceptSettings;
  /** The token of each entity (row) and property (column), [E][S]. */
  readonly memory: readonly (readonly number[])[];
  /** Q, [E][E]. */
  readonly entities: readonly (readonly number[])[];
  /** P_theta of each concept, [K][S][S]. */
  readonly concepts: readonly ConceptChain[];
}

/** A chain of properties, [S][S], rows add up to 1: what a concept is. */
export type ConceptChain = readonly (readonly number[])[];

/** The most of each number. */
const MOST = { concepts: 1000, entities: 50, properties: 50, vocabulary: 5000 } as const;

/**
 * Complete, checked settings.
 *
 * @throws CourseError quoting what is unknown or refused
 */
export function conceptSettings(given: Partial<ConceptSettings> = {}): ConceptSettings {
  knownKeys('A world of concepts', given, Object.keys(CONCEPTS));
  const settings = { ...CONCEPTS, ...given };
  for (const [name, most] of Object.entries(MOST))
    positiveInteger(`'${name}' of a world`, settings[name as keyof typeof MOST], 1, most);
  positiveInteger("'properties' of a world", settings.properties, 2, MOST.properties);
  positiveInteger("'vocabulary' of a world", settings.vocabulary, 2, MOST.vocabulary);
  shareNumber("'stay' of a world", settings.stay);
  shareNumber("'uniform' of a world", settings.uniform);
  finiteNumber("'temperature' of a world", settings.temperature, 'above 0', (t) => t > 0);
  return settings;
}

/** A mean of as many random permutations as there are states, with random weights. */
function permutationMean(random: Stream, states: number, temperature: number): number[][] {
  const weights = softmax(
    Array.from({ length: states }, () => (random.uniform() - 0.5) / temperature),
  );
  const mean = Array.from({ length: states }, () => new Array<number>(states).fill(0));
  for (const weight of weights)
    random.permutation(states).forEach((to, from) => (mean[from]![to]! += weight));
  return mean;
}

const withUniform = (chain: readonly (readonly number[])[], share: number): number[][] =>
  chain.map((row) => row.map((p) => (1 - share) * p + share / row.length));

/**
 * A random concept.
 *
 * @returns [S][S]
 * @throws CourseError when there is no stream, or a setting is refused
 */
export function drawConcept(random: Stream, given: Partial<ConceptSettings> = {}): ConceptChain {
  checkStream(random);
  const { properties, temperature, uniform } = conceptSettings(given);
  return withUniform(permutationMean(random, properties, temperature), uniform);
}

/**
 * A random world.
 *
 * @throws CourseError when there is no stream, or a setting is refused
 */
export function drawConceptWorld(
  random: Stream,
  given: Partial<ConceptSettings> = {},
): ConceptWorld {
  checkStream(random);
  const settings = conceptSettings(given);
  const { concepts, entities: E, properties: S, vocabulary, stay, uniform } = settings;
  const memory = Array.from({ length: E }, () =>
    Array.from({ length: S }, (_, s) => (s === 0 ? 0 : 1 + random.integer(vocabulary - 1))),
  );
  const moves = permutationMean(random, E, settings.temperature).map((row, v) =>
    row.map((p, to) => (1 - stay) * p + (v === to ? stay : 0)),
  );
  return {
    settings,
    memory,
    entities: withUniform(moves, uniform),
    concepts: Array.from({ length: concepts }, () => drawConcept(random, settings)),
  };
}

/**
 * The world of a seed, which the model of that seed is trained on.
 *
 * @throws CourseError when the seed or a setting is refused
 */
export const conceptWorld = (seed: number, given: Partial<ConceptSettings> = {}): ConceptWorld =>
  drawConceptWorld(stream(seed, 'a world of concepts'), given);

/**
 * Refuses what is no world of concepts.
 *
 * @throws CourseError quoting what does not fit
 */
export function checkConceptWorld(world: ConceptWorld): void {
  plainObject('A world of concepts', world);
  const { memory, entities, concepts, settings } = world;
  conceptSettings(settings);
  checkRows('The memory of a world', memory);
  checkRows('The entities of a world', entities);
  demand(
    Array.isArray(concepts) && concepts.length > 0,
    () => 'A world has no concepts.',
    'Draw it with inference.drawConceptWorld.',
  );
  concepts.forEach((concept) => checkConcept(world, concept));
}

/** Refuses what is no chain of the properties of a world. */
export function checkConcept({ memory }: ConceptWorld, concept: ConceptChain): void {
  checkRows('A concept', concept);
  const S = memory[0]!.length;
  demand(
    concept.length === S && concept[0]!.length === S,
    () => `A concept [${concept.length}, ${concept[0]!.length}] was given of ${S} properties.`,
    'Draw it with the settings of its world.',
  );
}

/**
 * The number of a state: entities in blocks, properties within.
 *
 * @throws CourseError when there is no world, or no such entity or property
 */
export function conceptState(world: ConceptWorld, entity: number, property: number): number {
  checkConceptWorld(world);
  const [E, S] = [world.memory.length, world.memory[0]!.length];
  positiveInteger('An entity', entity, 0, E - 1);
  positiveInteger('A property', property, 0, S - 1);
  return entity * S + property;
}

/**
 * The hidden Markov model of a concept in its world.
 *
 * @param start the property of the first token, with a uniform entity; left out: uniform over all
 *   states
 * @throws CourseError when there is no world, or the concept or the property is none of it
 */
export function conceptModel(
  world: ConceptWorld,
  concept: ConceptChain,
  start?: number,
): HiddenMarkov {
  checkConceptWorld(world);
  checkConcept(world, concept);
  const { memory, entities } = world;
  const [E, S] = [memory.length, memory[0]!.length];
  if (start !== undefined) positiveInteger('The property of the first token', start, 0, S - 1);
  const states = Array.from({ length: E * S }, (_, h) => [Math.floor(h / S), h % S] as const);
  return {
    start: states.map(([, s]) => (start === undefined ? 1 / (E * S) : s === start ? 1 / E : 0)),
    transitions: states.map(([v, s]) => states.map(([w, t]) => entities[v]![w]! * concept[s]![t]!)),
    emits: states.map(([v, s]) => memory[v]![s]!),
  };
}

/**
 * The models of all concepts of a world's mixture.
 *
 * @throws CourseError when there is no world
 */
export function mixtureModels(world: ConceptWorld): HiddenMarkov[] {
  checkConceptWorld(world);
  return world.concepts.map((concept) => conceptModel(world, concept));
}
