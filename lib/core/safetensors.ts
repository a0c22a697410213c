/**
 * The safetensors file format: 8 bytes header length, a JSON header, then the raw little-endian
 * numbers.
 * Reference: https://huggingface.co/docs/safetensors (format). F32 and I32 are written; F32, I32,
 * F16 and BF16 are read; a file may hold arrays of other types as long as nobody reads them.
 */
import * as fs from 'node:fs';

import { checkFunction, checkIndices, checkText, checkTexts } from './checks';
import { CourseError, demand, plainObject, quote } from './errors';
import { writeAtomic } from './files';
import { halfToNumber } from './halves';

/** One named array: row-major numbers and their shape. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** What a safetensors file holds. */
export interface TensorFile {
  readonly arrays: Readonly<Record<string, NamedArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the header says of one array. */
export interface ArrayEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte and the one after the last, counted from the end of the header. */
  readonly bytes: readonly [number, number];
}

const HEADER_LIMIT = 100_000_000;
/** Bytes per number of every type of the format. */
const WIDTHS: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};
const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Refuses arrays whose numbers are not of their shape, or not float32 or int32.
 *
 * @throws CourseError naming the array
 */
export function checkArrays(arrays: Readonly<Record<string, NamedArray>>): void {
  plainObject('The arrays of a file', arrays);
  for (const [name, array] of Object.entries(arrays)) {
    plainObject(`The array '${name}'`, array);
    const { shape, data } = array;
    checkIndices(`The shape of '${name}'`, shape);
    demand(
      (data instanceof Float32Array || data instanceof Int32Array) &&
        data.length === countOf(shape),
      () => `The array '${name}' of the shape [${shape.join(', ')}] was given ${quote(data)}.`,
      'Give a Float32Array or an Int32Array with as many numbers.',
    );
  }
}

/** The bytes of a safetensors file with these arrays and metadata. */
export function encodeSafetensors(
  arrays: Readonly<Record<string, NamedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  checkArrays(arrays);
  plainObject('Metadata', metadata);
  checkTexts('Metadata', Object.values(metadata));
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape,
      data_offsets: [offset, offset + data.byteLength],
    };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const bodies = Object.values(arrays).map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  return Buffer.concat([length, padded, ...bodies]);
}

/**
 * The keys of a JSON object as they are written, repeats too: JSON.parse would drop all but the
 * last.
 */
function writtenKeys(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && token.endsWith(':'))
      keys.push(JSON.parse(token.slice(0, -1)) as string);
  }
  return keys;
}

/** The checked entry of one array in the header. */
function entryOf(where: string, name: string, value: unknown, bodyLength: number): ArrayEntry {
  const refuse = (why: string): never => {
    throw new CourseError(
      `${where}: the entry '${name}' ${why}.`,
      'The file is corrupt; use another copy.',
    );
  };
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof dtype !== 'string' || !Object.hasOwn(WIDTHS, dtype))
    return refuse(`has the unknown dtype ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every((s) => Number.isSafeInteger(s) && s >= 0))
    return refuse('has no valid shape');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(Number.isSafeInteger))
    return refuse('has no valid data_offsets');
  const [from, to] = offsets as [number, number];
  if (from < 0 || to < from || to > bodyLength)
    return refuse(
      `lies at bytes ${from}..${to}, outside the ${bodyLength} bytes that are there (a cut file)`,
    );
  const needed = WIDTHS[dtype]! * countOf(shape as number[]);
  if (to - from !== needed)
    return refuse(`has ${to - from} bytes where its shape [${shape.join(', ')}] needs ${needed}`);
  return { dtype, shape: shape as number[], bytes: [from, to] };
}

/** All numbers in half precision by their bits; computed when the first one is read. */
let halves: Float32Array | null = null;

function fromHalves(bytes: ArrayBuffer): Float32Array {
  halves ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToNumber(bits));
  const bits = new Uint16Array(bytes);
  const numbers = new Float32Array(bits.length);
  // a loop, as Float32Array.from takes seconds for the weights of a language model
  for (let i = 0; i < bits.length; i++) numbers[i] = halves[bits[i]!]!;
  return numbers;
}

/** bfloat16 is the upper half of a float32. */
function fromUpperHalves(bytes: ArrayBuffer): Float32Array {
  const upper = new Uint16Array(bytes);
  const bits = new Uint32Array(upper.length);
  for (let i = 0; i < upper.length; i++) bits[i] = upper[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Bytes as numbers of their type. */
const READERS: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array | Int32Array>> = {
  F32: (bytes) => new Float32Array(bytes),
  I32: (bytes) => new Int32Array(bytes),
  F16: fromHalves,
  BF16: fromUpperHalves,
};

/** Bytes that can be read in parts: a file, or a buffer. */
interface Source {
  readonly length: number;
  read(from: number, to: number): Uint8Array;
}

const CORRUPT = 'The file is cut or is no safetensors file; use another copy.';

/** How many bytes the header has, after the 8 bytes that say so. */
function headerLength(source: Source, where: string): number {
  demand(
    source.length >= 8,
    () => `${where} has ${source.length} bytes, too few for a safetensors file.`,
    CORRUPT,
  );
  const { buffer, byteOffset } = source.read(0, 8);
  const length = Number(new DataView(buffer, byteOffset, 8).getBigUint64(0, true));
  demand(
    length <= HEADER_LIMIT && 8 + length <= source.length,
    () =>
      `${where}: the header should have ${length} bytes, ` +
      'but the file ends before that, or no header is that long.',
    CORRUPT,
  );
  return length;
}

/** The names and values of a header, which must be an object without repeated names. */
function headerFields(json: string, where: string): (readonly [string, unknown])[] {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    header = null;
  }
  demand(
    typeof header === 'object' && header !== null && !Array.isArray(header),
    () => `${where}: the header is not JSON.`,
    CORRUPT,
  );
  const keys = writtenKeys(json);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  demand(
    twice === undefined,
    () => `${where}: the entry '${twice}' stands twice in the header.`,
    CORRUPT,
  );
  return Object.entries(header as Readonly<Record<string, unknown>>);
}

/** Refuses arrays that overlap, leave a hole, or end before the file does. */
function checkContiguous(
  entries: readonly (readonly [string, ArrayEntry])[],
  bodyLength: number,
  where: string,
): void {
  const byPosition = [...entries].sort(
    ([, a], [, b]) => a.bytes[0] - b.bytes[0] || a.bytes[1] - b.bytes[1],
  );
  let end = 0;
  for (const [name, { bytes }] of byPosition) {
    demand(
      bytes[0] === end,
      () =>
        `${where}: the entry '${name}' begins at byte ${bytes[0]}, ` +
        `where ${end} was due (an overlap or a hole).`,
      CORRUPT,
    );
    end = bytes[1];
  }
  demand(
    end === bodyLength,
    () => `${where}: ${bodyLength - end} bytes at the end belong to no entry.`,
    CORRUPT,
  );
}

/** A safetensors file whose header was checked; arrays are read one by one. */
export class SafetensorsReader {
  readonly entries: ReadonlyMap<string, ArrayEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  private readonly bodyAt: number;

  /**
   * @param where how error messages call the file
   * @throws CourseError when the file is cut, not safetensors, or an entry does not fit its bytes,
   *   overlaps another or repeats
   */
  constructor(
    private readonly source: Source,
    private readonly where: string,
  ) {
    this.bodyAt = 8 + headerLength(source, where);
    const json = new TextDecoder('utf-8', { ignoreBOM: true }).decode(source.read(8, this.bodyAt));
    const fields = headerFields(json, where);
    const metadata = fields.find(([name]) => name === '__metadata__')?.[1] ?? {};
    demand(
      typeof metadata === 'object' &&
        Object.values(metadata).every((value) => typeof value === 'string'),
      () => `${where}: its metadata are no texts.`,
      CORRUPT,
    );
    this.metadata = metadata as Record<string, string>;
    const bodyLength = source.length - this.bodyAt;
    const entries = fields
      .filter(([name]) => name !== '__metadata__')
      .map(([name, value]) => [name, entryOf(where, name, value, bodyLength)] as const);
    checkContiguous(entries, bodyLength, where);
    this.entries = new Map(entries);
  }

  /**
   * One array.
   *
   * @returns its numbers, F16 and BF16 as float32
   * @throws CourseError when there is no such array, or its type is not read here
   */
  read(name: string): NamedArray {
    const entry = this.entries.get(name);
    if (!entry)
      throw new CourseError(
        `${this.where} has no array '${name}'.`,
        'Use the file of the model that it is meant for.',
      );
    const reader = READERS[entry.dtype];
    if (!reader)
      throw new CourseError(
        `${this.where}: the entry '${name}' has the dtype "${entry.dtype}", ` +
          'which is not read here.',
        `Read are ${Object.keys(READERS).join(', ')}; convert the file.`,
      );
    const [from, to] = entry.bytes;
    const bytes = new Uint8Array(this.source.read(this.bodyAt + from, this.bodyAt + to))
      .buffer as ArrayBuffer; // a copy, aligned
    return { shape: entry.shape, data: reader(bytes) };
  }
}

/** The bytes of a buffer as a source. */
const bufferSource = (bytes: Uint8Array): Source => ({
  length: bytes.length,
  read: (from, to) => bytes.subarray(from, to),
});

/** Opens what is a file; a folder, a device or a pipe is none. */
function openFile(file: string): number {
  checkText('The path of a file', file);
  const refuse = (why: string): never => {
    throw new CourseError(`'${file}' could not be read (${why}).`, 'Check the path.');
  };
  try {
    if (fs.statSync(file).isFile()) return fs.openSync(file, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(code === 'ENOENT' ? 'there is no such file' : (code ?? message));
  }
  return refuse('it is no file');
}

/**
 * Opens a file for reading array by array; nothing but the header is held in memory.
 *
 * @param use is given the reader; the file is closed when it returns
 * @returns what `use` returns
 * @throws CourseError when the file is missing, cut or corrupt
 */
export function withSafetensors<R>(file: string, use: (reader: SafetensorsReader) => R): R {
  checkFunction("'use'", use);
  const descriptor = openFile(file);
  try {
    const { size } = fs.fstatSync(descriptor);
    const read = (from: number, to: number): Uint8Array => {
      const bytes = Buffer.alloc(to - from);
      let done = 0;
      while (done < bytes.length) {
        const count = fs.readSync(
          descriptor,
          bytes,
          done,
          Math.min(bytes.length - done, 1 << 30),
          from + done,
        );
        demand(count > 0, () => `'${file}' ended while it was read.`, 'Use another copy.');
        done += count;
      }
      return bytes;
    };
    return use(new SafetensorsReader({ length: size, read }, `'${file}'`));
  } finally {
    fs.closeSync(descriptor);
  }
}

const wholeOf = (reader: SafetensorsReader): TensorFile => ({
  arrays: Object.fromEntries([...reader.entries.keys()].map((name) => [name, reader.read(name)])),
  metadata: reader.metadata,
});

/**
 * Reads the bytes of a safetensors file.
 *
 * @param bytes the whole file
 * @param where how error messages call the file
 * @throws CourseError when the file is cut, not safetensors, or an entry does not fit its bytes
 */
export const decodeSafetensors = (bytes: Uint8Array, where: string): TensorFile => {
  demand(
    bytes instanceof Uint8Array,
    () => `A safetensors file was read from ${quote(bytes)}.`,
    'Give its bytes as a Uint8Array.',
  );
  return wholeOf(new SafetensorsReader(bufferSource(bytes), where));
};

/**
 * Writes a safetensors file atomically.
 *
 * @throws CourseError when the disk is full or the file cannot be written
 */
export function writeSafetensors(
  file: string,
  arrays: Readonly<Record<string, NamedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writeAtomic(file, encodeSafetensors(arrays, metadata));
}

/**
 * Reads a safetensors file.
 *
 * @throws CourseError when the file is missing, cut or corrupt
 */
export const readSafetensors = (file: string): TensorFile => withSafetensors(file, wholeOf);
