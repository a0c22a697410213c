export * from './adam';
export * from './checkpoint';
export * from './loss';
export * from './schedule';
export * from './steps';
export * from './trainer';
