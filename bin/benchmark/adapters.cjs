// Our side of the case smollm2-lora: a training step with adapters on SmolLM2, one prompt of about
// 250 tokens.
'use strict';
const fs = require('node:fs');
const { language, model } = require('invicl');

/** Tokens of the prompt when its context is read once. */
const TOKENS = 250;
const TEMPLATE = { style: 'direct', between: '\nOutput:', after: '\n\n', longest: 64 };
const WORDS =
  'film story moving people strange music quiet war city night summer road letter'.split(' ');

/** Examples of the sentiment of made-up reviews, about 30 tokens each, and one that is asked. */
function examplesOf({ tokenizer }) {
  const example = (i) => ({
    input: `Input: the ${WORDS.map((_, k) => WORDS[(i + k) % WORDS.length]).join(' and the ')}`,
    output: i % 2 ? ' positive' : ' negative',
  });
  const length = language.exampleTokens(tokenizer, example(0), TEMPLATE).length;
  const count = Math.round(TOKENS / length) - 1;
  return { shown: Array.from({ length: count }, (_, i) => example(i)), asked: [example(count)] };
}

/** Trains on one prompt again and again; ours is padded as in every run, the peers' is not. */
class OnePromptTrainer extends language.LanguageModelTrainer {
  constructor(loaded, method, learningRate, examples) {
    const config = { seed: 0, steps: 1e6, batch: 1, microBatch: 1, learningRate, warmUp: 0 };
    const rest = { finalRate: 1, clip: 1, adam: {}, logEvery: 1e6, checkpointEvery: 1e6 };
    super(loaded, model.METHODS[method], { ...config, ...rest }, {}, TEMPLATE, {});
    this.examples = examples;
  }

  draw() {
    return this.examples;
  }
}

/** Writes the prompt for the peers; returns a function that makes one step and returns its loss. */
exports.prepare = ({ folder, method, learningRate, rank, alpha, batch }) => {
  const loaded = language.loadLanguageModel(folder);
  const adapted = new language.AdaptedModel(loaded.model, { rank, alpha });
  const own = { model: adapted, tokenizer: loaded.tokenizer };
  const trainer = new OnePromptTrainer(own, method, learningRate, examplesOf(loaded));
  const { prompt, scored } = trainer.promptFrom(trainer.examples);
  const { layout, tokens, positions } = prompt;
  fs.writeFileSync(batch, JSON.stringify({ tokens, positions, mask: layout.mask, scored }));
  return () => [trainer.train()];
};
