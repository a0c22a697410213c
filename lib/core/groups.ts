/** Things in groups. */

/**
 * Things by a key, in the order in which each key is met first; each group's in their order.
 *
 * @param keyOf of a thing: those with the same key are a group
 */
export function groupedBy<T, K>(things: Iterable<T>, keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}
