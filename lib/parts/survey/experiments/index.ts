export { CALIBRATION } from './calibration';
export { SCORING } from './scoring';
export { SMALL } from './small';
