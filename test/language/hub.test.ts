/** Models from a hub: their names, lists of files, checksums and partial files. */
import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language } from 'invicl';

import { scratch } from '../helpers';
import { FILES, WEIGHTS, fails, folder, host, whole, type Host } from './host';

test('a model comes whole, is used as it is the next time, and no code comes with it', async () => {
  const hub = await host();
  const cache = scratch();
  const told: string[] = [];
  const place = await language.fetchModel('a/b', {
    hub: hub.url,
    cache,
    onProgress: ({ file, done, total }) => told.push(`${file} ${done === total}`),
  });
  assert.deepEqual(readdirSync(place).sort(), ['.complete', ...FILES].sort());
  assert.ok(told.includes('model.safetensors true'));
  const { model } = language.loadLanguageModel(place);
  model.dispose();
  const asked = hub.asked.length;
  assert.equal(await language.fetchModel('a/b', { hub: hub.url, cache }), place);
  assert.equal(hub.asked.length, asked, 'nothing is asked for again');
  hub.close();
});

test('a download that is cut off goes on where it ended', async () => {
  const hub = await host({ cutAfter: 1000 });
  const cache = scratch();
  await fails(
    language.fetchModel('a/b', { hub: hub.url, cache }),
    'model.safetensors',
    'cut off',
    'goes on',
  );
  const place = await language.fetchModel('a/b', { hub: hub.url, cache });
  assert.ok(
    hub.asked.some((line) => /model\.safetensors bytes=\d+-$/.test(line)),
    hub.asked.join('\n'),
  );
  assert.deepEqual(
    readFileSync(join(place, 'model.safetensors')),
    readFileSync(join(folder, 'model.safetensors')),
  );
  hub.close();
});

test('a wrong checksum is refused and thrown away; what is right stays', async (t) => {
  for (const spoilt of ['model.safetensors', 'config.json'])
    await t.test(spoilt, async () => {
      const hub = await host({
        body: (name, body) =>
          name === spoilt ? Buffer.from(body.map((byte, i) => (i === 5 ? byte ^ 1 : byte))) : body,
      });
      const cache = scratch();
      await fails(
        language.fetchModel('a/b', { hub: hub.url, cache }),
        `'${spoilt}'`,
        'checksum',
        'thrown away',
      );
      const place = join(cache, 'models', 'a', 'b', 'main');
      assert.ok(
        !existsSync(join(place, spoilt)) &&
          !existsSync(join(place, `${spoilt}.part`)) &&
          !existsSync(join(place, '.complete')),
      );
      hub.close();
    });
});

test('without the network it says how to do it by hand, and takes what was put there', async () => {
  const hub = await host();
  hub.close();
  const cache = scratch();
  await fails(
    language.fetchModel('gpt2', { hub: hub.url, cache }),
    'could not be reached',
    'put config.json, tokenizer.json and model.safetensors',
    cache,
  );
  const place = join(cache, 'models', 'openai-community', 'gpt2', 'main');
  mkdirSync(place, { recursive: true });
  cpSync(folder, place, { recursive: true });
  assert.equal(await language.fetchModel('gpt2', { hub: hub.url, cache }), place);
});

test('strange names, models without safetensors, and missing ones are refused', async () => {
  const hub = await host();
  await fails(language.fetchModel('../../etc', { hub: hub.url }), "'../../etc'", 'gpt2');
  await fails(language.fetchModel('nothing', { hub: hub.url }), "'nothing'");
  await fails(
    language.fetchModel('nobody/x', { hub: hub.url, cache: scratch() }),
    'tokenizer.json',
  );
  await fails(
    core.fetchPlain(`${hub.url}/none.jsonl`, join(scratch(), 'x'), 'by hand.'),
    'nothing at',
  );
  hub.close();
});

const sha256 = createHash('sha256').update(whole).digest('hex');

test('a revision is a name, never a path', async (t) => {
  const hub = await host();
  const cache = scratch();
  for (const revision of ['../../x', 'a/b', '..', '.', 'a..b', '', '-x', 'a b', 'x'.repeat(101)])
    await t.test(`'${revision}'`, () =>
      fails(
        language.fetchModel('a/b', { hub: hub.url, cache, revision }),
        `'${revision}' is no revision`,
        'branch',
      ),
    );
  for (const name of ['a/..', './b', '-a/b', 'a/b/c', 'constructor'])
    await t.test(name, () =>
      fails(language.fetchModel(name, { hub: hub.url, cache }), `'${name}'`),
    );
  assert.deepEqual([hub.asked, readdirSync(cache)], [[], []], 'nothing asked for or written');
  const place = await language.fetchModel('a/b', { hub: hub.url, cache, revision: 'v1.0-rc_2' });
  assert.equal(place, join(cache, 'models', 'a', 'b', 'v1.0-rc_2'));
  assert.ok(hub.asked.every((path) => path.includes('/v1.0-rc_2')));
  hub.close();
});

/** Listings that are none, and a piece of what each is answered. */
const LISTINGS: Readonly<Record<string, readonly [body: string, piece: string]>> = {
  'a web page': ['<!DOCTYPE html><html>Sign in</html>', 'a web page, not with JSON'],
  'cut JSON': ['[{"path":', 'something else, not with JSON'],
  null: ['null', 'something else than a list'],
  'an object': ['{"error":"no"}', 'something else than a list'],
  'entries of other types': ['[null, 5, "config.json"]', 'has no config.json'],
  'no sizes': [
    `[{"path":"config.json","oid":"${'a'.repeat(40)}"}]`,
    'without a name, a size or a checksum',
  ],
  'a negative size': [
    `[{"path":"config.json","size":-1,"oid":"${'a'.repeat(40)}"}]`,
    'without a name, a size or a checksum',
  ],
  'a size that is no number': [
    `[{"path":"config.json","size":"9","oid":"${'a'.repeat(40)}"}]`,
    'without a name, a size or a checksum',
  ],
  'no checksum': ['[{"path":"config.json","size":2}]', 'without a name, a size or a checksum'],
  'a checksum of another form': [
    '[{"path":"config.json","size":2,"oid":"x","lfs":{"oid":7}}]',
    'without a name, a size or a checksum',
  ],
  'a path in place of a name': [
    `[{"path":"../../config.json","size":2,"oid":"${'a'.repeat(40)}"}]`,
    'has no config.json',
  ],
  'an absurd size': [
    JSON.stringify(
      FILES.map((path) => ({ path, size: path === WEIGHTS ? 1e15 : 2, oid: 'a'.repeat(40) })),
    ),
    '1000000000000004 bytes in all',
  ],
  'a file twice': [
    JSON.stringify(
      [...FILES, 'config.json'].map((path) => ({ path, size: 2, oid: 'a'.repeat(40) })),
    ),
    'names a file twice',
  ],
  'more than 10 MB': [`"${'x'.repeat(11e6)}"`, 'more than 10 MB'],
};

test('a list of files that is none is one sentence, and nothing is written', async (t) => {
  for (const [name, [body, piece]] of Object.entries(LISTINGS))
    await t.test(name, async () => {
      const hub = await host({
        instead: (_, response) => {
          response.end(body);
          return true;
        },
      });
      const cache = scratch();
      await fails(language.fetchModel('a/b', { hub: hub.url, cache }), piece);
      assert.deepEqual(readdirSync(cache), []);
      hub.close();
    });
});

test('a partial file is kept or thrown away as the message says', async (t) => {
  const part = (cache: string): string =>
    join(cache, 'models', 'a', 'b', 'main', `${WEIGHTS}.part`);
  /** A hub that answers a request for the weights in its own way. */
  const spoilt = (answer: (response: ServerResponse) => void): Promise<Host> =>
    host({
      instead: (path, response) => {
        if (!path.endsWith(WEIGHTS)) return false;
        answer(response);
        return true;
      },
    });
  await t.test('too short: kept, and continued', async () => {
    const hub = await spoilt((response) => response.end(whole.subarray(0, 500)));
    const cache = scratch();
    const what = `ended after 500 of ${whole.length} bytes`;
    await fails(language.fetchModel('a/b', { hub: hub.url, cache }), what, 'goes on');
    assert.equal(readFileSync(part(cache)).length, 500);
    hub.close();
    const good = await host();
    const place = await language.fetchModel('a/b', { hub: good.url, cache });
    assert.ok(good.asked.some((line) => line.endsWith('bytes=500-')));
    assert.deepEqual(readFileSync(join(place, WEIGHTS)), whole);
    good.close();
  });
  await t.test('no such range (status 416): thrown away', async () => {
    const hub = await spoilt((response) => {
      response.statusCode = 416;
      response.end('no such range');
    });
    const cache = scratch();
    mkdirSync(join(cache, 'models', 'a', 'b', 'main'), { recursive: true });
    writeFileSync(part(cache), whole.subarray(0, 500));
    const what = 'ends within the first 500';
    await fails(language.fetchModel('a/b', { hub: hub.url, cache }), what, 'thrown away');
    assert.ok(!existsSync(part(cache)));
    hub.close();
  });
  for (const [kind, announce] of [
    ['announced', true],
    ['not announced', false],
  ] as const)
    await t.test(`longer, ${kind}: thrown away`, async () => {
      const hub = await spoilt((response) => {
        const body = Buffer.concat([whole, Buffer.alloc(1e6)]);
        if (announce) response.setHeader('content-length', body.length);
        response.end(body);
      });
      const cache = scratch();
      const what = `longer than its ${whole.length} bytes`;
      const most: number[] = [];
      const onProgress = ({ done }: core.DownloadProgress): number => most.push(done);
      const work = language.fetchModel('a/b', { hub: hub.url, cache, onProgress });
      await fails(work, what, 'thrown away');
      assert.ok(!existsSync(part(cache)) && Math.max(...most) <= whole.length);
      hub.close();
    });
});

test('a pinned checksum is stronger than what the hub says', async (t) => {
  const hub = await host();
  await t.test(
    'a known model: another file than the pinned one is refused before it comes',
    async () => {
      const cache = scratch();
      const work = language.fetchModel('gpt2', { hub: hub.url, cache });
      await fails(work, WEIGHTS, 'not the known 248dfc391186', 'do not use that source');
      assert.deepEqual(readdirSync(cache), []);
      assert.match(hub.asked.at(-1)!, /tree\/607a30d783dfa663caf39e06633721c8d4cfcd7e$/);
    },
  );
  await t.test('a checksum that is given', async () => {
    const [cache, given] = [scratch(), { [WEIGHTS]: sha256 }];
    await language.fetchModel('a/b', { hub: hub.url, cache, sha256: given });
    const config = { 'config.json': '0'.repeat(64) };
    const work = language.fetchModel('a/c', { hub: hub.url, cache, sha256: config });
    await fails(work, "'config.json'", 'not 000000000000', 'thrown away');
    const shard = { 'model-00001-of-00001.safetensors': sha256 };
    const other = language.fetchModel('a/d', { hub: hub.url, cache, sha256: shard });
    await fails(other, 'has no model-00001-of-00001.safetensors');
  });
  hub.close();
});
