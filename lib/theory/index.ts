export * from './cost';
export * from './enumeration';
export * from './linearattention';
export * from './lineartransformer';
export * from './measured';
export * from './recursions';
export * from './regression';
export * from './symbolic';
