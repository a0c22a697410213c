/**
 * The settings of an experiment: one schema for each kind of experiment gives the kind and the
 * range of every setting. It refuses a config before anything starts, and documents `--set`.
 */
import * as z from 'zod';

import { checkText } from '../core/checks';
import { CourseError, demand, quote } from '../core/errors';
import { SIZES } from '../model/config';

/** What a setting may be. */
export type SettingSchema = z.ZodType;
/** Settings by name. */
export type Settings = Readonly<Record<string, SettingSchema>>;

/** A whole number from `least` to `most`. */
export const whole = (about: string, least = 1, most = 1e9): SettingSchema =>
  z.int().min(least).max(most).describe(about);

/** A number above 0. */
export const positive = (about: string): SettingSchema => z.number().positive().describe(about);

/** A number of at least 0. */
export const atLeast0 = (about: string): SettingSchema => z.number().min(0).describe(about);

/** A share from 0 to 1. */
export const share = (about: string): SettingSchema => z.number().min(0).max(1).describe(about);

/** true or false. */
export const flag = (about: string): SettingSchema => z.boolean().describe(about);

/** One of some words. */
export const oneOf = (about: string, ...words: readonly string[]): SettingSchema =>
  z.enum(words as readonly [string, ...string[]]).describe(about);

/** Any text of at least one character. */
export const text = (about: string): SettingSchema => z.string().min(1).describe(about);

/** What a part of the library checks by itself, such as a task. */
export const object = (about: string): SettingSchema =>
  z.record(z.string(), z.unknown()).describe(about);

/** Several of the same kind. */
export const list = (about: string, of: SettingSchema, least = 0): SettingSchema =>
  z.array(of).min(least).max(10_000).describe(about);

/** A setting by any name. */
export const byName = (about: string, of: SettingSchema): SettingSchema =>
  z.record(z.string(), of).describe(about);

/** Of one kind or of another. */
export const either = (about: string, ...kinds: readonly SettingSchema[]): SettingSchema =>
  z.union(kinds as readonly [SettingSchema, ...SettingSchema[]]).describe(about);

/** A setting that may be left out. */
export const maybe = (setting: SettingSchema): SettingSchema => setting.optional();

/** A setting that may be null. */
export const orNull = (setting: SettingSchema): SettingSchema =>
  setting.nullable().describe(setting.description ?? '');

/** Settings that belong together; no others. */
export const section = (about: string, settings: Settings): SettingSchema =>
  z.strictObject(settings).describe(about);

/** Settings that belong together, each of which may be left out; no others. */
export const partial = (about: string, settings: Settings): SettingSchema =>
  z.strictObject(settings).partial().describe(about);

/** The numbers of a transformer's blocks. */
export const BLOCK_SETTINGS: Settings = {
  width: whole('channels of the residual stream, C', 1, 16_384),
  layers: whole('layers, L', 1, 1024),
  heads: whole('attention heads, H', 1, 1024),
  mlpRatio: whole('hidden units of the MLP, as a multiple of the width', 1, 64),
};

/** The size of a transformer: its name, or numbers over those of `course`. */
export const SIZE = either(
  'size of the transformer: a name, or numbers',
  z.enum(Object.keys(SIZES)),
  partial('numbers over those of course', {
    ...BLOCK_SETTINGS,
    maxPositions: whole('how many positions there are embeddings for', 1, 1e6),
  }),
);

const ADAM = partial('settings of AdamW', {
  beta1: share('decay of the first moment'),
  beta2: share('decay of the second moment'),
  epsilon: positive('added to the root of the second moment'),
  weightDecay: atLeast0('weight decay, times the learning rate'),
});

/** The settings of training that all kinds share; a run's seed is that of its job. */
export const TRAINING_SETTINGS: Settings = {
  steps: whole('training steps', 1, 1e8),
  batch: whole('prompts per step, B', 1, 1e7),
  microBatch: whole('prompts whose gradients are computed at once; 0 = chosen', 0, 1e7),
  learningRate: positive('the highest learning rate'),
  warmUp: share('share of the steps in which the rate climbs'),
  finalRate: share('the rate at the end, as a share of the highest'),
  clip: atLeast0('gradients longer than this are shortened to it; 0 = never'),
  adam: ADAM,
  logEvery: whole('every how many steps the loss is logged', 1, 1e8),
  checkpointEvery: whole('every how many steps a checkpoint is written', 1, 1e8),
};

/** Numbers of examples, tests and so on. */
export const counts = (about: string, least = 1): SettingSchema => list(about, whole(about, least));

/** What every experiment's config holds beside its own sections. */
export const BASE_SETTINGS: Settings = {
  seeds: whole('seeds of every variant', 1, 10_000),
  watchEvery: whole('every how many steps it is measured along the way', 1, 1e8),
};

/** What JSON Schema says of a setting. */
interface Described {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

/** Largest whole number that JSON Schema names where there is no limit. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

function rangeOf({ minimum, maximum, exclusiveMinimum }: Described): string {
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  const [low, high] = [minimum ?? -NO_LIMIT, maximum ?? NO_LIMIT];
  if (low > -NO_LIMIT && high < NO_LIMIT) return ` from ${low} to ${high}`;
  return low > -NO_LIMIT ? ` of at least ${low}` : '';
}

/** What a setting may be, in words. */
function kindInWords(setting: Described): string {
  const { type, enum: words, anyOf, items, properties } = setting;
  if (words) return `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`;
  if (anyOf) return [...new Set(anyOf.map(kindInWords))].join(' or ');
  if (type === 'integer') return `a whole number${rangeOf(setting)}`;
  if (type === 'number') return `a number${rangeOf(setting)}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return 'a text';
  if (type === 'null') return 'null';
  if (type === 'array') return items ? `a list of ${kindInWords(items)}` : 'a list';
  return properties ? `an object of ${Object.keys(properties).join(', ')}` : 'an object';
}

const described = (schema: SettingSchema): Described =>
  z.toJSONSchema(schema, { io: 'input' }) as unknown as Described;

/** A setting by its path, and what it may be. */
export interface SettingInWords {
  /** As in 'training.steps'. */
  readonly path: string;
  readonly about: string;
  readonly kind: string;
}

/**
 * All settings of a schema, in its order: those inside a section by their path.
 *
 * @throws CourseError when it is no schema
 */
export function settingsInWords(schema: SettingSchema): SettingInWords[] {
  checkSchema(schema);
  const below = (setting: Described, path: string): SettingInWords[] => {
    const own = { path, about: setting.description ?? '', kind: kindInWords(setting) };
    const inside = Object.entries(setting.properties ?? {});
    const nested = path.includes('.'); // --set names a section and a setting, no deeper
    if (inside.length === 0 || nested) return [own];
    return inside.flatMap(([key, one]) => below(one, path ? `${path}.${key}` : key));
  };
  return below(described(schema), '');
}

const quoted = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : quote(value);

/**
 * Refuses what is no schema of settings.
 *
 * @throws CourseError quoting it
 */
export const checkSchema = (schema: unknown): void =>
  demand(
    schema instanceof z.ZodType,
    () => `The settings must be a schema, got ${quote(schema)}.`,
    'Make it with zod.',
  );

/** What stands at a path of a config. */
const valueAt = (config: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], config);

/** What the schema says of a path: as deep as it says anything. */
function describedAt(schema: Described, path: readonly PropertyKey[]): Described {
  let at = schema;
  for (const key of path) {
    const next = typeof key === 'number' ? at.items : at.properties?.[String(key)];
    if (!next) return at;
    at = next;
  }
  return at;
}

/**
 * Refuses a config that has a setting of the wrong kind or out of its range, one that nobody knows,
 * or lacks one.
 *
 * @throws CourseError quoting the setting by its path, its value and what it may be
 */
export function checkSettings(schema: SettingSchema, config: unknown, whose: string): void {
  checkSchema(schema);
  checkText('Whose settings they are', whose);
  const result = schema.safeParse(config);
  if (result.success) return;
  const issue = result.error.issues[0]!;
  const [path, whole] = [issue.path, described(schema)];
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0]!;
    throw new CourseError(
      `${path.length ? `'${path.join('.')}' of ${whose}` : whose} has no setting '${unknown}' ` +
        `(got ${quoted(valueAt(config, [...path, unknown]))}).`,
      `Its settings are ${Object.keys(describedAt(whole, path).properties ?? {}).join(', ')}.`,
    );
  }
  const [value, name] = [valueAt(config, path), path.join('.')];
  if (name === '')
    throw new CourseError(
      `The settings of ${whose} must be ${kindInWords(whole)}, got ${quoted(value)}.`,
      'Give such an object.',
    );
  throw new CourseError(
    `The setting '${name}' of ${whose} must be ${kindInWords(describedAt(whole, path))}, ` +
      `got ${quoted(value)}.`,
    `Give '${name}' such a value.`,
  );
}
