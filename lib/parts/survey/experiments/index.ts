export { CALIBRATION } from './calibration';
export { CHOOSING } from './choosing';
export { SCORING } from './scoring';
export { SMALL } from './small';
export { ORDERING } from './ordering';
