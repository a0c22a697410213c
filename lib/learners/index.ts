export * from './bayes';
export * from './kalman';
export * from './lasso';
export * from './linear';
export * from './neighbours';
export * from './network';
export { fromRule } from './rows';
export * from './trees';
