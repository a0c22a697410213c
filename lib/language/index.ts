/** Language models: families, tokenizers, prompts, scoring, read caches, sessions. */
export {
  configOf,
  weightReaders,
  type Arrays,
  type Family,
  type LanguageModelConfig,
} from './families';
export { gpt2ConfigJson, loadLanguageModel, writeLanguageModel, type LoadedModel } from './folder';
export { fetchModel, HUB, modelsFolder, type FetchOptions } from './hub';
export {
  attentionBiases,
  LanguageModel,
  type AttentionBiases,
  type TokenBatch,
} from './languagemodel';
export { freshLanguageModel, holdsLanguageModel, trainedLanguageModel } from './ownmodel';
export {
  batchOf,
  CHANNEL,
  DIRECT,
  disposeBatch,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
  type TokenTest,
} from './prompt';
export {
  answerProbability,
  questionPredictor,
  QUESTIONS,
  type AnsweredQuestion,
} from './questions';
export {
  disposeCache,
  generate,
  ReadCache,
  readContext,
  readTests,
  type ReadContext,
  type ReadWork,
  type TokenCache,
} from './readcache';
export { checkOptions, scoreOptions, type Question, type Scoring } from './scoring';
export { PromptSession, type Answer, type SessionConfig, type SessionReader } from './session';
export {
  readTokenizer,
  tokenizerOf,
  UNKNOWN,
  wordTokenizerJson,
  writeTokenizer,
  type TextTokenizer,
} from './tokenizer';
export {
  LanguageModelTrainer,
  scoredTokens,
  type DrawnExamples,
  type ScoredPrompt,
} from './trainer';
export { wordReader } from './wordreader';
