/**
 * Experiments that edit facts of a language model: in its context, and by gradient steps through
 * adapters. A seed is a set of edits. The model itself is not changed.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { list, positive, section, whole } from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import { demonstrationsOf, measureEditing, type EditingMeasures } from './editingmeasures';
import {
  randomModelOf,
  beginOf,
  TEXT_VARIANT,
  textRequirements,
  withTextModel,
  type TextVariant,
} from './textmodel';
import { factsShown } from './work/editprompts';
import { CAPITALS, SHOWN_PARAPHRASES, TESTED_PARAPHRASES, statementOf } from './work/facts';

/** The config of such an experiment. */
export interface EditingConfig extends BaseConfig {
  readonly measures: EditingMeasures;
}

/** An experiment on edits of facts. */
export type EditingExperiment = ExperimentOf<TextVariant, EditingConfig>;

/** A model of random weights that knows the words of all prompts. */
function randomFactsModel(): LoadedModel {
  const prompts = [statementOf, ...TESTED_PARAPHRASES, ...SHOWN_PARAPHRASES].flatMap((prompt) =>
    CAPITALS.flatMap(({ country, city }) => [...prompt(country).split(' '), city]),
  );
  const words = [...new Set(['New', 'Fact:', 'Prompt:', ...prompts])];
  return randomModelOf(words, 'words of capitals');
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
  variant: TEXT_VARIANT,
  check: ({ config: { measures } }: PlanOf<EditingExperiment>) => {
    const { edits, neighbours, demonstrations, withoutRetain } = measures;
    const most = Math.max(...[demonstrations, withoutRetain].map(demonstrationsOf));
    const needed = 2 * edits + neighbours + factsShown(most);
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
    withTextModel(model, randomFactsModel, (loaded) =>
      measureEditing(loaded, beginOf(model), config.measures, seed, (metric, value) =>
        put(name, {}, metric, value),
      ),
    );
  },
  requirements: textRequirements(2200),
});
