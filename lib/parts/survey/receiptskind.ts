/**
 * Experiments on demonstrations from receipts that are renewed round by round. Nothing is trained; a seed
 * draws the receipts.
 */
import { stream } from '../../core/random';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, EVALUATION_SEED, measuringKind } from '../../experiments/kind';
import { BASE_SETTINGS, section, whole } from '../../experiments/settings';
import { RECEIPT_LABELS, drawReceipt, type ReceiptSegment } from './captions/receipts';
import { receiptF1, receiptRounds, type ReceiptWay } from './captions/receiptrounds';

/** All ways to choose are measured in one job. */
export type ReceiptsVariant = Variant;

/** The config of such an experiment. */
export interface ReceiptsConfig extends BaseConfig {
  /** Receipts from which demonstrations come, and others that are read. */
  readonly train: number;
  readonly test: number;
  readonly rounds: number;
  /** Demonstrations that a round adds. */
  readonly added: number;
}

/** An experiment on receipts. */
export type ReceiptsExperiment = ExperimentOf<ReceiptsVariant, ReceiptsConfig>;
type ReceiptsPlan = PlanOf<ReceiptsExperiment>;

/** The ways to choose, as records call them. */
export const RECEIPT_WAYS: Readonly<Record<string, ReceiptWay>> = {
  'hard, layout, format': { added: 'hard', layout: true, format: true },
  'hard, layout': { added: 'hard', layout: true, format: false },
  'random, layout, format': { added: 'random', layout: true, format: true },
  'random, layout': { added: 'random', layout: true, format: false },
  'hard, text alone': { added: 'hard', layout: false, format: false },
  'random, text alone': { added: 'random', layout: false, format: false },
};

const receipts = (seed: number, what: string, count: number): ReceiptSegment[] => {
  const random = stream(seed, 'receipts', what);
  return Array.from({ length: count }, () => drawReceipt(random)).flat();
};

function measure({ config }: ReceiptsPlan, _: ReceiptsVariant, seed: number, put: Put): void {
  const train = receipts(seed, 'demonstrations', config.train);
  const test = receipts(EVALUATION_SEED + seed, 'questions', config.test);
  for (const [name, way] of Object.entries(RECEIPT_WAYS)) {
    const random = stream(seed, 'choice of segments', Number(way.format));
    receiptRounds(random, train, way, config.rounds, config.added).forEach((shown) =>
      put(name, { n: shown.length }, 'macro-F1', receiptF1(shown, test, way.layout)),
    );
  }
}

/** Experiments on receipts. */
export const RECEIPTS_KIND = measuringKind<ReceiptsExperiment>({
  name: 'demonstrations from receipts',
  settings: section('an experiment on receipts', {
    seeds: BASE_SETTINGS['seeds']!,
    train: whole('receipts from which demonstrations come', 8, 1e4),
    test: whole('receipts that are read', 1, 1e4),
    rounds: whole('rounds', 1, 100),
    added: whole('demonstrations that a round adds', 1, 100),
  }),
  check: () => undefined,
  baselines: (_: ReceiptsPlan, put: Put) =>
    put('labels at random', {}, 'accuracy', 1 / RECEIPT_LABELS.length),
  measure,
  requirements: () => ({ memoryMB: BASE_MB, diskMB: 1 }),
});
