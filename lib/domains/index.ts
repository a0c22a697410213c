export * from './adaptation';
export * from './alphabets';
export * from './domain';
export * from './glyphs';
export * from './learners';
export * from './omniglot';
export * from './regression';
export * from './trainer';
