/** What Llama's config.json may say, and models of its kind trained on prompts. */
import * as assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { language, metaicl, model } from 'invicl';

import { allRefused, fixture, scratch, type Refusal } from '../helpers';

type Json = Record<string, unknown>;

/** The fixture with other settings, loaded; a setting that is undefined is left out. */
const configured = (settings: Json) => (): language.LoadedModel => {
  const folder = join(scratch(), 'llama');
  cpSync(fixture(join('models', 'llama')), folder, { recursive: true });
  const file = join(folder, 'config.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as Json;
  writeFileSync(file, JSON.stringify({ ...json, ...settings }));
  return language.loadLanguageModel(folder);
};

test('the config of a Llama, in the form of today and in the older one', () => {
  for (const settings of [
    {},
    { rope_parameters: undefined, rope_theta: 1000, rope_scaling: null, rope_interleaved: false },
    { head_dim: undefined },
    { head_dim: null },
  ]) {
    const { model: lm } = configured(settings)();
    const { architecture, size, tied, end } = lm.config;
    assert.deepEqual(architecture, {
      ...{ parallel: false, gelu: null, rotary: { dims: 4, base: 1000 } },
      ...{ norm: 'rms', biases: false, keyHeads: 2 },
    });
    assert.deepEqual(size, { width: 24, layers: 2, heads: 6, mlpRatio: 64 / 24, maxPositions: 64 });
    assert.deepEqual([tied, end], [true, 0]);
    lm.dispose();
  }
});

test('a Llama that does what is not built here is refused by the name of the setting', async (t) => {
  const refusals: Refusal[] = [
    [configured({ hidden_act: 'gelu' }), "'hidden_act'", '"gelu"', '"silu"'],
    [configured({ rms_norm_eps: 1e-6 }), "'rms_norm_eps'", '0.000001', '0.00001'],
    [configured({ rms_norm_eps: undefined }), "'rms_norm_eps'"],
    [configured({ attention_bias: true }), "'attention_bias'", 'true'],
    [configured({ mlp_bias: true }), "'mlp_bias'", 'true'],
    [configured({ pretraining_tp: 2 }), "'pretraining_tp'", '2'],
    [configured({ rope_interleaved: true }), "'rope_interleaved'", 'true'],
    [configured({ rope_scaling: { factor: 2 } }), "'rope_scaling'", 'without rope_scaling'],
    [configured({ rope_parameters: { rope_type: 'llama3' } }), 'rotary positions are scaled'],
    [configured({ head_dim: 8 }), "'head_dim' 8", '6 heads', 'width 24'],
    [configured({ num_key_value_heads: 4 }), '6 heads of queries', '4 heads of keys'],
    [configured({ num_key_value_heads: undefined }), "'blocks.0.qkv.weight'", '[24, 40]'],
    [configured({ intermediate_size: 63 }), "'blocks.0.gate.weight'", '[24, 64]', '[24, 63]'],
    [configured({ intermediate_size: 63.5 }), 'mlpRatio', 'hidden units'],
    [configured({ tie_word_embeddings: undefined }), "'lm_head.weight'"],
  ];
  await allRefused(t, refusals);
});

test('a Llama trained on prompts of texts learns, and resumes to the same bits', async () => {
  const tasks = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 4), 40, 1);
  const rows = tasks.flatMap((task) => task.rows);
  const words = new Set(rows.flatMap(({ input, output }) => [...input.split(' '), output]));
  const json = language.wordTokenizerJson([...words].sort());
  const tokenizer = language.tokenizerOf(json, 'words');
  const { architecture } = configured({})().model.config;
  const config: language.LanguageModelConfig = {
    family: 'llama',
    vocabulary: tokenizer.vocabulary,
    size: { width: 24, layers: 2, heads: 6, mlpRatio: 40 / 24, maxPositions: 128 },
    architecture,
    local: null,
    tied: true,
    end: null,
  };
  const template: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 40 };
  for (const key of ['ar', 'invicl'] as const) {
    const run = async (cuts: readonly number[]): Promise<{ curve: number[]; words: number[] }> => {
      const checkpoint = join(scratch(), 'run.safetensors');
      const trainers = cuts.map(() => {
        const loaded = { model: new language.LanguageModel(config, 1), tokenizer };
        const given = { steps: 12, batch: 4, n: 2, tests: 1, logEvery: 1 };
        const method = model.METHODS[key];
        return { loaded, trainer: new metaicl.TextTrainer(loaded, method, tasks, given, template) };
      });
      for (const [i, { trainer }] of trainers.entries())
        await trainer.run({ until: cuts[i]!, checkpoint });
      const { trainer, loaded } = trainers.at(-1)!;
      return {
        curve: trainer.curve.map(([, loss]) => loss),
        words: [...loaded.model.parameters['words']!.dataSync()],
      };
    };
    const whole = await run([12]);
    assert.ok(whole.curve.at(-1)! < 0.9 * whole.curve[0]!, `${key}: ${whole.curve.join(' ')}`);
    assert.deepEqual(await run([5, 12]), whole);
  }
});
