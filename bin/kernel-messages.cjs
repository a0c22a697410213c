// Loaded into the kernel's process before tslab. After 512 messages zeromq sends one later, lest it
// starve the event loop, and refuses the next one of the same moment; tslab awaits no message, so
// that one was lost: an output that never showed, or a cell that failed without a word. A socket
// that publishes never waits for its subscribers; told not to wait, it sends every message at once.
'use strict';
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  const { Publisher } = require(require.resolve('zeromq', { paths: [require.resolve('tslab')] }));
  const { bind } = Publisher.prototype;
  Object.defineProperty(Publisher.prototype, 'bind', {
    value(address) {
      this.sendTimeout = 0;
      return bind.call(this, address);
    },
  });
}
