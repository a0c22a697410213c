/** Other shapes of demonstrations: written by the model, in groups, as vectors, distilled. */
export { generateWorldExamples } from './generatedworld';
export { generateTextExamples, type TextGeneration, type WritingPrompt } from './generatedtext';
export { goldEquivalent } from './goldequivalent';
