/** Settings of a config.json, as the readers of the families need them. */
import { CourseError, demand } from '../core/errors';

export type Json = Readonly<Record<string, unknown>>;

/** Reads settings of a config.json, refusing what is missing. */
export class ConfigSettings {
  constructor(
    private readonly json: Json,
    private readonly where: string,
  ) {}

  number(name: string, fallback?: number): number {
    const value = this.json[name] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new CourseError(
        `${this.where} has no number '${name}'.`,
        'Use the config.json that came with the weights.',
      );
    return value;
  }

  /** Refuses a model that does something that is not built here. */
  only(name: string, ...allowed: readonly unknown[]): void {
    const value = this.json[name];
    demand(
      value === undefined || value === null || allowed.includes(value),
      () => `${this.where} sets '${name}' to ${JSON.stringify(value)}, which is not built here.`,
      allowed.length > 0
        ? `Use a model with ${name} ${allowed.map((one) => JSON.stringify(one)).join(' or ')}.`
        : `Use a model without ${name}.`,
    );
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.json[name] ?? fallback;
    return value === true;
  }

  get<T>(name: string): T | undefined {
    return this.json[name] as T | undefined;
  }

  /** The token that ends a text, or null where there is none or more than one. */
  end(): number | null {
    const end = this.get<unknown>('eos_token_id');
    return typeof end === 'number' ? end : null;
  }

  /**
   * The base of rotary positions, from `rope_parameters` or, in older files, from a setting of its
   * own; scaled ones are refused.
   */
  rotaryBase(olderName: string): number {
    this.only('rope_scaling');
    const rope = this.get<Json>('rope_parameters') ?? {};
    demand(
      (rope['rope_type'] ?? 'default') === 'default',
      () => `${this.where}: its rotary positions are scaled.`,
      'Such a model is not built here.',
    );
    return (rope['rope_theta'] as number | undefined) ?? this.number(olderName, 10_000);
  }
}
