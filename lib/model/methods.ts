/**
 * A method is data, not a class: which mask, which positions, doubled or not, and where its loss
 * may be taken. One transformer runs every row of this table; the ablations of the InvICL paper
 * (its table 5) are rows too.
 */
import { checkFlag, checkHas, checkText } from '../core/checks';
import { demand, lookUp, positiveInteger } from '../core/errors';
import * as masks from './masks';
import * as positions from './positions';

/** One way to process a prompt. */
export interface Method {
  /** How figures and tables call it. */
  readonly name: string;
  readonly mask: masks.BlockMask;
  readonly positions: positions.Positions;
  /** Does the context appear twice? */
  readonly doubled: boolean;
  /** How tokens of one example see each other. */
  readonly inside: masks.Inside;
  /**
   * 'all': predictions inside the context are honest and may be trained on too; 'test': only those
   * at the test inputs.
   */
  readonly loss: 'all' | 'test';
  /** True when each prompt may hold one test input only (context rows read it). */
  readonly oneTest: boolean;
  /**
   * True when the pass is computed in the structured form, which never builds the mask; for
   * InvICL's mask and positions only, see checkStructured.
   */
  readonly structured: boolean;
}

/**
 * Refuses what is no method.
 *
 * @throws CourseError quoting it
 */
export function checkMethod(method: Method): void {
  checkHas('A method', method, 'a row of METHODS', 'mask', 'positions');
  checkText('The name of a method', method.name);
  for (const name of ['doubled', 'oneTest', 'structured'] as const)
    checkFlag(`'${name}' of a method`, method[name]);
  lookUp("way to see tokens of one example ('inside')", { causal: 0, full: 0 }, method.inside);
  lookUp("place of a method's loss", { all: 0, test: 0 }, method.loss);
}

/**
 * Refuses a method that claims the structured form without being InvICL's: that form computes
 * InvICL's mask and positions, whatever the method says.
 *
 * @throws CourseError naming the method
 */
export function checkStructured(method: Method): void {
  checkMethod(method);
  const { name, mask, inside, doubled, oneTest } = method;
  demand(
    !method.structured ||
      (mask === masks.invicl &&
        method.positions === positions.symmetric &&
        inside === 'causal' &&
        doubled &&
        !oneTest),
    () => `The method '${name}' claims the structured form, which computes InvICL's mask.`,
    "Set structured: false, or give it InvICL's mask and positions over a doubled context.",
  );
}

const row = (
  name: string,
  mask: masks.BlockMask,
  where: positions.Positions,
  rest: Partial<Method> = {},
): Method => {
  const method: Method = {
    name,
    mask,
    positions: where,
    doubled: false,
    inside: 'causal',
    loss: 'all',
    oneTest: false,
    structured: false,
    ...rest,
  };
  checkStructured(method);
  return method;
};

const PREFIX: Partial<Method> = { inside: 'full', loss: 'test' };

/** All methods by key. Names with + are ablations: what was changed in AR. */
export const METHODS = {
  ar: row('AR', masks.ar, positions.absolute),
  nope: row('NoPE', masks.ar, positions.none),
  prefix: row('Prefix', masks.prefix, positions.absolute, PREFIX),
  boe: row('BoE', masks.boe, positions.symmetric, { loss: 'test' }),
  pcw: row('PCW', masks.pcw(5), positions.windows(5)),
  saicl: row('SAICL', masks.saicl, positions.symmetric, { loss: 'test', oneTest: true }),
  invicl: row('InvICL', masks.invicl, positions.symmetric, { doubled: true, structured: true }),
  arSymmetric: row('AR + symmetric positions', masks.ar, positions.symmetric),
  arInvariantMask: row('AR + invariant mask', masks.invicl, positions.absolute, { doubled: true }),
  arTestLoss: row('AR, loss on the test', masks.ar, positions.absolute, { loss: 'test' }),
  inviclTestLoss: row('InvICL, loss on the test', masks.invicl, positions.symmetric, {
    doubled: true,
    loss: 'test',
  }),
  inviclOwnPlaces: row(
    'InvICL, second copies at places of their own',
    masks.invicl,
    positions.symmetricByCopy,
    { doubled: true },
  ),
  prefixAllLoss: row('Prefix, loss everywhere', masks.prefix, positions.absolute, {
    ...PREFIX,
    loss: 'all',
  }),
  prefixTestApart: row(
    'Prefix, test blind to itself',
    masks.prefixTestApart,
    positions.absolute,
    PREFIX,
  ),
  prefixSymmetric: row('Prefix + symmetric positions', masks.prefix, positions.symmetric, PREFIX),
  prefixByExample: row('Prefix, positions by example', masks.prefix, positions.byExample, PREFIX),
  arDoubled: row('AR, doubled', masks.ar, positions.absolute, { doubled: true, loss: 'test' }),
  prefixDoubled: row('Prefix, doubled', masks.prefix, positions.absolute, {
    doubled: true,
    ...PREFIX,
  }),
  pcwDoubled: row('PCW, doubled', masks.pcw(5), positions.windows(5), {
    doubled: true,
    loss: 'test',
  }),
} as const satisfies Readonly<Record<string, Method>>;

/** The key of a method in the table. */
export type MethodKey = keyof typeof METHODS;

/**
 * The method with this key.
 *
 * @throws CourseError quoting an unknown key and listing the known ones
 */
export const methodOf = (key: string): Method =>
  lookUp('method', METHODS as Readonly<Record<string, Method>>, key);

/**
 * PCW with another window size than the table's.
 *
 * @throws CourseError when size is no positive integer
 */
export const pcwMethod = (size: number): Method => ({
  ...METHODS.pcw,
  name: `PCW (${positiveInteger('The window size of PCW', size)})`,
  mask: masks.pcw(size),
  positions: positions.windows(size),
});
