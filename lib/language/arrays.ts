/** Arrays of weights from the layout of others to ours. */
import type { NamedArray } from '../core/safetensors';

/** Rows and columns exchanged: Hugging Face's Linear has [out, in], ours [in, out]. */
export function transposed({ shape, data }: NamedArray): NamedArray {
  const [rows, columns] = shape as readonly [number, number];
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c]!;
  return { shape: [columns, rows], data: out };
}

/** Matrices [in, out_i] side by side: [in, out_1 + out_2 + ...]. */
export function beside(parts: readonly NamedArray[]): NamedArray {
  const rows = parts[0]!.shape[0]!;
  const widths = parts.map(({ shape }) => shape[1]!);
  const width = widths.reduce((a, b) => a + b, 0);
  const data = new Float32Array(rows * width);
  let at = 0;
  parts.forEach((part, i) => {
    for (let r = 0; r < rows; r++)
      data.set(part.data.subarray(r * widths[i]!, (r + 1) * widths[i]!), r * width + at);
    at += widths[i]!;
  });
  return { shape: [rows, width], data };
}

export const scaledBy = ({ shape, data }: NamedArray, factor: number): NamedArray => ({
  shape,
  data: Float32Array.from(data, (value) => value * factor),
});

/** The last axis, ordered (head, part, coordinate), brought to (part, head, coordinate). */
export function partsFirst({ shape, data }: NamedArray, H: number): NamedArray {
  const width = shape.at(-1)!;
  const D = width / (3 * H);
  const rows = data.length / width;
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let h = 0; h < H; h++)
      for (let part = 0; part < 3; part++)
        for (let i = 0; i < D; i++)
          out[r * width + (part * H + h) * D + i] = data[r * width + (h * 3 + part) * D + i]!;
  return { shape, data: out };
}
