import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language, metaicl } from 'invicl';

import { fixture, root, scratch } from '../helpers';

const folder = fixture(join('models', 'gpt2'));
const FILES = ['config.json', 'tokenizer.json', 'model.safetensors'];

interface Host {
  readonly url: string;
  /** What was asked for: path and range. */
  readonly asked: string[];
  close(): void;
}

/** A hub on this machine; `change` may spoil what it serves, `cutAfter` ends an answer early. */
async function host(
  change: {
    readonly body?: (name: string, body: Buffer) => Buffer;
    readonly cutAfter?: number;
    readonly extra?: object[];
  } = {},
): Promise<Host> {
  const asked: string[] = [];
  let cuts = change.cutAfter === undefined ? 0 : 1;
  const server: Server = createServer((request, response) => {
    const path = request.url!;
    asked.push(`${path} ${request.headers.range ?? ''}`.trim());
    if (path.startsWith('/api/')) {
      const listing = FILES.map((name) => {
        const body = readFileSync(join(folder, name));
        const blob = createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex');
        const lfs = name.endsWith('.safetensors')
          ? { lfs: { oid: createHash('sha256').update(body).digest('hex') } }
          : {};
        return { type: 'file', path: name, size: body.length, oid: blob, ...lfs };
      });
      response.end(
        JSON.stringify(
          path.includes('nobody')
            ? listing.slice(0, 1)
            : [...listing, { path: 'modeling.py', size: 1, oid: 'x' }, ...(change.extra ?? [])],
        ),
      );
      return;
    }
    const name = path.split('/').at(-1)!;
    if (!FILES.includes(name)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    const body = (change.body ?? ((_: string, b: Buffer) => b))(
      name,
      readFileSync(join(folder, name)),
    );
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.statusCode = from > 0 ? 206 : 200;
    response.setHeader('content-length', body.length - from);
    if (cuts > 0 && name === 'model.safetensors') {
      cuts--;
      response.write(body.subarray(from, from + change.cutAfter!), () => response.destroy());
      return;
    }
    response.end(body.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => server.close(),
  };
}

async function fails(work: Promise<unknown>, ...pieces: readonly string[]): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof core.CourseError, String(error));
    for (const piece of pieces)
      assert.ok(error.message.includes(piece), `'${piece}' in: ${error.message}`);
    return true;
  });
}

test('a model comes whole, is used as it is the next time, and no code comes with it', async () => {
  const hub = await host();
  const cache = scratch();
  const told: string[] = [];
  const place = await language.fetchModel('gpt2', {
    hub: hub.url,
    cache,
    onProgress: ({ file, done, total }) => told.push(`${file} ${done === total}`),
  });
  assert.deepEqual(readdirSync(place).sort(), ['.complete', ...FILES].sort());
  assert.ok(told.includes('model.safetensors true'));
  const { model } = language.loadLanguageModel(place);
  model.dispose();
  const asked = hub.asked.length;
  assert.equal(await language.fetchModel('gpt2', { hub: hub.url, cache }), place);
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

/** Runs a small Python script; the set-up has made a Python. */
const python = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync(join(root, '.venv', 'bin', 'python'), args, { encoding: 'utf8' });

test('an archive with a link, .. or an absolute name is refused, nothing is written', async (t) => {
  const make = `
import io, sys, tarfile
kind, path = sys.argv[1:]
with tarfile.open(path, 'w') as out:
    good = tarfile.TarInfo('task/a.jsonl'); good.size = 2
    out.addfile(good, io.BytesIO(b'{}'))
    bad = tarfile.TarInfo({'dots': '../evil', 'root': '/tmp/evil'}.get(kind, 'task/link'))
    if kind == 'link': bad.type = tarfile.SYMTYPE; bad.linkname = '/etc/passwd'
    if kind == 'hard': bad.type = tarfile.LNKTYPE; bad.linkname = 'task/a.jsonl'
    if kind != 'good': out.addfile(bad)
`;
  for (const [kind, word] of [
    ['dots', "'../evil'"],
    ['root', "'/tmp/evil'"],
    ['link', "'task/link'"],
    ['hard', "'task/link'"],
  ] as const)
    await t.test(kind, () => {
      const place = scratch();
      const archive = join(place, 'a.tar');
      assert.equal(python('-c', make, kind, archive).status, 0);
      const { status, stderr } = python(
        join(root, 'bin', 'unpack.py'),
        archive,
        join(place, 'out'),
      );
      assert.equal(status, 3);
      assert.ok(
        String(stderr).includes(word) && String(stderr).includes('nothing was unpacked'),
        String(stderr),
      );
      assert.ok(!existsSync(join(place, 'out')) && !existsSync(join(place, 'evil')));
    });
  const place = scratch();
  python('-c', make, 'good', join(place, 'a.tar'));
  assert.equal(
    python(join(root, 'bin', 'unpack.py'), join(place, 'a.tar'), join(place, 'out')).status,
    0,
  );
  assert.equal(readFileSync(join(place, 'out', 'task', 'a.jsonl'), 'utf8'), '{}');
  const whole = readFileSync(join(place, 'a.tar'));
  writeFileSync(join(place, 'cut.tar'), whole.subarray(0, 300));
  const cut = python(join(root, 'bin', 'unpack.py'), join(place, 'cut.tar'), join(place, 'out2'));
  assert.equal(cut.status, 3);
  assert.match(String(cut.stderr), /cut\.tar.*(no archive|cut)/);
});

test('tasks from a copy are kept when their checksum is right; nothing of others stays', () => {
  const [copy, cache] = [scratch(), scratch()];
  mkdirSync(join(copy, 'toy'));
  const names = metaicl.fileNames('toy');
  for (const name of names)
    writeFileSync(
      join(copy, 'toy', name),
      `{"task":"toy","input":"${name}","output":"a","options":["a"]}\n`,
    );
  const run = (digest: string): ReturnType<typeof spawnSync> =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { fromCopy } from '${join(root, 'bin', 'data.mjs')}';
         const tasks = [['toy', { digest: '${digest}' }], ['absent', { digest: '' }]];
         try { console.log(fromCopy('${copy}', '${join(cache, 'part')}', tasks)); }
         catch (error) { console.log(error.message); }`,
      ],
      { encoding: 'utf8', env: { ...process.env, ICL_COURSE_CACHE: cache } },
    );
  assert.match(
    String(run('0'.repeat(64)).stdout),
    /files of 'toy'.*do not have the known checksum/,
  );
  assert.ok(!existsSync(join(cache, 'metaicl', 'toy')));
  const hash = createHash('sha256');
  for (const name of names)
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(copy, 'toy', name)))
      .update('\0');
  assert.match(String(run(hash.digest('hex')).stdout), /^1$/m);
  assert.equal(readdirSync(join(cache, 'metaicl', 'toy')).length, names.length);
});
