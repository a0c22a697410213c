/**
 * Where claims come from that no paper makes.
 */

/** A claim that this course adds. */
export const COURSE = 'this course';

/** A claim that answers what the reviewers of a paper asked. */
export const REVIEWERS = 'a question of the paper’s reviewers';
