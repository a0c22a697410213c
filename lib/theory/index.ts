export * from './cost';
export * from './enumeration';
export * from './measured';
export * from './symbolic';
