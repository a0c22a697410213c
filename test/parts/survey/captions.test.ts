/**
 * Words and pictures: texts that say what pictures show, shut gates that change nothing, vectors in the
 * places of pictures, names in context, the semi-causal mask, and receipts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { captions, core, model, tf } from 'invicl';

import { allRefused, close, leavesNothing, refused } from '../../helpers';

const SIZE = { width: 16, layers: 2, heads: 4, mlpRatio: 1, maxPositions: 1 };
const language = new captions.CaptionLanguage({ size: SIZE, seed: 0 });
const encoder = new captions.PictureEncoder({ width: 16, seed: 1 });
const gated = (gate: number): captions.GatedPictures =>
  new captions.GatedPictures({ width: 16, layers: 2, seed: 1, gate });
const random = (seed = 0): core.Stream => core.stream(seed, 'test of captions');
const motif = (colour: number, shape: number): captions.Motif => ({ colour, shape });
const words = (tokens: readonly number[]): string =>
  tokens.map((token) => captions.CAPTION_WORDS[token]!).join(' ');

/** Scores after every token of texts with one picture each. */
function scores(
  sight: captions.Sight | null,
  pictures: readonly Float32Array[],
  open = 1,
): number[] {
  return tf.tidy(() => {
    const row = captions.captionTokens('| <picture> <picture> shows red ring');
    const tokens = tf.tensor2d(
      pictures.map(() => row),
      undefined,
      'int32',
    );
    const batch = { tokens, pictures: captions.motifPatches(pictures), places: [1] };
    return [...captions.sightedLogits(language, sight, batch, open).dataSync()];
  });
}

test('words have numbers, and a line says what its motif is', () => {
  assert.equal(new Set(captions.CAPTION_WORDS).size, captions.CAPTION_WORDS.length);
  assert.equal(words(captions.captionTokens('scarlet plus shows')), 'scarlet plus shows');
  const { asked, answer } = captions.captionAnswer(motif(0, 2), 'shows');
  assert.equal(words([...asked, ...answer]), 'shows red cross .');
  const place = captions.MOTIF_PLACES[captions.placeOfMotif(motif(0, 2))]!;
  assert.equal(
    words(captions.captionAnswer(motif(0, 2), 'described').answer),
    `red cross belongs ${place} .`,
  );
  assert.equal(words(captions.captionAnswer(motif(3, 1), 'colour').answer), 'yellow .');
  assert.equal(words(captions.captionAnswer(motif(3, 1), 'shape').answer), 'ring .');
  for (let i = 0; i < 20; i++) {
    const [colour, shape] = captions.detailTokens(random(i), motif(4, 6));
    assert.ok(captions.MOTIF_COLOURS[4]!.slice(1).includes(captions.CAPTION_WORDS[colour]!));
    assert.ok(captions.MOTIF_SHAPES[6]!.slice(1).includes(captions.CAPTION_WORDS[shape]!));
  }
});

test('one colour of each shape is held out, half of the motifs are told in detail', () => {
  const held = captions.MOTIFS.filter(captions.isHeldOutMotif);
  assert.equal(captions.MOTIFS.length, 48);
  assert.equal(held.length, 8);
  assert.equal(new Set(held.map(({ shape }) => shape)).size, 8);
  assert.equal(captions.MOTIFS.filter(captions.isToldInDetail).length, 24);
  for (let place = 0; place < 4; place++)
    assert.equal(captions.MOTIFS.filter((m) => captions.placeOfMotif(m) === place).length, 12);
});

test('in texts a motif keeps its name, and places stand after details of told motifs only', () => {
  const detailed = (word: string, groups: readonly (readonly string[])[]): number =>
    groups.findIndex((group) => group.slice(1).includes(word));
  for (let seed = 0; seed < 20; seed++) {
    const naming = words(captions.drawCaptionText(random(seed), 61, true)).split(' ');
    const names = new Map<string, string>();
    for (let at = 1; at + 5 <= naming.length; at += 5) {
      const [colour, shape] = [
        detailed(naming[at]!, captions.MOTIF_COLOURS),
        detailed(naming[at + 1]!, captions.MOTIF_SHAPES),
      ];
      assert.ok(colour >= 0 && shape >= 0 && naming[at + 2] === 'is' && naming[at + 4] === '.');
      const key = `${colour} ${shape}`;
      assert.equal(names.get(key) ?? naming[at + 3], naming[at + 3]);
      names.set(key, naming[at + 3]!);
    }
    assert.ok(names.size <= 3);
    const lines = words(captions.drawCaptionText(random(seed), 200, false))
      .split(' . ')
      .slice(0, -1);
    for (const line of lines.map((one) => one.replace('| ', '').split(' '))) {
      const [colour, shape] = [
        detailed(line[0]!, captions.MOTIF_COLOURS),
        detailed(line[1]!, captions.MOTIF_SHAPES),
      ];
      if (colour >= 0 && line.includes('belongs'))
        assert.ok(captions.isToldInDetail(motif(colour, shape)), line.join(' '));
    }
  }
});

test('pictures show their motif in its colour, and patches hold the pixels where they were', () => {
  const red = captions.motifPicture(random(), motif(0, 0));
  const blue = captions.motifPicture(random(), motif(2, 0));
  const at = (picture: Float32Array, x: number, y: number): number[] => [
    ...picture.slice(3 * (16 * y + x), 3 * (16 * y + x) + 3),
  ];
  const [inRed, inBlue] = [at(red, 8, 8), at(blue, 8, 8)];
  assert.ok(inRed[0]! > inRed[2]! + 0.3 && inBlue[2]! > inBlue[0]! + 0.3);
  const ring = captions.motifPicture(random(), motif(0, 1));
  assert.ok(at(ring, 8, 8)[0]! < 0.4, 'a ring is empty in its middle');
  tf.tidy(() => {
    const patches = captions.motifPatches([red]).arraySync(); // [1][16][48]
    close(patches[0]![0]!.slice(0, 3), at(red, 0, 0), 1e-7);
    close(patches[0]![6]!.slice(3, 6), at(red, 9, 4), 1e-7);
    close(patches[0]![15]!.slice(45), at(red, 15, 15), 1e-7);
  });
});

test('gates that are shut leave every score of the language model as it is, to the last bit', () => {
  const pictures = [0, 1].map((i) => captions.motifPicture(random(i), motif(i, i)));
  leavesNothing(() => {
    const shut = gated(0);
    const blind = scores(null, pictures);
    assert.deepEqual(scores(shut, pictures), blind);
    assert.deepEqual(shut.openings().flat(), [0, 0, 0, 0]);
    const open = gated(0.5);
    assert.notDeepEqual(scores(open, pictures), blind);
    close(scores(open, pictures, 0), blind, 1e-6, 'opened by 0');
    close(open.openings().flat(), new Array<number>(4).fill(Math.tanh(0.5)), 1e-6);
    shut.dispose();
    open.dispose();
  });
});

test('words before a picture do not see it, and each word sees the last picture before it', () => {
  const row = captions.captionTokens('| is <picture> <picture> is <picture> <picture> is');
  const [a, b, c] = [0, 1, 2].map((i) => captions.motifPicture(random(i), motif(i, i)));
  const open = gated(1);
  for (const sight of [encoder, open]) {
    const of = (pictures: readonly Float32Array[]): number[][] =>
      tf.tidy(() => {
        const tokens = tf.tensor2d([row], undefined, 'int32');
        const batch = { tokens, pictures: captions.motifPatches(pictures), places: [2, 5] };
        return (captions.sightedLogits(language, sight, batch).arraySync() as number[][][])[0]!;
      });
    const [first, otherLast] = [of([a!, b!]), of([a!, c!])];
    close(first.slice(0, 5).flat(), otherLast.slice(0, 5).flat(), 1e-5);
    assert.ok(Math.abs(first[5]![0]! - otherLast[5]![0]!) > 1e-4);
    const otherFirst = of([c!, b!]);
    close(first.slice(0, 2).flat(), otherFirst.slice(0, 2).flat(), 1e-5);
    assert.ok(Math.abs(first[2]![0]! - otherFirst[2]![0]!) > 1e-4);
  }
  open.dispose();
});

test('vectors of an encoder stand where words would: given words as vectors, nothing changes', () => {
  tf.tidy(() => {
    const tokens = tf.tensor2d([captions.captionTokens('| scarlet plus is')], undefined, 'int32');
    const embedded = language.embedded(tokens);
    const own = { vectors: () => embedded.slice([0, 1, 0], [-1, 2, -1]) };
    const asEncoder = Object.assign(
      Object.create(captions.PictureEncoder.prototype) as captions.PictureEncoder,
      own,
    );
    const shown = tf.tensor2d(
      [captions.captionTokens('| <picture> <picture> is')],
      undefined,
      'int32',
    );
    const batch = {
      tokens: shown,
      pictures: captions.motifPatches([captions.motifPicture(random(), motif(0, 2))]),
      places: [1],
    };
    const [a, b] = [
      language.logitsOf(embedded).dataSync(),
      captions.sightedLogits(language, asEncoder, batch).dataSync(),
    ];
    close([...b], [...a], 1e-5);
  });
});

test('a word never reads what comes after it', () => {
  tf.tidy(() => {
    const of = (text: string): number[][] =>
      (
        language
          .logitsOf(
            language.embedded(tf.tensor2d([captions.captionTokens(text)], undefined, 'int32')),
          )
          .arraySync() as number[][][]
      )[0]!;
    const [a, b] = [of('| scarlet plus is dax .'), of('| scarlet plus is wug shows')];
    close(a.slice(0, 4).flat(), b.slice(0, 4).flat(), 1e-5);
  });
});

test('a text that gives names shows each as often, and asks for the name of the last picture', () => {
  for (const of of captions.NAMED_THINGS)
    for (let seed = 0; seed < 10; seed++) {
      const prompt = captions.drawNaming(random(seed), 3, of);
      assert.equal(prompt.pictures.length, 7);
      assert.equal(prompt.tokens.length, 1 + 5 * 6 + 3);
      prompt.places.forEach((place) =>
        assert.deepEqual(prompt.tokens.slice(place, place + 2), [
          captions.PICTURE_TOKEN,
          captions.PICTURE_TOKEN,
        ]),
      );
      const times = (name: number): number => prompt.tokens.filter((one) => one === name).length;
      assert.deepEqual([times(prompt.right), times(prompt.wrong)], [3, 3]);
      assert.equal(prompt.inWords === null, of === 'glyphs');
      if (prompt.inWords === null) continue;
      const groups = (at: number): string =>
        [captions.MOTIF_COLOURS, captions.MOTIF_SHAPES]
          .map((all, i) =>
            all.findIndex((g) => g.includes(captions.CAPTION_WORDS[prompt.inWords![at + i]!]!)),
          )
          .join();
      const asked = groups(prompt.places[6]!);
      for (const place of prompt.places.slice(0, 6))
        assert.equal(
          prompt.inWords[place + 3] === prompt.right,
          groups(place) === asked,
          'a name goes with its motif',
        );
    }
  const rows = [0, 1].map((i) => captions.drawNaming(random(i), 1));
  const one = (at: number): number[] => captions.CAPTION_WORDS.map((_, w) => (w === at ? 1 : 0));
  assert.equal(captions.namesRight(rows, [one(rows[0]!.right), one(rows[1]!.wrong)]), 0.5);
});

test('instructions answer what was drawn, and leave out what is held out', () => {
  const drawn = captions.pictureInstructions(random(), 60, ['shows', 'colour', 'belongs']);
  for (const { motif: shown, ask, answer } of drawn) {
    assert.ok(!captions.isHeldOutMotif(shown));
    assert.deepEqual(answer, captions.captionAnswer(shown, ask).answer);
    if (ask === 'belongs') assert.ok(captions.isToldInDetail(shown));
  }
  assert.equal(new Set(drawn.map(({ ask }) => ask)).size, 3);
  assert.ok(
    captions
      .pictureInstructions(random(), 20, ['shows'], true)
      .every((one) => captions.isHeldOutMotif(one.motif)),
  );
});

test('training changes the sight and leaves the language model; a bridge is the head alone', () => {
  leavesNothing(() => {
    for (const parts of ['sight', 'bridge'] as const) {
      const sight = new captions.PictureEncoder({ width: 16, seed: 1 });
      const values = (all: model.Parameters): Record<string, number[]> =>
        Object.fromEntries(Object.entries(all).map(([name, one]) => [name, [...one.dataSync()]]));
      const [before, languageBefore] = [values(sight.parameters), values(language.parameters)];
      const trainer = new captions.SightTrainer(
        language,
        sight,
        { steps: 2, batch: 4, seed: 0 },
        parts,
      );
      trainer.train();
      trainer.train();
      const after = values(sight.parameters);
      const changed = Object.keys(after).filter(
        (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
      );
      assert.deepEqual(values(language.parameters), languageBefore);
      assert.ok(changed.includes('head.weight'));
      assert.equal(
        changed.every((name) => name.startsWith('head.')),
        parts === 'bridge',
      );
      trainer.dispose();
      sight.dispose();
    }
  });
  const open = gated(0);
  refused(() => new captions.SightTrainer(language, open, {}, 'bridge'), 'bridge', 'gated layers');
  open.dispose();
});

test('the semi-causal mask is that of a decoder outside spans, and full inside them', () => {
  const mask = captions.semiCausal([
    [1, 3],
    [4, 6],
  ]);
  const rows = Array.from({ length: 7 }, (_, i) =>
    Array.from({ length: 7 }, (__, j) => mask(i, j)),
  );
  rows.forEach((row, i) =>
    row.forEach((may, j) =>
      assert.equal(may, j <= i || (i === 1 && j === 2) || (i === 4 && j === 5), `${i} ${j}`),
    ),
  );
  const causal = captions.semiCausal([]);
  assert.ok(rows.every((row, i) => row.every((_, j) => causal(i, j) === j <= i)));
  // block by block it is the token mask of AR whose examples read themselves in both directions
  const blocks = model.masks.blocksOf(2, 1, false);
  const tokens = model.masks.tokensOf(blocks, () => 2);
  const byBlocks = model.masks.tokenMask(model.masks.ar, tokens, 'full');
  const spans = captions.semiCausal([
    [0, 2],
    [2, 4],
  ]);
  byBlocks.forEach((row, i) => row.forEach((may, j) => assert.equal(may, spans(i, j))));
});

test('receipts have every label, and the reader is the weighted vote of its demonstrations', () => {
  const receipt = captions.drawReceipt(random());
  assert.deepEqual(
    [...new Set(receipt.map(({ label }) => label))].sort(),
    [...captions.RECEIPT_LABELS].sort(),
  );
  const total = receipt.find(({ label }) => label === 'total')!;
  const prices = receipt.filter(({ label }) => label === 'price').map(({ text }) => Number(text));
  assert.ok(Math.abs(Number(total.text) - prices.reduce((a, b) => a + b, 0)) < 1e-9);
  const shares = captions.receiptShares(receipt, total, true);
  close([shares.reduce((a, b) => a + b, 0)], [1], 1e-12);
  assert.equal(captions.RECEIPT_LABELS[shares.indexOf(Math.max(...shares))], 'total');
  const twins = [
    { text: '1.00', x: 0.8, y: 0.2, label: 'price', left: 'Milk' },
    { text: '1.00', x: 0.8, y: 0.8, label: 'total', left: 'SUM' },
  ] as const;
  const alike = captions.receiptShares(twins, twins[0], false);
  close([alike[4]!, alike[5]!], [0.5, 0.5], 1e-12, 'the text alone does not tell them apart');
  assert.ok(captions.receiptShares(twins, twins[0], true)[4]! > 0.99);
});

test('rounds keep what they have, and hard ones add what is read worst', () => {
  const train = [0, 1, 2, 3].flatMap((i) => captions.drawReceipt(random(i)));
  const way = { added: 'hard', layout: true, format: true } as const;
  const rounds = captions.receiptRounds(random(), train, way, 3, 2);
  assert.deepEqual(
    rounds.map((shown) => shown.length),
    [7, 9, 11, 13],
  );
  assert.equal(new Set(rounds[0]!.map(({ label }) => label)).size, 7);
  rounds.slice(1).forEach((shown, r) => {
    assert.deepEqual(shown.slice(0, -2), rounds[r]);
    assert.deepEqual(shown.slice(-2), captions.hardestSegments(train, rounds[r]!, 2, true));
    const right = (one: captions.ReceiptSegment): number =>
      captions.receiptShares(rounds[r]!, one, true)[captions.RECEIPT_LABELS.indexOf(one.label)]!;
    const least = Math.min(...train.filter((one) => !rounds[r]!.includes(one)).map(right));
    close([right(shown.at(-2)!)], [least], 1e-12);
  });
  assert.ok(captions.receiptF1(train, train, true) > 0.9);
});

test('what the functions cannot use is refused', (t) =>
  allRefused(t, [
    [() => captions.captionToken('apple'), 'apple', 'Use one of'],
    [() => captions.captionAnswer(motif(9, 0), 'shows'), 'colour of a motif', '9'],
    [() => captions.captionAnswer(motif(0, 0), 'size' as 'shows'), 'What is asked', 'size'],
    [() => captions.drawCaptionText(random(), 1, true), 'Words of a text', '1'],
    [() => captions.glyphPicture(random(), new Float32Array(3), 0), '3 numbers', '196'],
    [() => captions.motifPatches([]), 'no picture'],
    [() => captions.drawNaming(random(), 0), 'k', '0'],
    [() => captions.pictureInstructions(random(), 1, []), 'What is asked'],
    [() => captions.semiCausal([[2, 2]]), '[2, 2]'],
    [
      () =>
        captions.semiCausal([
          [0, 3],
          [2, 4],
        ]),
      '[2, 4]',
      'begins before 3',
    ],
    [() => captions.namesRight([], []), 'Scores'],
    [() => captions.receiptShares([], captions.drawReceipt(random())[0]!, true), 'Demonstrations'],
    [
      () =>
        captions.receiptRounds(
          random(),
          captions.drawReceipt(random()),
          { added: 'hard', layout: true, format: true },
          30,
          3,
        ),
      'Training segments',
      '97',
    ],
    [
      () => new captions.CaptionLanguage({ size: { ...SIZE, heads: 3 }, seed: 0 }),
      'width 16',
      '3 heads',
    ],
    [() => new captions.PictureEncoder({ width: 0, seed: 0 }), 'width', '0'],
    [() => gated(NaN), 'gate', 'NaN'],
    [() => captions.saidOf(language, encoder, [], [], 1), 'Pictures', '[]'],
    [
      () =>
        captions.saidOf(
          language,
          encoder,
          [captions.motifPicture(random(), motif(0, 0))],
          [[3], [3]],
          1,
        ),
      '2 lists of words',
      '1 pictures',
    ],
    [
      () =>
        captions.nextWordScores(
          language,
          encoder,
          [
            [1, 2],
            [1, 2, 3],
          ].map((tokens) => ({
            tokens,
            pictures: [captions.motifPicture(random(), motif(0, 0))],
            places: [0],
          })),
        ),
      'several layouts',
    ],
    [
      () => captions.namesRight([{ ...captions.drawNaming(random(), 1) }], [[1], [2]]),
      '2 rows',
      '1 prompts',
    ],
    [() => captions.nameTokens(undefined as unknown as captions.Motif), 'A motif', 'undefined'],
  ]));
