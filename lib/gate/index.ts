export * from './simplex';
export * from './inweight';
export * from './incontext';
export * from './crossover';
export * from './gates';
export * from './game';
