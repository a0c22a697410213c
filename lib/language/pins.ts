/**
 * The models that have a short name, each at one commit, with the checksums of its files as far as
 * they are known from a source other than the hub. Of a file that is not listed here only the hub's
 * own checksum is known: it shows a damaged download, but not a hub that serves another file.
 */

/** A commit of a model, and the sha256 of its files in hexadecimal. */
export interface Pin {
  readonly commit: string;
  readonly sha256: Readonly<Record<string, string>>;
}

/** Short names of models that the paper uses. */
export const SHORT: Readonly<Record<string, string>> = {
  gpt2: 'openai-community/gpt2',
  'gpt2-medium': 'openai-community/gpt2-medium',
  'gpt2-large': 'openai-community/gpt2-large',
  'gpt2-xl': 'openai-community/gpt2-xl',
  'gpt-neo-125m': 'EleutherAI/gpt-neo-125m',
  'gpt-neo-2.7B': 'EleutherAI/gpt-neo-2.7B',
  'pythia-70m': 'EleutherAI/pythia-70m',
  'pythia-2.8b': 'EleutherAI/pythia-2.8b',
};

export const PINS: Readonly<Record<string, Pin>> = {
  'openai-community/gpt2': {
    commit: '607a30d783dfa663caf39e06633721c8d4cfcd7e',
    sha256: {
      'config.json': '0daed7749b4f02b8f76240d5444551d7b08712dab4d0adb8239c56ba823bb7b4',
      'model.safetensors': '248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707',
      'tokenizer.json': '8414cab924d8b9b33013f0d221c5862f365ee9be39c5c2bfae8a5a9e970478a6',
    },
  },
  'openai-community/gpt2-medium': {
    commit: '6dcaa7a952f72f9298047fd5137cd6e4f05f41da',
    sha256: {},
  },
  'openai-community/gpt2-large': {
    commit: '32b71b12589c2f8d625668d2335a01cac3249519',
    sha256: {},
  },
  'openai-community/gpt2-xl': {
    commit: '15ea56dee5df4983c59b2538573817e1667135e2',
    sha256: {
      'model.safetensors': '0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a',
      'tokenizer.json': '8414cab924d8b9b33013f0d221c5862f365ee9be39c5c2bfae8a5a9e970478a6',
    },
  },
  'EleutherAI/gpt-neo-125m': {
    commit: '21def0189f5705e2521767faed922f1f15e7d7db',
    sha256: {
      'config.json': 'dace197ce91788731063527367b0a6766d7d3a4ab72c671fabf16dbbf9037e16',
      'model.safetensors': '52738cbfb54e25a232598242f60ef19ee193d36090b98fe649b10c02724b3521',
      'tokenizer.json': 'f6ed3d307010c244c22aeffbde05f419cf277c23e64cf98b673cac5449cfeff5',
    },
  },
  'EleutherAI/gpt-neo-2.7B': {
    commit: 'e24fa291132763e59f4a5422741b424fb5d59056',
    sha256: {},
  },
  'EleutherAI/pythia-70m': {
    commit: 'a39f36b100fe8a5377810d56c3f4789b9c53ac42',
    sha256: {},
  },
  'EleutherAI/pythia-2.8b': {
    commit: '2a259cdd96a4beb1cdf467512e3904197345f6a9',
    sha256: {},
  },
};
