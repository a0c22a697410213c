/**
 * A network in the output of a cell: its config, and its weights in half precision as base64. The
 * page makes the same network of it, with weights that are right to three digits.
 */
import { tf } from '../core/backend';
import { checkText } from '../core/checks';
import { demand, knownKeys } from '../core/errors';
import { halfToNumber, numberToHalf } from '../core/halves';
import type { Parameters } from '../model/transformer';

/** A network with a config of its own kind. */
interface Network<C> {
  readonly config: C;
  /** Weights by name, each of its layer's shape. */
  readonly parameters: Parameters;
  dispose(): void;
}

/** What an output holds of a network. */
export interface PackedNetwork<C> {
  readonly config: C;
  /** All weights, parameter after parameter, two bytes each with the lower one first. */
  readonly halves: string;
}

/** A network as data. */
export function packed<C>({ config, parameters }: Network<C>): PackedNetwork<C> {
  const numbers = Object.values(parameters).flatMap((parameter) => [...parameter.dataSync()]);
  const bytes = numbers.flatMap((value) => {
    const bits = numberToHalf(value);
    return [bits & 0xff, bits >> 8];
  });
  return { config, halves: btoa(bytes.map((byte) => String.fromCharCode(byte)).join('')) };
}

/** Text of base64 as bytes; empty where it is none. */
function bytesOf(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}

/**
 * The network of an output.
 *
 * @param name how error messages call it
 * @param make a network of this config; its weights are replaced
 * @param call what packs such networks
 * @returns the network; the caller disposes it
 * @throws CourseError when the config or the weights are refused
 */
export function unpacked<C, N extends Pick<Network<C>, 'parameters' | 'dispose'>>(
  name: string,
  network: PackedNetwork<C>,
  make: (config: C) => N,
  call: string,
): N {
  knownKeys(name, network, ['config', 'halves']);
  checkText(`The weights of ${name}`, network.halves);
  const made = make(network.config);
  const bytes = bytesOf(network.halves);
  const parameters = Object.values(made.parameters);
  const count = parameters.reduce((sum, { size }) => sum + size, 0);
  if (bytes.length !== 2 * count) made.dispose();
  demand(
    bytes.length === 2 * count,
    () => `The weights of ${name} have ${bytes.length} bytes, and ${2 * count} were due.`,
    `Show the figure by ${call}, which packs them.`,
  );
  let at = 0;
  for (const parameter of parameters) {
    const values = Float32Array.from({ length: parameter.size }, (_, i) =>
      halfToNumber(bytes.charCodeAt(at + 2 * i) + 256 * bytes.charCodeAt(at + 2 * i + 1)),
    );
    at += 2 * parameter.size;
    tf.tidy(() => parameter.assign(tf.tensor(values, parameter.shape)));
  }
  return made;
}
