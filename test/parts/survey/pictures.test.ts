/** Pictures in context: tasks, canvases, ensembles, blocks, choice, maps and diffusion. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, model, pictures, tf } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';

const SIDE = pictures.PICTURE_SIDE;
const rows = (...lines: readonly string[]): pictures.Picture =>
  lines.flatMap((line) => [...line].map(Number));
const SQUARE = rows('000000', '022220', '020020', '020020', '022220', '500000');
const size = { width: 8, layers: 2, heads: 2, mlpRatio: 1 };
const holes = (): pictures.PictureModel =>
  new pictures.PictureModel({
    size: { ...size, maxPositions: pictures.BLOCK_POSITIONS },
    seed: 3,
    noiseSteps: 0,
  });
const random = (what: string): core.Stream => core.stream(0, 'test of pictures', what);
const change = (name: pictures.PictureChange, colour: number | null = null): pictures.Picture =>
  pictures.changedPicture({ changes: [name], colour }, SQUARE);
const several = (count: number, n: number): pictures.PicturePrompt[] =>
  Array.from({ length: count }, (_, i) =>
    pictures.drawTrainingPrompt(random(`several ${i}`), 0.5, n),
  );
const turned = (prompts: readonly pictures.PicturePrompt[]): pictures.PicturePrompt[] =>
  prompts.map((one) => ({ ...one, examples: [...one.examples].reverse() }));

test('each task changes a picture as drawn by hand', () => {
  assert.deepEqual(
    change('fill'),
    rows('000000', '022220', '022220', '022220', '022220', '500000'),
  );
  assert.deepEqual(
    change('remove'),
    SQUARE.map((one) => (one === 5 ? 5 : one)), // the dot touches a corner of the square
  );
  const apart = SQUARE.map((one, i) => (i === 5 ? 3 : one === 5 ? 0 : one));
  assert.deepEqual(
    pictures.changedPicture(
      { changes: ['remove'], colour: null },
      rows('300000', ...Array.from({ length: 5 }, () => '000000')),
    ),
    new Array(SIDE * SIDE).fill(0),
  );
  assert.equal(pictures.changedPicture({ changes: ['remove'], colour: null }, apart)[5], 3);
  assert.deepEqual(
    change('recolour', 4),
    SQUARE.map((one) => (one > 0 ? 4 : 0)),
  );
  assert.deepEqual(
    change('invert'),
    SQUARE.map((one) => 7 - one),
  );
  assert.deepEqual(
    change('mirror'),
    rows('000000', '022220', '020020', '020020', '022220', '000005'),
  );
  const full = change('fill');
  const hollow = pictures.changedPicture({ changes: ['edge'], colour: null }, full);
  assert.deepEqual(hollow, SQUARE, 'the outline of the filled square is the square');
});

test('mirror and invert are their own inverses, and a pair is one change after the other', () => {
  for (let i = 0; i < 20; i++) {
    const picture = pictures.drawPicture(random(`inverse ${i}`));
    for (const name of ['mirror', 'invert'] as const) {
      const twice = { changes: [name, name], colour: null };
      assert.deepEqual(pictures.changedPicture(twice, picture), picture);
    }
    const both = pictures.changedPicture({ changes: ['fill', 'mirror'], colour: null }, picture);
    const first = pictures.changedPicture({ changes: ['fill'], colour: null }, picture);
    assert.deepEqual(both, pictures.changedPicture({ changes: ['mirror'], colour: null }, first));
  }
});

test('held-out pairs are no pairs of training, and each of their changes is in one', () => {
  const names = (all: readonly (readonly string[])[]): string[] => all.map((one) => one.join());
  const [held, trained] = [names(pictures.HELD_OUT_CHANGES), names(pictures.TRAINED_CHANGES)];
  assert.ok(held.every((one) => !trained.includes(one)));
  assert.equal(held.length + trained.length, 14);
  for (const one of pictures.PICTURE_CHANGES)
    assert.ok(
      pictures.TRAINED_CHANGES.some((pair) => pair.includes(one)),
      one,
    );
});

test('the exact answer names the only task that fits, and the mean of those that do', () => {
  const tasks = pictures.tasksOfSort('single');
  const input = SQUARE;
  const only = pictures.exactPictureAnswer([{ input, output: change('mirror') }], input, tasks)!;
  assert.deepEqual(pictures.pictureOf(only), change('mirror'));
  // of an empty picture every task but inversion gives it back
  const empty = new Array<number>(SIDE * SIDE).fill(0);
  const open = pictures.exactPictureAnswer([{ input: empty, output: empty }], input, tasks)!;
  const fitting = tasks.filter(({ changes }) => changes[0] !== 'invert');
  const weights = fitting.map(({ colour }) => (colour === null ? 1 : 1 / 6));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = open.map((_, c) =>
    fitting.reduce(
      (sum, task, t) =>
        sum + (weights[t]! / total) * pictures.channelsOf(pictures.changedPicture(task, input))[c]!,
      0,
    ),
  );
  close(open, mean, 1e-12);
  const wrong = { input, output: SQUARE.map(() => 3) };
  assert.equal(pictures.exactPictureAnswer([wrong], input, tasks), null);
});

test('channels, patches and errors lead back to the picture', () => {
  for (let i = 0; i < 10; i++) {
    const picture = pictures.drawPicture(random(`patches ${i}`));
    const channels = pictures.channelsOf(picture);
    assert.deepEqual(pictures.pictureOf(channels), picture);
    assert.deepEqual(pictures.unpatched(pictures.patchesOf(picture)), channels);
    assert.deepEqual(pictures.pictureError(channels, picture), {
      squared: 0,
      pixels: 1,
      whole: 1,
    });
    const halves = pictures.pictureError(new Array(channels.length).fill(0.5), picture);
    close([halves.squared], [0.25], 1e-12);
  }
  // the first patch is the top left corner, row by row
  assert.deepEqual(
    pictures.patchesOf(SQUARE.map((_, i) => (i === 7 ? 1 : 0))).slice(0, 12),
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
  );
});

test('the eight layouts are the symmetries of the square: the query stays beside the hole', () => {
  const beside = (a: number, b: number): boolean => a !== b && a + b !== 3;
  const keys = new Set(pictures.CANVAS_LAYOUTS.map((one) => one.join()));
  assert.equal(keys.size, 8);
  for (const [input, output, query, hole] of pictures.CANVAS_LAYOUTS)
    assert.ok(beside(input, output) && beside(query, hole) && input + hole === 3);
});

test('a model answers the same alone and among others, and leaves no tensors', () => {
  const one = holes();
  const prompts = several(5, 1);
  const questions = prompts.map(({ examples, query }) => ({ example: examples[0]!, query }));
  leavesNothing(() => {
    const all = pictures.canvasAnswers(one, questions);
    close(all[3]!, pictures.canvasAnswers(one, [questions[3]!])[0]!, 1e-5);
    assert.ok(all.flat().every((p) => p > 0 && p < 1));
    const layouts = pictures.answersByLayout(one, questions);
    close(layouts[2]![5]!, pictures.canvasAnswers(one, questions, 5)[2]!, 1e-6);
  });
  const patches = pictures.patchesOf(questions[0]!.query);
  assert.equal(patches.length, pictures.PATCHES * pictures.PATCH_SIZE);
  one.dispose();
});

test('of a masked patch nothing is read', () => {
  const one = holes();
  const [prompt] = several(1, 1);
  const row = (last: pictures.Picture | null): pictures.PictureRow => ({
    pictures: [prompt!.examples[0]!.input, null, last],
    quadrants: [0, 1, 2],
  });
  const before = tf.tidy(() => {
    const pick = (fill: number): number[] => {
      const T = 2 * pictures.PATCHES;
      const patches = tf.concat(
        [tf.ones([1, pictures.PATCHES, 12]), tf.fill([1, pictures.PATCHES, 12], fill)],
        1,
      ) as tf.Tensor3D;
      const masked = tf.concat(
        [tf.zeros([1, pictures.PATCHES, 1]), tf.ones([1, pictures.PATCHES, 1])],
        1,
      ) as tf.Tensor3D;
      const quadrants = tf.tensor2d([0, 3], [1, 2], 'int32');
      const logits = one.logits({ patches, masked, quadrants, bias: tf.zeros([T, T]) });
      return [...logits.dataSync()];
    };
    return [pick(0), pick(1)];
  });
  close(before[0]!, before[1]!, 1e-6);
  assert.notDeepEqual(
    pictures.rowAnswers(one, [row(SQUARE)]),
    pictures.rowAnswers(one, [row(change('invert'))]),
  );
  one.dispose();
});

test('averaged answers, averaged features and the long canvas forget the order of examples', () => {
  const one = holes();
  const prompts = several(3, 4);
  for (const way of [
    pictures.averagedAnswers,
    pictures.featureAnswers,
    pictures.longCanvasAnswers,
  ]) {
    const [before, after] = [way(one, prompts), way(one, turned(prompts))];
    close(before.flat(), after.flat(), 1e-5);
  }
  const [before, after] = [
    pictures.tiledAnswers(one, prompts),
    pictures.tiledAnswers(one, turned(prompts)),
  ];
  assert.ok(before.flat().some((p, i) => Math.abs(p - after.flat()[i]!) > 1e-4));
  one.dispose();
});

test('with one example, or four times the same, all ways but tiles are the plain answer', () => {
  const one = holes();
  const single = several(3, 1);
  const plain = pictures.canvasAnswers(
    one,
    single.map(({ examples, query }) => ({ example: examples[0]!, query })),
  );
  const same = single.map((prompt) => ({
    ...prompt,
    examples: new Array<pictures.PicturePair>(4).fill(prompt.examples[0]!),
  }));
  for (const way of [pictures.averagedAnswers, pictures.featureAnswers]) {
    close(way(one, single).flat(), plain.flat(), 1e-5);
    close(way(one, same).flat(), plain.flat(), 1e-5);
  }
  close(pictures.longCanvasAnswers(one, single).flat(), plain.flat(), 1e-5);
  one.dispose();
});

test('averaged features are those of a loop over layers by hand', () => {
  const one = holes();
  const [prompt] = several(1, 3);
  const by = tf.tidy(() => {
    const { transformer } = one;
    const states = prompt!.examples.map(({ input, output }) => {
      const shown = [input, output, prompt!.query, null];
      return one.embedded({
        patches: tf.tensor3d(pictures.patchesOfAll(shown), [1, pictures.CANVAS_TOKENS, 12]),
        masked: tf.tensor3d(
          shown.flatMap((picture) => new Array(pictures.PATCHES).fill(Number(picture === null))),
          [1, pictures.CANVAS_TOKENS, 1],
        ),
        quadrants: tf.tensor2d([0, 1, 2, 3], [1, 4], 'int32'),
      });
    });
    const T = pictures.CANVAS_TOKENS;
    const half = T / 2;
    let h = states;
    for (let l = 0; l < transformer.size.layers; l++) {
      const attended = h.map((state) => {
        const [q, k, v] = transformer.queriesKeysValues(state, l);
        const D = q.shape[3];
        const weights = tf.softmax(tf.matMul(q, k, false, true).div(Math.sqrt(D)));
        return transformer.project(weights.matMul(v) as tf.Tensor4D, l); // [1, T, C]
      });
      const mean = tf
        .addN(attended.map((one) => one.slice([0, half, 0], [-1, -1, -1])))
        .div(attended.length);
      h = h.map((state, e) => {
        const got = tf.concat([attended[e]!.slice([0, 0, 0], [-1, half, -1]), mean], 1);
        const after = state.add(got) as tf.Tensor3D;
        return after.add(transformer.mlp(after, l)) as tf.Tensor3D;
      });
    }
    const last = one.read(h[0]!.slice([0, 3 * pictures.PATCHES, 0], [-1, -1, -1])).sigmoid();
    return pictures.unpatched([...last.dataSync()]);
  });
  close(pictures.featureAnswers(one, [prompt!])[0]!, by, 1e-5);
  one.dispose();
});

test('blocks: AR reads the order, InvICL does not, and masks are those of the methods', () => {
  const one = holes();
  const prompts = several(2, 3);
  const change = (method: model.Method): number => {
    const [a, b] = [
      pictures.blockAnswers(one, method, prompts).flat(),
      pictures.blockAnswers(one, method, turned(prompts)).flat(),
    ];
    return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  };
  assert.ok(change(pictures.PICTURE_METHODS.ar) > 1e-3);
  assert.ok(change(pictures.PICTURE_METHODS.invicl) < 1e-5);
  const bias = pictures.pictureBias(pictures.PICTURE_METHODS.invicl, 2);
  const values = bias.arraySync();
  const may = (a: number, b: number): boolean =>
    values[a * pictures.PATCHES]![b * pictures.PATCHES + 4] === 0;
  assert.equal(values.length, (4 * 2 + 2) * pictures.PATCHES);
  assert.ok(may(1, 0) && !may(0, 1) && !may(2, 0), 'first copies read themselves, causally');
  assert.ok(may(4, 2) && may(4, 3) && !may(4, 0) && may(5, 4), 'second copies read the others');
  assert.ok(may(8, 4) && may(9, 8) && !may(8, 9) && !may(8, 0), 'the test reads second copies');
  bias.dispose();
  one.dispose();
});

test('training lowers the loss of canvases, blocks and maps, to the same bits each time', () => {
  const run = (): number[] => {
    const first = new pictures.PictureModel({
      size: { ...pictures.PICTURE_SIZE, width: 16, layers: 1 },
      seed: 0,
      noiseSteps: 0,
    });
    const trainer = new pictures.CanvasTrainer(first, { steps: 30, batch: 8, warmUp: 0 });
    const losses = Array.from({ length: 30 }, () => trainer.train());
    trainer.dispose();
    first.dispose();
    return losses;
  };
  const [a, b] = [run(), run()];
  assert.deepEqual(a, b);
  assert.ok(a.slice(-5).every((loss) => loss < a[0]!));
  const blocks = holes();
  const trainers = [
    new pictures.PictureBlockTrainer(blocks, pictures.PICTURE_METHODS.invicl, {
      steps: 2,
      batch: 2,
    }),
    new pictures.MapTrainer(
      new pictures.PictureModel({ size: { ...size, maxPositions: 4 }, seed: 0, noiseSteps: 3 }),
      { steps: 2, batch: 2 },
    ),
    new pictures.CanvasTrainer(blocks, { steps: 2, batch: 2, mask: 'patches' }),
  ];
  for (const trainer of trainers) {
    assert.ok(Number.isFinite(trainer.train()));
    trainer.dispose();
  }
  trainers.forEach((one) => one.model !== blocks && one.model.dispose());
  blocks.dispose();
});

test('the loss of a channel is its cross-entropy, mean over those that count', () => {
  const [logits, targets] = [
    [0.3, -2, 1, 4],
    [1, 0, 0, 1],
  ];
  const loss = tf.tidy(() =>
    pictures
      .channelLoss(
        tf.tensor3d(logits, [1, 2, 2]),
        tf.tensor3d(targets, [1, 2, 2]),
        tf.tensor3d([1, 0], [1, 2, 1]),
      )
      .dataSync(),
  )[0]!;
  const entropy = (z: number, y: number): number => {
    const p = 1 / (1 + Math.exp(-z));
    return -Math.log(y === 1 ? p : 1 - p);
  };
  close([loss], [(entropy(0.3, 1) + entropy(-2, 0)) / 2], 1e-6);
});

test('a helpful example is retrieved after training on what the model answers', () => {
  const one = holes();
  const pairs = several(1, 12)[0]!.examples;
  const vectors = pairs.map((_, i) => [Math.cos(i), Math.sin(i), i % 2]);
  const sizes = { N: 6, L: 6 };
  const table = pictures.pictureHelpTable(one, pairs, vectors, sizes, random('help'));
  const [row, e] = [2, table.candidates[2]![4]!];
  const answer = pictures.canvasAnswers(one, [{ example: pairs[e]!, query: pairs[row]!.input }]);
  const { squared } = pictures.pictureError(answer[0]!, pairs[row]!.output);
  close([table.helpfulness[2]![4]!], [-squared], 1e-6);
  const weights = pictures.trainPictureRetriever([table], { seed: 0, steps: 5 });
  const pool = pictures.picturePool(pairs, vectors);
  const chosen = pictures.retrievedPicture(weights, vectors[0]!, pool);
  assert.ok(Number.isInteger(chosen) && chosen >= 0 && chosen < pairs.length);
  const features = pictures.pictureFeatures(one, [pairs[0]!.input, pairs[1]!.input]);
  assert.deepEqual([features.length, features[0]!.length], [2, size.width]);
  one.dispose();
});

test('maps lead there and back, and many colours are right', () => {
  for (let i = 0; i < 20; i++) {
    const prompt = pictures.drawMapPrompt(random(`maps ${i}`));
    assert.ok(pictures.isRightMap(prompt.answer, prompt));
    const scene = pictures.drawScene(random(`scene ${i}`));
    const other = scene.map((colour) => (colour > 0 ? (colour % 6) + 1 : 0));
    const back = { ...prompt, task: { from: 'outline', to: 'colours' } as const, scene };
    assert.ok(pictures.isRightMap(scene, back) && pictures.isRightMap(other, back));
    const white = pictures.shownAs('silhouette', scene);
    assert.ok(!pictures.isRightMap(white, back), 'white is no colour of a shape');
    const place = scene.findIndex((colour) => colour > 0);
    const spotted = scene.map((colour, p) => (p === place ? (colour % 6) + 1 : colour));
    assert.equal(pictures.coloursOfAnswer(spotted, scene), null, 'one shape has one colour');
    const outline = pictures.shownAs('outline', scene);
    assert.ok(outline.every((colour, p) => colour === 0 || scene[p]! > 0));
  }
});

test('noise: the schedule falls, and the steps back keep the distribution', () => {
  const schedule = pictures.noiseSchedule(50);
  assert.equal(schedule[0], 1);
  assert.ok(schedule.every((a, t) => t === 0 || (a < schedule[t - 1]! && a > 0)));
  for (const t of [1, 7, 50]) {
    const { clean, noisy, deviation } = pictures.backStep(schedule, t);
    const [now, before] = [schedule[t]!, schedule[t - 1]!];
    // x_t = sqrt(a_t) x_0 + noise: the step back has the mean and variance of x_{t - 1}
    close([clean + noisy * Math.sqrt(now)], [Math.sqrt(before)], 1e-9);
    close([noisy ** 2 * (1 - now) + deviation ** 2], [1 - before], 1e-9);
  }
  const x0 = [1, -1, 1];
  const drawn = pictures.denoise(random('noise'), schedule, { count: 2, size: 3 }, () => [x0, x0]);
  close(drawn.flat(), [...x0, ...x0], 1e-9);
  close(pictures.noised([1, -1], 0.36, [1, 1]), [0.6 + 0.8, -0.6 + 0.8], 1e-12);
});

test('answers of several layouts are averaged or vote, channel by channel', () => {
  const answers = [
    [0.9, 0.1, 0.6],
    [0.6, 0.4, 0.4],
    [0.4, 0.2, 0.1],
  ];
  close(pictures.meanAnswer(answers), [1.9 / 3, 0.7 / 3, 1.1 / 3], 1e-12);
  assert.deepEqual(pictures.votedAnswer(answers), [1, 0, 0]);
  assert.deepEqual(pictures.votedAnswer(answers.slice(0, 2)), [1, 0, 0.5]);
});

test('what is no picture, task or model is refused in one sentence', async (t) => {
  const one = holes();
  const prompts = several(1, 4);
  const picture = SQUARE;
  const tensors = (shape: [number, number, number]): tf.Tensor3D => tf.zeros(shape);
  await allRefused(t, [
    [() => pictures.channelsOf(picture.slice(1)), '35 pixels'],
    [() => pictures.channelsOf(picture.map(() => 9)), 'A picture'],
    [() => pictures.pictureOf([1, 0]), '2 channels'],
    [() => pictures.unpatched([1, 0]), '2 numbers'],
    [() => pictures.canvasLayout(8), 'layout', '8'],
    [() => pictures.pixelNeighbours(36, true), 'pixel', '36'],
    [() => pictures.changedPicture({ changes: [], colour: null }, picture), 'without changes'],
    [
      () => pictures.changedPicture({ changes: ['turn' as 'edge'], colour: null }, picture),
      "'turn'",
    ],
    [() => pictures.changedPicture({ changes: ['recolour'], colour: 7 }, picture), 'colour', '7'],
    [() => pictures.tasksOfSort('triple' as 'pair'), "'triple'"],
    [() => pictures.exactPictureAnswer([], picture, []), 'Tasks'],
    [() => pictures.averagedAnswers(one, []), 'Questions'],
    [() => pictures.tiledAnswers(one, several(1, 3)), 'four'],
    [
      () => pictures.featureAnswers(one, [...prompts, ...several(1, 2)]),
      'different numbers of examples',
    ],
    [() => pictures.blockAnswers(one, pictures.PICTURE_METHODS.ar, []), 'Questions'],
    [() => pictures.blockAnswers(one, pictures.PICTURE_METHODS.ar, prompts), 'examples', '4'],
    [() => pictures.pictureFeatures({} as pictures.PictureModel, [picture]), 'PictureModel'],
    [() => pictures.rowAnswers(one, []), 'Rows of pictures'],
    [
      () => pictures.rowAnswers(one, [{ pictures: [picture], quadrants: [0, 1] }]),
      'other numbers of pictures',
    ],
    [() => pictures.meanAnswer([[1], [1, 2]]), 'Answers', 'one length'],
    [() => pictures.picturePool([{ input: picture, output: picture }], [[1], [2]]), '2 vectors'],
    [() => pictures.noised([1], 0.5, [1, 2]), '2 numbers of noise'],
    [() => pictures.backStep([1, 2], 1), 'schedule'],
    [
      () =>
        pictures.denoise(random('x'), pictures.noiseSchedule(2), { count: 2, size: 1 }, () => [
          [1],
        ]),
      '1 pictures',
    ],
    [
      () => pictures.drawnAnswers(random('y'), one, [{ example: null, query: picture }]),
      'knows no noise',
    ],
    [
      () => pictures.channelLoss(tensors([1, 2, 2]), tensors([1, 2, 2]), tensors([1, 2, 2])),
      '[1,2,2]',
    ],
    [
      () =>
        one.embedded({
          patches: tensors([1, 9, 3]),
          masked: tensors([1, 9, 1]),
          quadrants: tf.zeros([1, 1]),
        }),
      'without steps of noise',
    ],
    [() => new pictures.CanvasTrainer(one, { mask: 'all' as 'hole' }), "'all'"],
  ]);
  one.dispose();
});
