/** Learning from pictures in context: tasks on pictures, canvases with a hole, diffusion. */
export {
  CANVAS_LAYOUTS,
  CANVAS_TOKENS,
  PATCH,
  PATCHES,
  PATCH_SIZE,
  canvasLayout,
  canvasPictures,
  patchesOf,
  patchesOfAll,
  unpatched,
  type CanvasLayout,
} from './canvas';
export {
  answersByLayout,
  canvasAnswers,
  meanAnswer,
  rowAnswers,
  votedAnswer,
  type PictureQuestion,
  type PictureRow,
} from './canvasanswers';
export {
  CANVAS_MASKS,
  CANVAS_TRAINING,
  CanvasTrainer,
  channelLoss,
  drawTrainingPrompt,
  type CanvasTraining,
} from './canvastrainer';
export { NOISE_STEPS, backStep, denoise, noiseSchedule, noised, type BackStep } from './diffusion';
export {
  averagedAnswers,
  featureAnswers,
  longCanvasAnswers,
  tiledAnswers,
  tiledPicture,
  type SeveralExamples,
} from './ensembles';
export {
  MAP_TRAINING,
  MapTrainer,
  drawnAnswers,
  pictureOfSigned,
  saidAtOnce,
  type MapTraining,
} from './mapmodels';
export {
  CHANNELS,
  PICTURE_SIDE,
  PIXEL_COLOURS,
  SHAPE_COLOURS,
  channelsOf,
  meanPictureError,
  pictureError,
  pictureOf,
  pixelColours,
  type Picture,
  type PictureError,
  type PicturePair,
} from './picture';
export { drawPicture, pixelNeighbours } from './picturedrawing';
export {
  BLOCK_POSITIONS,
  BLOCK_TRAINING,
  MOST_EXAMPLES,
  PICTURE_METHODS,
  PictureBlockTrainer,
  blockAnswers,
  pictureBias,
  type BlockTraining,
  type PictureMethod,
} from './pictureblocks';
export {
  PICTURE_RETRIEVER,
  pictureFeatures,
  pictureHelpTable,
  picturePool,
  pixelVector,
  retrievedPicture,
  trainPictureRetriever,
} from './picturechoice';
export {
  MAPS,
  MAP_TASKS,
  coloursOfAnswer,
  drawMapPrompt,
  drawScene,
  isRightMap,
  shownAs,
  type MapPrompt,
  type MapTask,
  type PictureMap,
} from './picturemaps';
export {
  PICTURE_SIZE,
  PictureModel,
  loadPictureModel,
  type PatchInputs,
  type PictureModelConfig,
} from './picturemodel';
export {
  HELD_OUT_CHANGES,
  PICTURE_CHANGES,
  SINGLE_CHANGES,
  TRAINED_CHANGES,
  changedPicture,
  drawPicturePrompt,
  drawPictureTask,
  exactPictureAnswer,
  taskName,
  tasksOfSort,
  type PictureChange,
  type PicturePrompt,
  type PictureTask,
  type TaskSort,
} from './picturetasks';
