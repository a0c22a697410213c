// What the benchmark times: tables of cases, of what is timed in each, and of the lengths.

/** Cases: a size of the model, examples n and prompts B of a step. */
export const CASES = {
  tiny: { size: 'tiny', n: 10, B: 64 },
  small: { size: 'small', n: 40, B: 64 },
  standard: { size: 'standard', n: 40, B: 64 },
  'small-n10': { size: 'small', n: 10, B: 64 },
  'small-n160': { size: 'small', n: 160, B: 16 },
  'small-n640': { size: 'small', n: 640, B: 2 },
};

const ALL_PEERS = ['pytorch-dense', 'pytorch-structured', 'pytorch-compile'];

/**
 * What is timed: a method and what it does, our variants of it and the peers. Our plain side is
 * compared with each of them.
 */
export const WHATS = {
  'train-ar': { method: 'ar', what: 'train', peers: ['pytorch-dense', 'pytorch-compile'] },
  'train-invicl': {
    method: 'invicl',
    what: 'train',
    variants: ['dense', 'bf16', 'eager'],
    peers: ALL_PEERS,
  },
  'predict-ar': { method: 'ar', what: 'predict', peers: ['pytorch-dense'] },
  'predict-invicl': {
    method: 'invicl',
    what: 'predict',
    variants: ['dense'],
    peers: ['pytorch-dense', 'pytorch-structured'],
  },
  'predict-ar-1': { method: 'ar', what: 'predict', B: 1, peers: ['pytorch-dense'] },
  'predict-invicl-1': {
    method: 'invicl',
    what: 'predict',
    B: 1,
    peers: ['pytorch-dense', 'pytorch-structured'],
  },
  'edit-one': {
    method: 'invicl',
    what: 'edit',
    B: 1,
    variants: ['floor', 'fresh', 'reorder'],
    peers: ['pytorch-dense'],
  },
};

/** What a variant of ours does otherwise than our plain side. */
export const VARIANTS = {
  dense: { form: 'mask' },
  bf16: { precision: 'bf16' },
  eager: { compile: false },
  floor: { what: 'floor' },
  fresh: { what: 'predict' },
  reorder: { what: 'reorder' },
  whole: { whole: true },
};

/** What takes long (torch.compile to compile, our eager steps to run) is timed only here. */
const SLOW = { sides: ['pytorch-compile', 'eager'], cases: ['tiny', 'small'] };

/** Edits of a prompt are timed at one size only. */
export const isTimed = (caseName, { what }) => what !== 'edit' || caseName === 'small';

/** Our variants and the peers that one case times; no peers without `peer`. */
export function sidesOf(caseName, { variants = [], peers }, peer) {
  const here = (names) =>
    names.filter((name) => !SLOW.sides.includes(name) || SLOW.cases.includes(caseName));
  return { variants: here(variants), peers: peer ? here(peers) : [] };
}

/** The methods' cost against n, each in a process of its own: ours only. */
export const LENGTHS = [10, 20, 40, 80, 160, 320, 640, 1024, 2048];
export const LENGTH_SIDES = [
  ['ar', {}],
  ['prefix', {}],
  ['boe', {}],
  ['invicl', { form: 'mask' }],
  ['invicl', {}],
];

/**
 * A training step with adapters on SmolLM2, one prompt of about n tokens: the methods by what is
 * asked for, and the peers.
 */
export const ADAPTERS = {
  name: 'smollm2-lora',
  n: 250,
  methods: { 'train-ar': 'ar', 'train-invicl': 'invicl' },
  given: { what: 'adapt', rank: 8, alpha: 16, learningRate: 5e-4 },
  peers: ['pytorch-dense', 'pytorch-scored'],
};

/**
 * SmolLM2 reads a context of about n tokens once and scores B queries over it: beside each prompt
 * whole, and beside the peers with the same cache, of which those in `exact` compute the same
 * numbers up to `tolerance` nats.
 */
export const SCORING = {
  name: 'smollm2',
  n: 300,
  B: 200,
  variants: ['whole'],
  peers: ['pytorch-cached', 'pytorch-bf16'],
  exact: ['own-whole', 'pytorch-cached'],
  tolerance: 1e-3,
};

/**
 * What a laptop can spare for one process; a longer prompt that needs more has run out of memory.
 */
export const LAPTOP = 8 * 2 ** 30;
