// The page of the package's example, in headless Chromium where one is at hand: it is served from
// this process, to which a script beside it tells how the training and five shuffles ended.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Fault, startChild } from './setup/base.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const SECONDS = 180;

/** The first Chromium on the PATH; undefined where there is none. */
export const browserOnPath = (folders = (process.env.PATH ?? '').split(path.delimiter)) =>
  NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) =>
    fs.existsSync(file),
  );

/** Waits for the end of the training, shuffles five times, and tells what the page then holds. */
const TELL = `
const faults = [];
addEventListener('error', ({ message }) => faults.push(message));
const look = setInterval(() => {
  const { done, failed } = document.body.dataset;
  if (!done && !failed && !faults.length) return;
  clearInterval(look);
  if (done) for (let i = 0; i < 5; i++) document.getElementById('shuffle').click();
  const canvas = document.getElementById('curves');
  const drawn = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const told = { ...document.body.dataset, faults, inked: drawn.filter((v) => v > 0).length };
  fetch('/told', { method: 'POST', body: JSON.stringify(told) });
}, 200);`;

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves a folder's page; resolves with the server and a promise of what the page tells. */
async function serve(folder) {
  let tell;
  const told = new Promise((resolve) => (tell = resolve));
  const server = http.createServer((request, response) => {
    if (request.method === 'POST') {
      let text = '';
      request.setEncoding('utf8').on('data', (more) => (text += more));
      request.on('end', () => {
        response.end();
        tell(JSON.parse(text));
      });
      return;
    }
    const name = request.url === '/' ? 'index.html' : path.basename(request.url);
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('content-type', TYPES[path.extname(name)] ?? 'text/plain');
    const content = fs.readFileSync(file, 'utf8');
    response.end(
      name === 'index.html'
        ? content.replace('<script', `<script>${TELL}</script><script`)
        : content,
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, told };
}

/**
 * What the page of a folder says of itself when it has trained: the seconds it took (`done`), its
 * error, how many orders it was asked in, and by how much the answer moved.
 *
 * @throws Fault when it fails, or has not ended in time
 */
export async function tryPage(folder, browser, profile) {
  const { server, told } = await serve(folder);
  const { port } = server.address();
  const options = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'];
  const child = startChild(
    browser,
    [...options, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`],
    { stdio: 'ignore' },
  );
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ failed: `not ready after ${SECONDS} s` }), SECONDS * 1000);
    child.on('error', (error) => resolve({ failed: error.message }));
  });
  try {
    const end = await Promise.race([told, late]);
    const fault = end.failed ?? end.faults[0];
    if (fault)
      throw new Fault(`The page of the example failed: ${fault}.`, 'look at lib/example/page.js.');
    return end;
  } finally {
    clearTimeout(timer);
    const gone = new Promise((resolve) => child.on('close', resolve));
    if (child.kill()) await gone;
    server.closeAllConnections();
    server.close();
  }
}
