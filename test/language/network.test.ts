/** Where downloads may come from, and where they may not be written. */
import * as assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language } from 'invicl';

import { root, scratch } from '../helpers';
import { WEIGHTS, fails, host, whole, type Host } from './host';

test('a redirect is followed on this machine only, and at most 5 times', async (t) => {
  const store = await host();
  /** A hub that only redirects. */
  const to = (location: (path: string) => string): Promise<Host> =>
    host({
      instead: (path, response) => {
        response.writeHead(302, { location: location(path) });
        response.end();
        return true;
      },
    });
  await t.test('to another port of this machine', async () => {
    const hub = await to((path) => store.url + path);
    const place = await language.fetchModel('a/b', { hub: hub.url, cache: scratch() });
    assert.deepEqual(readFileSync(join(place, WEIGHTS)), whole);
    hub.close();
  });
  for (const [name, location, piece] of [
    ['to itself without end', (path: string) => path, 'more than 5 times'],
    [
      'to another host',
      () => 'https://example.org/',
      'redirects to example.org, which is not known',
    ],
    [
      'to http elsewhere',
      () => 'http://example.org/',
      "'http://example.org/', which is not fetched",
    ],
    ['to a file', () => 'file:///etc/passwd', 'not https'],
    ['to nowhere', () => 'https://', 'no address'],
  ] as const)
    await t.test(name, async () => {
      const hub = await to(location);
      await fails(language.fetchModel('a/b', { hub: hub.url, cache: scratch() }), piece);
      assert.ok(hub.asked.length <= 6);
      hub.close();
    });
  await t.test('the first address', async () => {
    for (const [url, piece] of [
      ['http://example.org', 'not https'],
      ['ftp://127.0.0.1', 'not https'],
      ['http://127.0.0.1.example.org', 'not https'],
      ['https://me:secret@example.org', 'holds a name or a password'],
      ['example', 'no address'],
    ] as const)
      await fails(language.fetchModel('a/b', { hub: url, cache: scratch() }), piece);
  });
  store.close();
});

test('the hosts of the hub are followed from the hub, and no host that looks like them', async (t) => {
  const real = globalThis.fetch;
  t.after(() => (globalThis.fetch = real));
  for (const [location, followed, piece = 'redirects to'] of [
    ['https://cdn-lfs.huggingface.co/x', true],
    ['https://cdn-lfs-us-1.hf.co/x', true],
    ['https://cas-bridge.xethub.hf.co/x', true],
    ['https://us.aws.cdn.hf.co/x', true],
    ['https://huggingface.co/x', true],
    ['/x', true],
    ['https://hf.co.example.org/x', false],
    ['https://examplehf.co/x', false],
    ['https://huggingface.co:8443/x', false],
    ['https://127.0.0.1/x', false],
    ['http://127.0.0.1/x', false],
    ['http://huggingface.co/x', false],
    ['https://me:secret@huggingface.co/x', false, 'a name or a password'],
  ] as readonly (readonly [string, boolean, string?])[])
    await t.test(location, async () => {
      const asked: string[] = [];
      globalThis.fetch = (input) => {
        asked.push(String(input));
        const first = asked.length === 1;
        return Promise.resolve(
          first
            ? new Response(null, { status: 302, headers: { location } })
            : new Response('whole'),
        );
      };
      const file = join(scratch(), 'x');
      const work = core.fetchPlain('https://huggingface.co/a', file, 'by hand.');
      if (followed) await work;
      else await fails(work, piece);
      assert.equal(asked.length, followed ? 2 : 1);
      assert.equal(existsSync(file), followed);
    });
});

test('what cannot be written is one sentence', async (t) => {
  const hub = await host();
  const fetched = (cache: string): Promise<unknown> =>
    language.fetchModel('a/b', { hub: hub.url, cache });
  const place = (cache: string): string => join(cache, 'models', 'a', 'b', 'main');
  await t.test('the folder is a file', async () => {
    const cache = join(scratch(), 'file');
    writeFileSync(cache, 'mine');
    await fails(fetched(cache), cache, 'ENOTDIR');
    assert.equal(readFileSync(cache, 'utf8'), 'mine');
  });
  await t.test('the file is a folder', async () => {
    const cache = scratch();
    mkdirSync(join(place(cache), WEIGHTS), { recursive: true });
    await fails(fetched(cache), WEIGHTS, 'is a folder');
    assert.ok(!hub.asked.some((line) => line.endsWith(WEIGHTS)), 'nothing is downloaded for it');
  });
  await t.test('the disk is full', { skip: !existsSync('/dev/full') }, async () => {
    const cache = scratch();
    mkdirSync(place(cache), { recursive: true });
    symlinkSync('/dev/full', join(place(cache), `${WEIGHTS}.part`));
    await fails(fetched(cache), 'The disk is full', WEIGHTS, 'Free some space');
  });
  await t.test('the folder is read-only', { skip: process.getuid?.() === 0 }, async () => {
    const cache = scratch();
    chmodSync(cache, 0o500);
    await fails(fetched(cache), cache, 'EACCES');
  });
  hub.close();
});

test('a plain file is there whole or not at all, and its size has a limit', async (t) => {
  const hub = await host({
    instead: (path, response) => {
      if (path === '/cut') {
        response.setHeader('content-length', 1000);
        response.write('half', () => response.destroy());
      } else if (path === '/long') {
        response.write('x'.repeat(2000));
        response.end();
      } else response.end('whole');
      return true;
    },
  });
  const place = scratch();
  const file = join(place, 'a.jsonl');
  for (const [path, piece] of [
    ['cut', 'cut off'],
    ['long', 'more than 1500 bytes'],
  ] as const)
    await t.test(path, async () => {
      writeFileSync(file, 'earlier');
      await fails(core.fetchPlain(`${hub.url}/${path}`, file, 'by hand.', 1500), piece);
      assert.deepEqual(readdirSync(place), ['a.jsonl']);
      assert.equal(readFileSync(file, 'utf8'), 'earlier');
    });
  await core.fetchPlain(`${hub.url}/whole`, file, 'by hand.', 1500);
  assert.deepEqual([readdirSync(place), readFileSync(file, 'utf8')], [['a.jsonl'], 'whole']);
  hub.close();
});

test('no code asks the network but the one function that does', () => {
  // What a page asks of the server that it came from ('/…') stays on this machine.
  const asks =
    /\bfetch\((?!'\/)|\bhttps?\.(get|request)\(|\b(get|request)\b[^}]*\} from '(node:)?https?'/;
  for (const code of ["fetch('https://a.b')", 'fetch(url)', 'http.get(', 'https.request('])
    assert.match(code, asks);
  assert.match("import { get as ask } from 'node:https'", asks);
  const found = ['lib', 'bin'].flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[])
      .map((file) => join(folder, file))
      .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !/[\\/](dist|node_modules)[\\/]/.test(file))
      .filter((file) => asks.test(readFileSync(join(root, file), 'utf8'))),
  );
  assert.deepEqual(found, [join('lib', 'core', 'network.ts')]);
});
