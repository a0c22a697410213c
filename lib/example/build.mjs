// Makes page.bundle.js of page.js and the library, for index.html: node build.mjs, in a folder where
// invicl and esbuild are installed. Copy this folder to change the example.
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (name) => path.join(path.dirname(fileURLToPath(import.meta.url)), name);

/** What the library imports in Node, and what stands in its place in a page. */
const forPages = {
  name: 'for pages',
  setup({ onResolve }) {
    const isBuiltin = new RegExp(`^(node:.*|${builtinModules.join('|')})$`);
    onResolve({ filter: isBuiltin }, () => ({ path: here('node.cjs') }));
    onResolve({ filter: /\/backend$/ }, ({ path: name, resolveDir }) =>
      /[\\/]dist[\\/]core[\\/]backend$/.test(path.resolve(resolveDir, name))
        ? { path: here('backend.cjs') }
        : undefined,
    );
  },
};

await build({
  entryPoints: [here('page.js')],
  outfile: here('page.bundle.js'),
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  define: { 'process.env': '{}' },
  loader: { '.wasm': 'binary' },
  plugins: [forPages],
  logLevel: 'warning',
});
