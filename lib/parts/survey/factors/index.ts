/** What in the demonstrations matters: labels, positions, features, and what is similar. */
export { followsLate, labelChanges, type LabelChange } from './changes';
export { leaveOneOut, logOddsOf, type LeftOut } from './influence';
export {
  demonstrationMeans,
  positionMeans,
  rotations,
  varianceShares,
  type ByRotation,
  type VarianceShares,
} from './rotations';
