// danfojs-node loads 'request' (abandoned, with open advisories) to read tables from URLs. The
// course never does, so this stands in its place: it can be loaded, and says what to do when used.
'use strict';

function request() {
  throw new Error(
    "A table cannot be read from a URL here: danfojs-node's package 'request' has open security " +
      'advisories and is not installed. Remedy: fetch the file yourself and read it from disk.',
  );
}

module.exports = Object.assign(request, { get: request });
