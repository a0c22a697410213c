export * from './comparison';
export * from './records';
export * from './verdicts';
export * from './timings';
