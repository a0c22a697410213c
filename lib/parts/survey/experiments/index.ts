export { CALIBRATION } from './calibration';
export { CHOOSING } from './choosing';
export { LEARNED } from './learned';
export { SCORING } from './scoring';
export { SMALL } from './small';
