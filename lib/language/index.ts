/** Language models: families, tokenizers, prompts, scoring, read caches, sessions. */
export { type BertConfig } from './bert';
export { type SentenceEncoder } from './encoder';
export { loadEncoder, loadMiniLM } from './encoderfolder';
export { AdaptedModel } from './adaptedmodel';
export { loadAdapters, writeAdapters } from './adapterfile';
export { answerLoss, type ScoredTokens } from './answerloss';
export { type Family, type LanguageModelConfig } from './family';
export { loadLanguageModel, writeLanguageModel, type LoadedModel } from './folder';
export { CONTENT_FREE, batchCalibration, contextualCalibration } from './calibration';
export { fetchModel, type FetchOptions } from './hub';
export { LanguageModel, type TokenBatch } from './languagemodel';
export { freshLanguageModel, trainedLanguageModel } from './ownmodel';
export {
  batchOf,
  disposeBatch,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
  type TokenTest,
} from './prompt';
export { miniLMFolder, smolLM2Folder, type PretrainedName } from './pretrained';
export {
  answerProbability,
  questionPredictor,
  QUESTIONS,
  type AnsweredQuestion,
} from './questions';
export { drawInputText } from './continuation';
export { continueTexts, type Continuation, type Sampling } from './continuing';
export { generate, readContext, readTests } from './readcache';
export { type ReadContext, type ReadWork } from './context';
export { disposeCache, ReadCache, type TokenCache } from './tokencache';
export { scoreOptions, type Question, type Scoring } from './scoring';
export { PromptSession, type Answer, type SessionConfig, type SessionScorer } from './session';
export { tokenizerOf, wordTokenizerJson, type TextTokenizer } from './tokenizer';
export { testScores } from './testscores';
export { tokenScorer } from './tokenscorer';
export { LanguageModelTrainer, type DrawnExamples, type ScoredPrompt } from './trainer';
export { wordPieceOf, type WordPiece } from './wordpiece';
