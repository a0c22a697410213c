// tfjs-node 4.22 calls util.isNullOrUndefined and its friends, which Node 23 removed. Loaded first,
// this defines the missing ones and silences Node 22's deprecation warnings for them. It changes
// nothing else.
'use strict';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // TensorFlow's start-up messages would read like faults in a notebook
const util = require('node:util');
const missing = {
  isNullOrUndefined: (x) => x === null || x === undefined,
  isUndefined: (x) => x === undefined,
  isNull: (x) => x === null,
  isArray: Array.isArray,
  isBoolean: (x) => typeof x === 'boolean',
  isNumber: (x) => typeof x === 'number',
  isString: (x) => typeof x === 'string',
  isFunction: (x) => typeof x === 'function',
  isObject: (x) => x !== null && typeof x === 'object',
  isDate: util.types.isDate,
  isRegExp: util.types.isRegExp,
  isError: util.types.isNativeError,
};
for (const [name, fn] of Object.entries(missing)) util[name] = fn;

const SILENT = new Set(['DEP0040', 'DEP0044', 'DEP0045', 'DEP0051']);
const emitWarning = process.emitWarning;
process.emitWarning = function (warning, ...rest) {
  const code = rest[0] && typeof rest[0] === 'object' ? rest[0].code : rest[1];
  const text = String(warning && warning.message ? warning.message : warning);
  if (SILENT.has(code) || /util\.is[A-Z]\w+`? (API )?is deprecated|`punycode`/.test(text)) return;
  return emitWarning.call(process, warning, ...rest);
};
