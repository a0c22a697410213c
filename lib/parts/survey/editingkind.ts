/**
 * Experiments that edit facts of a language model: in its context, and by gradient steps through
 * adapters. A seed is a set of edits. The model itself is not changed.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { list, maybe, oneOf, positive, section, text, whole } from '../../experiments/settings';
import { loadLanguageModel, type LoadedModel } from '../../language/folder';
import { freshLanguageModel } from '../../language/ownmodel';
import { smolLM2Folder } from '../../language/pretrained';
import { tokenizerOf, wordTokenizerJson } from '../../language/tokenizer';
import { demonstrationsOf, measureEditing, type EditingMeasures } from './editingmeasures';
import { CAPITALS, SHOWN_PARAPHRASES, TESTED_PARAPHRASES, statementOf } from './work/facts';

/** Who is edited; 'random': a model of random weights, to see the machinery run. */
export interface EditingVariant extends Variant {
  readonly model: 'smollm2' | 'random';
}

/** The config of such an experiment. */
export interface EditingConfig extends BaseConfig {
  readonly measures: EditingMeasures;
}

/** An experiment on edits of facts. */
export type EditingExperiment = ExperimentOf<EditingVariant, EditingConfig>;

/** A model of random weights that knows the words of all prompts. */
function randomFactsModel(): LoadedModel {
  const prompts = [statementOf, ...TESTED_PARAPHRASES, ...SHOWN_PARAPHRASES].flatMap((prompt) =>
    CAPITALS.flatMap(({ country, city }) => [...prompt(country).split(' '), city]),
  );
  const words = [...new Set(['New', 'Fact:', 'Prompt:', ...prompts])];
  const tokenizer = tokenizerOf(wordTokenizerJson(words), 'words of capitals');
  const size = { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 512 };
  return freshLanguageModel(tokenizer, size, 0);
}

const COUNTS = section('demonstrations by kind', {
  copy: whole('that repeat their new fact', 0, 100),
  update: whole('that answer a paraphrase by their new fact', 0, 100),
  retain: whole('that answer for another country by the truth', 0, 100),
});

const SETTINGS = section('an experiment on edits of facts', {
  seeds: whole('sets of edits', 1, 10_000),
  measures: section('what is edited, and how', {
    edits: whole('edits', 1, CAPITALS.length),
    neighbours: whole('neighbours of each edit', 1, CAPITALS.length),
    demonstrations: COUNTS,
    withoutRetain: COUNTS,
    adapters: section('adapters', {
      rank: whole('rows of B', 1, 1e4),
      alpha: positive('A B is multiplied by alpha / rank'),
    }),
    steps: whole('steps of each edit by gradient descent', 1, 10_000),
    rates: list('learning rates', positive('a learning rate'), 1),
    paraphrasedRate: positive('learning rate of steps that also take paraphrases'),
  }),
});

/** Experiments on edits of facts. */
export const EDITING_KIND = measuringKind<EditingExperiment>({
  name: 'edits of facts',
  settings: SETTINGS,
  variant: section('who is edited', {
    key: text('names its files'),
    name: text('how tables call it'),
    model: oneOf('the model', 'smollm2', 'random'),
    seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
  }),
  check: ({ config: { measures } }: PlanOf<EditingExperiment>) => {
    const { edits, neighbours, demonstrations, withoutRetain } = measures;
    const most = Math.max(...[demonstrations, withoutRetain].map(demonstrationsOf));
    const needed = 2 * edits + neighbours + Math.max(2 * most, most + 2);
    demand(
      3 * edits <= CAPITALS.length && needed <= CAPITALS.length,
      () =>
        `${edits} edits with ${neighbours} neighbours and ${most} demonstrations need more than ` +
        `${CAPITALS.length} facts.`,
      'Ask for fewer of one of them.',
    );
  },
  baselines: (_, put) => put('chance of two objects', {}, 'efficacy', 1 / 2),
  measure: ({ config }, { name, model }, seed, put) => {
    const random = model === 'random';
    const loaded = random ? randomFactsModel() : loadLanguageModel(smolLM2Folder());
    try {
      measureEditing(
        loaded,
        random ? '' : '<|endoftext|>',
        config.measures,
        seed,
        (metric, value) => put(name, {}, metric, value),
      );
    } finally {
      loaded.model.dispose();
    }
  },
  // weights in 32 bits, and what a step keeps for its gradients
  requirements: (_, { model }) => ({
    memoryMB: BASE_MB + (model === 'smollm2' ? 2200 : 150),
    diskMB: 1,
  }),
});
