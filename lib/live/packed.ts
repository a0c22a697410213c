/**
 * A network in the output of a cell: its config, and its weights in half precision as base64. The
 * page makes the same network of it, with weights that are right to three digits.
 */
import { tf } from '../core/backend';
import { checkText } from '../core/checks';
import { demand, knownKeys } from '../core/errors';
import { halfToNumber, numberToHalf } from '../core/halves';
import type { EpisodeModelConfig } from '../metaicl/episodemodel';
import type { Parameters } from '../model/transformer';

/** What an output holds of a network. */
export interface PackedNetwork<C = EpisodeModelConfig> {
  readonly config: C;
  /** All weights, parameter after parameter, two bytes each with the lower one first. */
  readonly halves: string;
}

/** What can be packed: a network that its config makes, apart from its weights. */
interface Packable<C> {
  readonly config: C;
  readonly parameters: Parameters;
}

/** A network as data. */
export function packed<C>({ config, parameters }: Packable<C>): PackedNetwork<C> {
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
 * @param make a fresh network of a config; refuses a config that is none
 * @returns the network; the caller disposes it
 * @throws CourseError when the config or the weights are refused
 */
export function unpacked<C, N extends Pick<Packable<C>, 'parameters'> & { dispose(): void }>(
  name: string,
  network: PackedNetwork<C>,
  make: (config: C) => N,
): N {
  knownKeys(name, network, ['config', 'halves']);
  checkText(`The weights of ${name}`, network.halves);
  const model = make(network.config);
  const bytes = bytesOf(network.halves);
  const parameters = Object.values(model.parameters);
  const count = parameters.reduce((sum, { size }) => sum + size, 0);
  if (bytes.length !== 2 * count) model.dispose();
  demand(
    bytes.length === 2 * count,
    () => `The weights of ${name} have ${bytes.length} bytes, and ${2 * count} were due.`,
    'Show the figure by its call, such as nb.liveSession or nb.livePlane, which packs them.',
  );
  let at = 0;
  for (const parameter of parameters) {
    const values = Float32Array.from({ length: parameter.size }, (_, i) =>
      halfToNumber(bytes.charCodeAt(at + 2 * i) + 256 * bytes.charCodeAt(at + 2 * i + 1)),
    );
    at += 2 * parameter.size;
    tf.tidy(() => parameter.assign(tf.tensor(values, parameter.shape)));
  }
  return model;
}
