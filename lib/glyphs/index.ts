/** Drawn characters: alphabets that the course draws itself, and Omniglot. */
export { glyphPrompts, PIXELS, SIDE, type Alphabet, type AlphabetSplit } from './alphabets';
export { omniglot, OMNIGLOT_SPLIT, omniglotFolder, readAlphabet } from './omniglot';
export { ownAlphabet, ownAlphabets } from './ownalphabets';
