export type { Rule, SampledTask, SampleSizes, Sampler, Task } from './task';
export * from './linear';
export * from './sparse';
export * from './tree';
export * from './network';
export * from './spec';
