/** Live figures in JupyterLab: a cell is run by the kernel, and its figure in the page. */
import * as assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { training } from 'invicl';
import { openLive, type LiveOutput } from 'invicl/dist/live';

import { Browser, NO_BROWSER, browserPath, type Page } from '../bin/browser';
import { root, scratch } from '../helpers';
import { LIVE, notebookWith } from './page';

const python = join(root, '.venv', 'bin', 'python');
const renderer = join(root, '.venv', 'share', 'jupyter', 'labextensions', 'invicl-live');
const chromium = browserPath();
const skip =
  (chromium === undefined && NO_BROWSER) ||
  (!fs.existsSync(renderer) && 'JupyterLab is not set up here');

let server: ChildProcess | null = null;
let browser: Browser | null = null;
after(() => {
  browser?.close();
  server?.kill();
});

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const one = createServer().listen(0, '127.0.0.1', () => {
      const { port } = one.address() as { readonly port: number };
      one.close(() => done(port));
    });
  });

/** Starts JupyterLab on a folder; gives its address. */
async function serve(folder: string): Promise<string> {
  const parts = pathToFileURL(join(root, 'bin', 'setup', 'parts.mjs')).href;
  const { jupyterEnv } = (await import(parts)) as { jupyterEnv(): Record<string, string> };
  const port = await freePort();
  const options = [
    '--no-browser',
    '--allow-root',
    `--port=${port}`,
    '--IdentityProvider.token=',
    '--LabApp.expose_app_in_browser=True',
    `--notebook-dir=${folder}`,
  ];
  const own = { JUPYTER_CONFIG_DIR: scratch(), JUPYTER_RUNTIME_DIR: scratch() };
  server = spawn(python, ['-m', 'jupyterlab', ...options], {
    cwd: root,
    env: { ...process.env, ...jupyterEnv(), ...own },
    stdio: 'ignore',
  });
  const address = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(`${address}/api`).catch(() => null);
    if (answer?.ok) return address;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('JupyterLab did not start in 60 s');
}

const models = () => {
  const one = (name: string) =>
    training.loadModel(join(root, 'data', 'live', `${name}.safetensors`)).model;
  return { ar: one('ar'), invicl: one('invicl') };
};
const inNode = (output: LiveOutput): Readonly<Record<string, number>> =>
  openLive(output, models()).use((figure, state) => figure.numbers(state));
const SHOWN = "document.querySelector('.icl-live').dataset.numbers";
const numbers = async (page: Page): Promise<Readonly<Record<string, number>>> => {
  await new Promise((done) => setTimeout(done, 300));
  return JSON.parse((await page.evaluate(SHOWN)) as string) as Readonly<Record<string, number>>;
};
const near = (a: number | undefined, b: number | undefined): void => {
  assert.ok(Math.abs(a! - b!) < 1e-5, `${a} and ${b}`);
};

test('a cell that is run shows a figure that moves', { skip, timeout: 240_000 }, async (t) => {
  // below the repository, where the kernel finds the library
  const folder = fs.mkdtempSync(join(root, 'build', 'live-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
  const stored = notebookWith([{ figure: 'prompt', given: {} }]) as { cells: object[] };
  const cell = {
    cell_type: 'code',
    id: 'run',
    metadata: {},
    execution_count: null,
    outputs: [],
    source:
      "import { notebook as nb } from 'invicl'\n" +
      'nb.livePrompt({ examples: [[-1, -0.5], [1, 0.8], [2, 0.9]], test: 1.5, method: "invicl" })',
  };
  const fresh = { ...stored, metadata: { kernelspec }, cells: [cell] };
  fs.writeFileSync(join(folder, 'fresh.ipynb'), JSON.stringify(fresh));
  fs.writeFileSync(join(folder, 'stored.ipynb'), JSON.stringify(stored));
  const address = await serve(folder);
  browser = new Browser(chromium!);
  const open = async (name: string): Promise<Page> => {
    const page = await browser!.open(`${address}/doc/tree/${name}`, { width: 1000 });
    await page.until("document.querySelector('.jp-Notebook .jp-Cell')", 'the notebook opens', 60);
    return page;
  };

  await t.test('run by the kernel, dragged, and moved by a key', async () => {
    const page = await open('fresh.ipynb');
    const idle = "document.body.innerText.includes('TypeScript (course) | Idle')";
    await page.until(idle, 'the kernel is idle', 60);
    await page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')");
    await page.until("document.querySelector('.icl-live[data-numbers]')", 'the figure runs', 60);
    const examples: [number, number][] = [
      [-1, -0.5],
      [1, 0.8],
      [2, 0.9],
    ];
    const given = { examples, test: 1.5, method: 'invicl' };
    const first = await numbers(page);
    near(first['model'], inNode({ figure: 'prompt', given })['model']);

    await page.click('[data-handle="example 0"]');
    await page.press('ArrowUp');
    await page.press('ArrowRight');
    const keyed = { ...given, examples: [[-0.9, -0.4], ...examples.slice(1)] };
    near((await numbers(page))['model'], inNode({ figure: 'prompt', given: keyed })['model']);
    const active = "document.activeElement.getAttribute('data-handle')";
    assert.equal(await page.evaluate(active), 'example 0', 'the notebook left the key alone');

    await page.drag('[data-handle="example 1"]', 0, -80);
    const dragged = await numbers(page);
    assert.ok(Math.abs(dragged['model']! - first['model']!) > 0.01);
    await page.evaluate("window.jupyterapp.commands.execute('docmanager:save').then(() => 1)");
    await page.close();
  });

  await t.test('what is saved holds settings, a picture and words, and no program', () => {
    const text = fs.readFileSync(join(folder, 'fresh.ipynb'), 'utf8');
    const saved = JSON.parse(text) as {
      cells: { outputs: { data: object }[] }[];
    };
    const data = saved.cells[0]!.outputs[0]!.data as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(data).sort(), [LIVE, 'image/png', 'text/plain'].sort());
    assert.match(String(data['text/plain']), /^Live figure: Move the examples\. .*InvICL answers/s);
    const png = Buffer.from(String(data['image/png']), 'base64');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.ok(text.length < 150_000, `${text.length} letters`);
  });

  await t.test('a stored output runs without a kernel', async () => {
    const page = await open('stored.ipynb');
    await page.until("document.querySelector('.icl-live[data-numbers]')", 'the figure runs', 60);
    near((await numbers(page))['model'], inNode({ figure: 'prompt', given: {} })['model']);
    const theme =
      "window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })";
    await page.evaluate(`${theme}.then(() => 1)`);
    const ink = "document.querySelector('.icl-live svg text').getAttribute('fill')";
    await page.until(`${ink} === '#bdbdbd'`, 'the figure is drawn for a dark page');
    const keep = process.env['ICL_SCREENSHOTS'];
    if (keep) fs.writeFileSync(join(keep, 'jupyterlab-dark.png'), await page.screenshot());
    await page.close();
  });
});
