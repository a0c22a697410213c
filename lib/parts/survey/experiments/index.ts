export { CALIBRATION } from './calibration';
export { CHOOSING } from './choosing';
export { LEARNED } from './learned';
export { SCORING } from './scoring';
export { SIGNALS_OF_SETS } from './signals';
export { SMALL } from './small';
export { ORDERING } from './ordering';
export { STEPS_OF_REASONING } from './steps';
