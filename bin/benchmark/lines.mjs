// The lines of the benchmark: one object for each comparison, and the same in words.
import os from 'node:os';
import { Fault } from '../setup/base.mjs';

const round = (x, digits = 4) => (x === undefined ? null : Number(x.toPrecision(digits)));
const MB = (bytes) => (bytes === undefined ? null : Math.round(bytes / 1e6));

/**
 * The largest difference of two lists of numbers, b perhaps shorter: the sides must have computed
 * the same.
 */
const largest = (a, b) => round(Math.max(...b.map((value, i) => Math.abs(value - a[i]))), 2);

/** The machine; the first line of every file. */
export const machineLine = (pytorch) => ({
  case: 'machine',
  processor: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
  memoryGB: Math.round(os.totalmem() / 1e9),
  system: `${os.platform()} ${os.arch()}`,
  node: process.versions.node,
  pytorch: pytorch ?? null,
  date: new Date().toISOString().slice(0, 10),
});

/** Our numbers: milliseconds of CPU and wall, the range over the rounds, memory. */
export const ourNumbers = ({ cpu, range, wall, memory, peak }) => ({
  ours: round(cpu),
  oursRange: range.map((value) => round(value)),
  oursWall: round(wall),
  oursMemoryMB: MB(memory),
  ...(peak === undefined ? {} : { oursPeakMB: MB(peak) }),
});

/** Ours divided by theirs: below 1, ours is faster or smaller. */
const ratios = (ours, theirs) => ({
  ratio: round(ours.cpu / theirs.cpu, 3),
  wallRatio: round(ours.wall / theirs.wall, 3),
  memoryRatio: round(ours.memory / theirs.memory, 3),
});

/** What stands for the numbers of a side that failed. */
const NO_NUMBERS = {
  peer: null,
  peerWall: null,
  ratio: null,
  wallRatio: null,
  memoryRatio: null,
  peerMemoryMB: null,
};

/** A side's numbers beside ours, or why it failed. */
function against(ours, theirs) {
  if (theirs.failed) return { ...NO_NUMBERS, failed: theirs.failed };
  return {
    peer: round(theirs.cpu),
    peerRange: theirs.range.map((value) => round(value)),
    peerWall: round(theirs.wall),
    ...ratios(ours, theirs),
    peerMemoryMB: MB(theirs.memory),
    // a round times both sides one after the other, whatever else the machine does meanwhile
    ratioByRound: ours.rounds.map((own, i) => round(own / theirs.rounds[i])),
    difference: largest(ours.values, theirs.values),
  };
}

/** Our steps in bf16 beside PyTorch's dense ones. */
const bf16Against = (low, dense) => ({
  ...ourNumbers(low),
  precision: 'bf16',
  peerKind: 'pytorch-dense',
  peer: round(dense.cpu),
  ...ratios(low, dense),
});

/** The lines of one comparison: ours beside each peer and each variant of ours. */
export function comparisons(facts, results, { variants, peers }) {
  const { ours, bf16, 'pytorch-dense': dense } = results;
  if (ours.failed) return [{ ...facts, failed: ours.failed }];
  const own = { ...facts, ...ourNumbers(ours) };
  const lines = [
    ...peers.map((name) => ({ ...own, peerKind: name, ...against(ours, results[name]) })),
    ...variants.map((name) => ({
      ...own,
      peerKind: `own-${name}`,
      ...against(ours, results[name]),
    })),
  ];
  if (bf16 && dense && !bf16.failed && !dense.failed)
    lines.push({ ...own, ...bf16Against(bf16, dense) });
  return lines.length ? lines : [own];
}

/**
 * Refuses sides that computed other numbers: their times would compare different things.
 *
 * @throws Fault naming the side and by how much
 */
export function demandSame(lines, { exact, tolerance }) {
  const other = lines.find(
    (line) => exact.includes(line.peerKind) && !line.failed && !(line.difference <= tolerance),
  );
  if (other)
    throw new Fault(
      `${other.case}: the scores of ${other.peerKind} differ from ours by ${other.difference} nats.`,
      `at most ${tolerance} is rounding; look for other tokens, positions or weights.`,
    );
  return lines;
}

const wordsOfMachine = ({ processor, cores, node, pytorch }) =>
  `${processor}, ${cores} cores, Node ${node}${pytorch ? `, PyTorch ${pytorch}` : ''}`;

/** A line in words. */
export function describe(line) {
  if (line.case === 'machine') return wordsOfMachine(line);
  const { method, form, precision, peerKind } = line;
  const which = [line.case, line.what, method && `${method} ${form}`, precision, `n=${line.n}`];
  const known = typeof line.ours === 'number';
  const own = known ? `${line.ours} ms CPU, ${line.oursMemoryMB} MB` : '';
  const head = `${which.filter(Boolean).join(' ').padEnd(36)} ${own}`;
  if (line.failed) return `${head} ${peerKind ?? ''} failed: ${line.failed}`;
  if (!peerKind) return head;
  return `${head}; ${peerKind} ${line.peer} ms; time ${line.ratio}, memory ${line.memoryRatio}`;
}

/** Lines as a file holds them. */
export const inText = (lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Which measurement a line is of. */
const keyOf = ({ case: name, what }) => `${name} ${what}`;

/**
 * The text of a file after a run of some cases: lines of other cases stay as they were, and the new
 * ones say when and with what they were measured. A run of all cases takes the place of everything.
 */
export function mergedLines(text, [machine, ...fresh], whole) {
  if (whole || text === '') return inText([machine, ...fresh]);
  const measured = new Set(fresh.map(keyOf));
  const { processor, cores, node, pytorch, date } = machine;
  const peer = pytorch ? `, PyTorch ${pytorch}` : '';
  const note = `${date}, ${processor}, ${cores} cores, Node ${node}${peer}`;
  const kept = text
    .trimEnd()
    .split('\n')
    .filter((line) => !measured.has(keyOf(JSON.parse(line))));
  return `${kept.join('\n')}\n${inText(fresh.map((line) => ({ ...line, note })))}`;
}
