export * from './experiment';
export * from './prompts';
export * from './records';
export * from './registry';
export * from './rules';
export * from './run';
export * from './timings';
export * from './verdicts';
