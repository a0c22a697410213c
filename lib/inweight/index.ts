export * from './law';
export * from './inputs';
export * from './rows';
export * from './pairtransformer';
export * from './predictors';
export * from './stylised';
export * from './trainer';
export * from './measures';
