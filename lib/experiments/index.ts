export * from './comparison';
export * from './records';
