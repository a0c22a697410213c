export { SMALL } from './small';
