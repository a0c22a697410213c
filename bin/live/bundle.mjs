// Live figures for pages: one file that runs by itself, for JupyterLab and the book.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { at, fingerprint, writeAtomic } from '../setup/base.mjs';

/** What the library imports, and what stands in its place in a page. */
const forPages = {
  name: 'for pages',
  setup({ onResolve }) {
    const replaced = at('lib', 'core', 'backend');
    onResolve({ filter: /^node:/ }, () => ({ path: at('bin', 'live', 'node.cjs') }));
    onResolve({ filter: /\/backend$/ }, ({ path: name, resolveDir }) =>
      path.resolve(resolveDir, name) === replaced
        ? { path: at('bin', 'live', 'backend.mjs') }
        : undefined,
    );
  },
};

/** The program of live figures as text, with the trained models inside. */
export async function liveBundle() {
  const { outputFiles } = await build({
    entryPoints: [at('bin', 'live', 'page.mjs')],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    // tfjs counts in 64 bits by WebAssembly, which the policy of the book refuses, or without it
    define: { 'process.env': '{}', WebAssembly: 'undefined', __filename: '""' },
    loader: { '.safetensors': 'binary' },
    plugins: [forPages],
    logLevel: 'silent',
    write: false,
  });
  return outputFiles[0].text;
}

/**
 * Gives JupyterLab the renderer of live figures. Names of files carry a fingerprint, so that a
 * browser that has seen an earlier version loads the new one.
 */
export async function writeLabExtension(folder) {
  const program = await liveBundle();
  const renderer = fs.readFileSync(at('bin', 'live', 'jupyterlab.js'), 'utf8');
  const print = fingerprint(program, renderer).slice(0, 16);
  const [live, entry] = [`live.${print}.js`, `remoteEntry.${print}.js`];
  fs.rmSync(folder, { recursive: true, force: true });
  writeAtomic(path.join(folder, 'static', live), program);
  writeAtomic(path.join(folder, 'static', entry), renderer.replace('LIVE_FILE', live));
  const jupyterlab = { _build: { load: `static/${entry}`, mimeExtension: './mimeExtension' } };
  const about = { name: 'invicl-live', version: '0.1.0', jupyterlab };
  writeAtomic(path.join(folder, 'package.json'), JSON.stringify(about, null, 1));
}
