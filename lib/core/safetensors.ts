/**
 * The safetensors file format: 8 bytes header length, a JSON header, then the raw little-endian numbers.
 * Reference: https://huggingface.co/docs/safetensors (format). Only F32 and I32 are written and read here.
 */
import { CourseError, demand } from './errors';
import { readWhole, writeAtomic } from './files';

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

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const HEADER_LIMIT = 100_000_000;
const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The bytes of a safetensors file with these arrays and metadata. */
export function encodeSafetensors(arrays: Readonly<Record<string, NamedArray>>, metadata: Readonly<Record<string, string>> = {}): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    header[name] = { dtype: data instanceof Int32Array ? 'I32' : 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const bodies = Object.values(arrays).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, padded, ...bodies]);
}

function readEntry(where: string, name: string, value: unknown, body: Buffer): NamedArray {
  const refuse = (why: string): never => {
    throw new CourseError(`${where}: the entry '${name}' ${why}.`, 'The file is corrupt; use another copy.');
  };
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  if (dtype !== 'F32' && dtype !== 'I32') return refuse(`has the dtype ${JSON.stringify(dtype)}, not F32 or I32`);
  if (!Array.isArray(shape) || !shape.every((s) => Number.isSafeInteger(s) && s >= 0)) return refuse('has no valid shape');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(Number.isSafeInteger)) return refuse('has no valid data_offsets');
  const [from, to] = offsets as [number, number];
  if (from < 0 || to < from || to > body.length)
    return refuse(`lies at bytes ${from}..${to}, outside the ${body.length} bytes that are there (a cut file)`);
  if (to - from !== 4 * countOf(shape))
    return refuse(`has ${to - from} bytes where its shape [${shape.join(', ')}] needs ${4 * countOf(shape)}`);
  const bytes = Uint8Array.prototype.slice.call(body, from, to).buffer;
  return { shape, data: dtype === 'I32' ? new Int32Array(bytes) : new Float32Array(bytes) };
}

/**
 * Reads the bytes of a safetensors file.
 *
 * @param bytes the whole file
 * @param where how error messages call the file
 * @throws CourseError when the file is cut, not safetensors, or an entry does not fit its bytes
 */
export function decodeSafetensors(bytes: Buffer, where: string): TensorFile {
  const remedy = 'The file is cut or is no safetensors file; use another copy.';
  demand(bytes.length >= 8, () => `${where} has ${bytes.length} bytes, too few for a safetensors file.`, remedy);
  const length = Number(bytes.readBigUInt64LE(0));
  demand(
    length <= HEADER_LIMIT && 8 + length <= bytes.length,
    () => `${where}: the header should have ${length} bytes, but the file ends before that.`,
    remedy,
  );
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  } catch {
    header = null;
  }
  demand(typeof header === 'object' && header !== null && !Array.isArray(header), () => `${where}: the header is not JSON.`, remedy);
  const { __metadata__: metadata, ...entries } = header as Record<string, unknown>;
  const body = bytes.subarray(8 + length);
  const arrays = Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, readEntry(where, name, value, body)]));
  return { arrays, metadata: (metadata ?? {}) as Record<string, string> };
}

/**
 * Writes a safetensors file atomically.
 *
 * @throws CourseError when the disk is full or the place cannot be written
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
export function readSafetensors(file: string): TensorFile {
  return decodeSafetensors(readWhole(file), `'${file}'`);
}
