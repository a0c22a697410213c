/** The experiments of InvICL: on numbers and on texts. */
export { SYNTHETIC } from './synthetic';
export { READINGS } from './readings';
export { READING_ORDERS } from './readingorders';
export { READING_PLACES } from './readingplaces';
export { EPISODE_EXPERIMENTS, TEXT_EXPERIMENTS } from './languagetasks';
export { ADAPTED } from './adapted';
