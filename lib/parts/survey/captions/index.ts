/** Words and pictures: sight for a language model that has only read, and documents with a layout. */
export {
  CAPTION_WORDS,
  captionToken,
  captionTokens,
  isHeldOutMotif,
  isToldInDetail,
  MOTIF_COLOURS,
  MOTIF_PLACES,
  MOTIF_SHAPES,
  MOTIFS,
  NEW_NAMES,
  PICTURE_TOKEN,
  placeOfMotif,
  type Motif,
} from './captionwords';
export {
  CAPTION_ASKS,
  captionAnswer,
  detailTokens,
  drawCaptionText,
  nameTokens,
  type CaptionAsk,
} from './captiontexts';
export {
  CAPTION_LANGUAGE_SIZE,
  CaptionLanguage,
  loadCaptionLanguage,
  type CaptionLanguageConfig,
} from './captionlanguage';
export {
  CAPTION_TEXT_TRAINING,
  CaptionTextTrainer,
  type CaptionTextTraining,
} from './captiontexttrainer';
export {
  glyphPicture,
  MOTIF_SIDE,
  motifPicture,
  PATCH_NUMBERS,
  PATCH_SIDE,
  MOTIF_PATCHES,
  motifPatches,
} from './motifpictures';
export {
  loadMotifClassifier,
  loadPictureEncoder,
  MotifClassifier,
  PICTURE_VECTORS,
  PictureEncoder,
  PictureTrunk,
  TRUNK_WIDTH,
  type PictureEncoderConfig,
} from './pictureencoder';
export { MOTIF_TRAINING, MotifTrainer } from './motiftrainer';
export {
  GatedPictures,
  loadGatedPictures,
  RESAMPLED,
  type GatedPicturesConfig,
} from './gatedpictures';
export { sightedLogits, type PictureBatch, type Sight } from './sight';
export { pictureInstructions, type PictureInstruction } from './instructiondata';
export {
  SIGHT_TRAINING,
  SightTrainer,
  type SightTraining,
  type TrainedParts,
} from './sighttrainer';
export {
  drawNaming,
  NAMED_THINGS,
  namesRight,
  type NamedThings,
  type NamingPrompt,
} from './naming';
export { nextWordScores, placesSaid, saidOf, type PictureText } from './asking';
export { semiCausal, type Span } from './semicausal';
export { drawReceipt, RECEIPT_LABELS, type ReceiptLabel, type ReceiptSegment } from './receipts';
export { RECEIPT_TEMPERATURE, receiptShares } from './receiptreader';
export { hardestSegments, receiptF1, receiptRounds, type ReceiptWay } from './receiptrounds';
