/** Functions that the fuzz test does not call, by the reason. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'runs inside of loops and graphs, where checks would cost': [
    'core.inChunks',
    'core.shapesByRule',
    'core.compile',
    'model.firstStage',
    'model.secondStage',
    'classifiers.through',
    'tasks.product',
    'tasks.leafOf',
    'theory.linearStep',
    'theory.spectralRadius',
    'shapes.distilledLogits',
    'mechanisms.nextTokenLosses',
  ],
  'writes files, downloads, or changes the process': [
    'core.ready',
    'notebook.start',
    'core.download',
    'core.fetchPlain',
    'notebook.fetchPretrained',
    'core.writeAtomic',
    'core.writeSafetensors',
    'records.writeRecords',
    'records.keepEarlier',
    'experiments.runJob',
    'training.checkpointKind',
    'language.fetchModel',
    'language.writeLanguageModel',
    'language.writeAdapters',
  ],
  'takes nothing, and needs a model that was fetched': [
    'language.loadMiniLM',
    'language.miniLMFolder',
    'language.smolLM2Folder',
  ],
  'takes an object of the library itself, which would stay spoilt': ['registry.experimentOfKind'],
  'costs seconds, or only passes on what it is given': [
    'notebook.toPng',
    'notebook.toSvg',
    'experiments.trySteps',
    'theory.measureProperties',
    'theory.allMethodProperties',
    'model.sampledInCanonicalOrder',
  ],
};

/** The reason of each function, by `module.name`. */
export const UNCALLED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(REASONS).flatMap(([reason, names]) => names.map((name) => [name, reason])),
);
