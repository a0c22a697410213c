// Our side of the case smollm2: SmolLM2 reads a context of about 300 tokens once, and scores two
// labels of each of 200 queries of about 30 tokens over it.
'use strict';
const fs = require('node:fs');
const { language, model } = require('invicl');

const [CONTEXT, QUERIES, QUERY] = [300, 200, 30]; // tokens, queries, tokens of a query
const LABELS = ['negative', 'positive'];
const TEMPLATE = {
  style: 'direct',
  between: '\nOutput: ',
  after: '\n\n',
  begin: '<|endoftext|>',
  longest: 64,
};
const WORDS =
  'film story moving people strange music quiet war city night summer road letter'.split(' ');

/** A made-up review of so many nouns; no two of the first thousands are alike. */
const textOf = (i, nouns) =>
  `Input: review ${i} of the ` +
  Array.from({ length: nouns }, (_, k) => WORDS[(i + k * (1 + (i % 5))) % WORDS.length]).join(
    ' and the ',
  );

/** Demonstrations of about `CONTEXT` tokens together. */
function demonstrations({ tokenizer }) {
  const all = [];
  let tokens = 1;
  while (tokens < CONTEXT) {
    all.push({ input: textOf(all.length, 7), output: LABELS[all.length % 2] });
    tokens += language.exampleTokens(tokenizer, all.at(-1), TEMPLATE).length;
  }
  return all;
}

/** The queries; their lengths differ by a third in both directions. */
const queries = () =>
  Array.from({ length: QUERIES }, (_, i) =>
    textOf(1000 + i, Math.round(QUERY / 4.5) + (i % 5) - 2),
  );

/** What the peer reads: the same tokens, the answer's place at the end of each query. */
function writeTokens(file, { tokenizer }, shown, tests) {
  const context = [
    ...tokenizer.encode(TEMPLATE.begin),
    ...shown.flatMap((one) => language.exampleTokens(tokenizer, one, TEMPLATE)),
  ];
  fs.writeFileSync(file, JSON.stringify({ context, tests }));
}

/** The usual way: each prompt whole; the first queries only, as it takes minutes for all. */
const WHOLE = 8;

/** A function that scores all queries once; `parts`: how many such runs all queries would take. */
exports.prepare = ({ folder, batch, whole }) => {
  const loaded = language.loadLanguageModel(folder);
  const shown = demonstrations(loaded);
  const asked = queries();
  if (whole) {
    const scoring = { method: model.METHODS.ar, template: TEMPLATE, length: 'sum' };
    const questions = asked
      .slice(0, WHOLE)
      .map((input) => ({ examples: shown, input, options: LABELS }));
    const { model: lm, tokenizer } = loaded;
    const once = () => language.scoreOptions(lm, tokenizer, questions, scoring).flat();
    return Object.assign(once, { parts: QUERIES / WHOLE });
  }
  const tests = asked.flatMap((input) =>
    LABELS.map((label) => language.testTokens(loaded.tokenizer, input, label, TEMPLATE)),
  );
  writeTokens(batch, loaded, shown, tests);
  const once = () => {
    const scorer = language.tokenScorer(loaded, 'ar', TEMPLATE);
    const { scores } = scorer.score(shown, asked, LABELS);
    scorer.dispose(); // so that the context is read every time
    return scores.flat();
  };
  return Object.assign(once, { parts: 1 });
};
