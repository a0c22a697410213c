// ESLint rule: imports in lib run downward only. A module imports from those below it; a part of
// the course imports from no other part; only the registry, live figures and what notebooks show
// stand above the parts.
import path from 'node:path';

/** From the lowest to the highest. */
export const LAYERS = [
  'core',
  'model',
  'baselines',
  'classifiers',
  'tasks',
  'training',
  'evaluation',
  'glyphs',
  'language',
  'metaicl',
  'records',
  'experiments',
  'parts',
  'registry',
  'live',
  'notebook',
  'index',
];

/** The module of a file, given as its path below lib without the ending: 'parts/invicl', 'core'. */
export function moduleOf(file) {
  const [first, second] = file.split('/');
  if (first !== 'parts') return first;
  return second === 'registry' ? 'registry' : `parts/${second}`;
}

const rankOf = (module) => LAYERS.indexOf(module.startsWith('parts/') ? 'parts' : module);

/** Why a file may not import another, in words; null when it may. Both are paths below lib. */
export function refused(from, to) {
  const [a, b] = [moduleOf(from), moduleOf(to)];
  if (a === b) return null;
  for (const module of [a, b])
    if (rankOf(module) < 0)
      return `'${module}' is no module of lib; name it in bin/lint/layers.mjs`;
  if (a.startsWith('parts/') && b.startsWith('parts/'))
    return `the part '${a}' imports from the part '${b}'; move what they share below both`;
  return rankOf(b) < rankOf(a) ? null : `'${a}' imports from '${b}', which stands above it`;
}

export default {
  meta: { type: 'problem', schema: [], messages: { up: '{{why}}.' } },
  create(context) {
    const lib = path.join(context.cwd, 'lib');
    const here = path.relative(lib, context.filename).replace(/\\/g, '/');
    const look = (node) => {
      const target = node.source?.value;
      if (typeof target !== 'string' || !target.startsWith('.')) return;
      const to = path.posix.normalize(path.posix.join(path.posix.dirname(here), target));
      if (to.startsWith('..')) return;
      const why = refused(here.replace(/\.ts$/, ''), to);
      if (why) context.report({ node, messageId: 'up', data: { why } });
    };
    return {
      ImportDeclaration: look,
      ExportNamedDeclaration: look,
      ExportAllDeclaration: look,
    };
  },
};
