export { CALIBRATION } from './calibration';
export { CHOOSING } from './choosing';
export { SCORING } from './scoring';
export { SIGNALS_OF_SETS } from './signals';
export { SMALL } from './small';
export { ORDERING } from './ordering';
