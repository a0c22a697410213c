export * from './curves';
export * from './gradients';
export * from './permutations';
export * from './probe';
export * from './statistics';
export * from './layers';
