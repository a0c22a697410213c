// In a page this stands in place of Node's modules, as far as the library's models need them: the
// random streams need a hash, checks ask for the memory, and texts become tokens by a package that
// is loaded by name. Files are never touched.
'use strict';
const { sha256 } = require('@noble/hashes/sha2.js');

/** What node:crypto's createHash does for the names of random streams. */
function createHash(name) {
  if (name !== 'sha256') throw new Error(`There is no hash '${name}' in a page.`);
  let text = '';
  const hash = {
    update: (more) => {
      text += more;
      return hash;
    },
    digest: () => {
      const bytes = sha256(new TextEncoder().encode(text));
      return Object.assign(bytes, {
        readInt32LE: (at) => new DataView(bytes.buffer, bytes.byteOffset).getInt32(at, true),
      });
    },
  };
  return hash;
}

/** What node:module's createRequire does for the one package that is loaded by name. */
const createRequire = () => (name) => {
  if (name !== '@huggingface/tokenizers')
    throw new Error(`There is no package '${name}' in a page.`);
  return require('@huggingface/tokenizers');
};

module.exports = {
  createHash,
  createRequire,
  totalmem: () => 4e9,
  hostname: () => 'page',
};
