// Loaded first in every Node process that another one starts (--require): ends this process when
// the one that started it has ended, however that came about. A thread of its own looks, because
// the main one may be at work in native code for minutes.
'use strict';
const { Worker, isMainThread } = require('node:worker_threads');

const LOOK = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5000);
  }, 250);`;

if (isMainThread && process.ppid > 1) new Worker(LOOK, { eval: true, execArgv: [] }).unref();
