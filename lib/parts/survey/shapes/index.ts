/** Other shapes of demonstrations: written by the model, in groups, as vectors, distilled. */
export { checkGrouping, groupsOf, pairsRead, type Grouping } from './groups';
export { groupedLayout, groupedSmallScorer } from './smallgroups';
export { groupedContext, groupedTextScorer } from './textgroups';
export { generateWorldExamples } from './generatedworld';
export { generateTextExamples, type TextGeneration, type WritingPrompt } from './generatedtext';
export { goldEquivalent } from './goldequivalent';
