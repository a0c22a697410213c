export * from './linear';
export * from './neighbours';
export { fromRule } from './rows';
