/**
 * Checks of a network on sequences before any of its weights is made, so that one which is refused
 * leaves nothing.
 */
import { checkMemory } from '../../core/checks';
import { knownKeys, positiveInteger } from '../../core/errors';
import type { NetworkSizes } from '../../classifiers/classifier';

/** The longest context, and the most networks at once. */
const [MOST_EXAMPLES, MOST_NETWORKS] = [1e4, 1e4];

/**
 * Refuses the settings that all networks on sequences share, and unknown ones.
 *
 * @param more settings of this kind of network
 * @throws CourseError quoting the setting
 */
export function checkSizes(
  config: NetworkSizes & { readonly L: number },
  ...more: readonly string[]
): void {
  knownKeys('A network on sequences', config, [
    ...['kind', 'd', 'classes', 'L', 'seed', 'stack'],
    ...more,
  ]);
  const { d, classes, L, seed, stack = 1 } = config;
  positiveInteger('d', d);
  positiveInteger('classes', classes, 1, 1e6);
  positiveInteger('L', L, 1, MOST_EXAMPLES);
  positiveInteger('seed', seed, 0);
  positiveInteger('stack', stack, 1, MOST_NETWORKS);
}

/**
 * Refuses dense layers that memory does not hold.
 *
 * @param widths of the tokens between the layers, from the input to the output
 * @throws CourseError with the widths and the memory
 */
export function checkLayers(widths: readonly number[], stack = 1): void {
  const weights = widths.slice(1).reduce((sum, width, l) => sum + widths[l]! * width, 0);
  checkMemory(() => `Layers of ${widths.join(', ')} numbers, ${stack} times,`, weights * stack);
}
