// In a page this stands in place of Node's modules, as far as models, tasks and training need them:
// the names of random streams are hashed, as in Node, and checks ask for the memory. Files are never
// touched.
'use strict';

/** The first 32 bits of the fractional parts of the roots of the first primes, as SHA-256 has it. */
const [K, START] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const bits = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  return [primes.map((p) => bits(Math.cbrt(p))), primes.slice(0, 8).map((p) => bits(Math.sqrt(p)))];
})();
const turned = (x, n) => (x >>> n) | (x << (32 - n));

/** One block of 16 words into the state, FIPS 180-4, section 6.2. */
function digested(state, words) {
  const w = [...words];
  for (let t = 16; t < 64; t++) {
    const [a, b] = [w[t - 15], w[t - 2]];
    const s0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
    const s1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) | 0);
}

/** SHA-256 of a text, as a view of its 32 bytes. */
function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new DataView(new ArrayBuffer(64 * Math.ceil((bytes.length + 9) / 64)));
  bytes.forEach((byte, i) => padded.setUint8(i, byte));
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 4, 8 * bytes.length);
  let state = START;
  for (let at = 0; at < padded.byteLength; at += 64)
    state = digested(
      state,
      Array.from({ length: 16 }, (_, i) => padded.getInt32(at + 4 * i)),
    );
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return digest;
}

const inHex = (view) =>
  Array.from({ length: view.byteLength }, (_, i) =>
    view.getUint8(i).toString(16).padStart(2, '0'),
  ).join('');

/** What node:crypto's createHash does for the names of random streams. */
function createHash() {
  let text = '';
  const hash = {
    update: (more) => {
      text += more;
      return hash;
    },
    digest: (form) => {
      const view = sha256(text);
      return form === 'hex' ? inHex(view) : { readInt32LE: (at) => view.getInt32(at, true) };
    },
  };
  return hash;
}

module.exports = { createHash, totalmem: () => 4e9, hostname: () => 'page' };
