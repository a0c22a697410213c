/** Words that have nothing to do with the labels of a task, to stand for them. */

/** Frequent English nouns of things. */
export const UNRELATED_WORDS: readonly string[] = (
  'window garden button ladder pencil carpet bottle basket kitchen bridge candle pocket ' +
  'river stone paper table chair wheel apple stair'
).split(' ');
