/** Valid calls of the functions about pictures. */
import { core, model, notebook, pictures, tf } from 'invicl';

import { fixture } from '../helpers';
import type { Call } from './spoil';

const random = (): core.Stream => core.stream(0, 'fuzz of pictures');
const picture = (): pictures.Picture => [...pictures.drawPicture(random())];
const pair = (): pictures.PicturePair => ({ input: picture(), output: picture() });
const task = (): pictures.PictureTask => ({ changes: ['fill', 'recolour'], colour: 2 });
const channels = (): number[] => pictures.channelsOf(picture());
const size = { width: 4, layers: 2, heads: 2, mlpRatio: 1, maxPositions: pictures.BLOCK_POSITIONS };
const holes = new pictures.PictureModel({ size, seed: 0, noiseSteps: 0 });
const denoiser = new pictures.PictureModel({ size, seed: 0, noiseSteps: 2 });
const question = (): pictures.PictureQuestion => ({ example: pair(), query: picture() });
const several = (n: number): pictures.SeveralExamples => ({
  examples: Array.from({ length: n }, pair),
  query: picture(),
});
const pairs = (): pictures.PicturePair[] =>
  [...pictures.drawTrainingPrompt(random(), 1, 7).examples].map(({ input, output }) => ({
    input: [...input],
    output: [...output],
  }));
const vectors = (): number[][] =>
  pairs().map(({ input }, i) => [i + 1, input.filter(Boolean).length]);
const helped = pictures.pictureHelpTable(holes, pairs(), vectors(), { N: 3, L: 6 }, random());
const weights = pictures.trainPictureRetriever([helped], { seed: 0, steps: 1, hidden: 2 });
const prompt = (): pictures.MapPrompt => ({
  ...pictures.drawMapPrompt(random(), { from: 'colours', to: 'outline' }),
});
const pixels = (): string[][] => pictures.pixelColours(channels());

export const PICTURES_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  pictures: {
    answersByLayout: [() => [holes, [question()]]],
    averagedAnswers: [() => [holes, [several(2)]]],
    backStep: [() => [pictures.noiseSchedule(3), 2]],
    blockAnswers: [() => [holes, model.METHODS.inviclTestLoss, [several(2)]]],
    canvasAnswers: [() => [holes, [question()], 3]],
    canvasLayout: [() => [5]],
    canvasPictures: [() => [pair(), picture(), picture()]],
    changedPicture: [() => [task(), picture()]],
    channelLoss: [
      () => [tf.tensor3d([0.5, -1], [1, 1, 2]), tf.tensor3d([1, 0], [1, 1, 2]), tf.ones([1, 1, 1])],
    ],
    channelsOf: [() => [picture()]],
    coloursOfAnswer: [() => [picture(), picture()]],
    denoise: [
      () => [
        random(),
        pictures.noiseSchedule(2),
        { count: 1, size: 2 },
        (noisy: number[][]) => noisy,
      ],
    ],
    drawMapPrompt: [() => [random(), { from: 'outline', to: 'colours' }]],
    drawPicture: [() => [random()]],
    drawPicturePrompt: [() => [random(), task(), 2]],
    drawPictureTask: [() => [random(), 'pair']],
    drawScene: [() => [random()]],
    drawTrainingPrompt: [() => [random(), 0.5, 2]],
    drawnAnswers: [() => [random(), denoiser, [question()]]],
    exactPictureAnswer: [() => [[pair()], picture(), [task()]]],
    featureAnswers: [() => [holes, [several(2)]]],
    isRightMap: [() => [picture(), prompt()]],
    loadPictureModel: [() => [fixture('absent.safetensors')]],
    longCanvasAnswers: [() => [holes, [several(2)]]],
    meanAnswer: [
      () => [
        [
          [0, 1],
          [1, 1],
        ],
      ],
    ],
    meanPictureError: [() => [[{ squared: 0.1, pixels: 0.9, whole: 0 }]]],
    noiseSchedule: [() => [3]],
    noised: [() => [[1, -1], 0.5, [0.1, 0.2]]],
    patchesOf: [() => [picture()]],
    patchesOfAll: [() => [[picture(), null]]],
    pictureBias: [() => [model.METHODS.arTestLoss, 2]],
    pictureError: [() => [channels(), picture()]],
    pictureFeatures: [() => [holes, [picture()]]],
    pictureHelpTable: [() => [holes, pairs(), vectors(), { N: 2, L: 6 }, random()]],
    pictureOf: [() => [channels()]],
    pictureOfSigned: [() => [channels()]],
    picturePool: [() => [pairs(), vectors()]],
    pixelColours: [() => [channels(), 3]],
    pixelNeighbours: [() => [7, true]],
    pixelVector: [() => [picture()]],
    retrievedPicture: [() => [weights, [1, 3], pictures.picturePool(pairs(), vectors())]],
    rowAnswers: [() => [holes, [{ pictures: [picture(), null], quadrants: [0, 3] }]]],
    saidAtOnce: [() => [holes, [question()]]],
    shownAs: [() => ['outline', picture()]],
    taskName: [() => [task()]],
    tasksOfSort: [() => ['single']],
    tiledAnswers: [() => [holes, [several(4)]]],
    tiledPicture: [() => [[picture(), picture(), picture(), picture()]]],
    trainPictureRetriever: [() => [[helped], { seed: 0, steps: 1, hidden: 2 }]],
    unpatched: [() => [pictures.patchesOf(picture())]],
    votedAnswer: [
      () => [
        [
          [0, 1],
          [1, 1],
        ],
      ],
    ],
  },
};

/** Of the gallery, which is a figure of notebooks. */
export const GALLERY_CALLS: readonly Call[] = [
  () => [
    [
      { label: 'a', rows: [{ label: 'one', pictures: [pixels(), null] }] },
      { label: 'b', rows: [{ label: 'two', pictures: [pixels(), pixels()] }] },
    ],
    ['x', 'y'],
    { title: 'A title', caption: 'A caption.', alt: 'An alt text.' } satisfies notebook.ChartText,
    { by: 'slider', what: 'the sheet' },
  ],
];
