/** The pages made from the committed notebooks, and all pages: links, lengths, commands. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

interface Notebook {
  readonly number: string;
  readonly verdicts: readonly { readonly claim: string }[];
}
interface Part {
  readonly title: string;
  readonly notebooks: readonly Notebook[];
}
type Made = readonly (readonly [string, string | Buffer])[];
interface Outline {
  readParts(file: string): readonly { readonly title: string }[];
  readCourse(folder?: string): readonly Part[];
  rangeOf(part: Part): string;
  verdictsOfCourse(
    course: readonly Part[],
    names?: readonly string[],
  ): readonly { readonly notebook: string; readonly claim: string }[];
  wordsOf(course: readonly Part[]): readonly string[];
  countsInWords(verdicts: readonly object[], words: readonly string[]): string;
}
interface Contents {
  madeFiles(course: readonly Part[], readme: string): Made;
  staleFiles(made: Made, folder?: string): Made;
  checkContents(): void;
  anchorOf(heading: string): string;
}

let outline: Outline;
let contents: Contents;
before(async () => {
  const load = (name: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'bin', name)).href);
  outline = (await load('outline.mjs')) as Outline;
  contents = (await load('contents.mjs')) as Contents;
});

const read = (name: string): string => fs.readFileSync(join(root, name), 'utf8');

const PART = {
  title: 'First part',
  from: 0,
  to: 9,
  folder: 'lib/parts/first',
  about: 'What it is about.',
  papers: [{ citation: 'Somebody 2020, *A title*', link: 'https://example.org/a' }],
};
const SECOND = { ...PART, title: 'Second part', from: 20, to: 29, folder: 'lib/parts/second' };
const README = '# A\n\n<!-- parts -->\n<!-- /parts -->\n\n<!-- papers -->\n<!-- /papers -->\n';
const PIXEL = Buffer.from('a picture').toString('base64');

const verdict = (claim: string, word: string): object => ({
  claim,
  source: 'a | b',
  ours: '1',
  verdict: word,
});

/** A folder with parts.json and notebooks by name, each with its verdicts. */
function planted(parts: unknown, notebooks: Readonly<Record<string, readonly object[]>>): string {
  const folder = scratch();
  fs.writeFileSync(join(folder, 'parts.json'), JSON.stringify(parts));
  for (const [name, verdicts] of Object.entries(notebooks)) {
    const times = '*Reading: 10 minutes. Running: about 8 seconds.*';
    const first = `# Title of ${name}\n\n**A claim.**\n\n${times}`;
    const outputs = [
      { data: { 'image/png': PIXEL } },
      { data: { 'application/vnd.icl.verdicts+json': { verdicts } } },
    ];
    const cells = [
      { cell_type: 'markdown', source: first, metadata: {} },
      { cell_type: 'code', source: '1', metadata: { tags: ['picture'] }, outputs },
    ];
    fs.writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify({ cells }));
  }
  return folder;
}

const textOf = (made: Made, name: string): string =>
  String(made.find(([path]) => path === name)![1]);

test('parts.json: each fault is one sentence that names the part', async (t) => {
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['no list', { title: 'x' }, /it is no list of parts.*Remedy/],
    ['no title', [{ ...PART, title: '' }], /has no title/],
    ['no folder', [{ ...PART, folder: undefined }], /\(First part\) has no folder/],
    ['numbers', [{ ...PART, from: 9, to: 3 }], /'First part' goes from 9 to 3/],
    ['no list of papers', [{ ...PART, papers: undefined }], /'First part' needs a list of papers/],
    ['no link', [{ ...PART, papers: [{ citation: 'a' }] }], /a citation and a link/],
    ['overlap', [PART, { ...SECOND, from: 9 }], /09 is in 'First part' and in 'Second part'/],
  ];
  for (const [name, parts, sentence] of refused)
    await t.test(name, () => {
      assert.throws(() => outline.readParts(join(planted(parts, {}), 'parts.json')), sentence);
    });
  await t.test('no JSON', () => {
    const file = join(scratch(), 'parts.json');
    fs.writeFileSync(file, '[{');
    assert.throws(() => outline.readParts(file), /parts\.json: it cannot be read.*Remedy/);
  });
});

test('notebooks belong to the part that holds their number', async (t) => {
  await t.test('sorted by number, and a part without notebooks is left out', () => {
    const third = { ...PART, title: 'Third part', from: 40, to: 44 };
    const folder = planted([third, SECOND, PART], { '20-c': [], '00-a': [], '01-b': [] });
    const course = outline.readCourse(folder);
    assert.deepEqual(course.map(outline.rangeOf), ['00 to 01', '20']);
  });
  await t.test('a part may have no papers of its own', () => {
    const folder = planted([PART, { ...SECOND, papers: [] }], { '00-a': [], '20-c': [] });
    assert.equal(outline.readCourse(folder).length, 2);
  });
  await t.test('a notebook in no part is named', () => {
    assert.throws(
      () => outline.readCourse(planted([PART], { '20-c': [] })),
      /Notebook 20-c is in no part.*add 20 .*parts\.json/,
    );
  });
  await t.test('a notebook that does not say its times is named', () => {
    const folder = planted([PART], {});
    const cells = [{ cell_type: 'markdown', source: '# A\n\n**B**', metadata: {} }];
    fs.writeFileSync(join(folder, '00-a.ipynb'), JSON.stringify({ cells }));
    assert.throws(() => outline.readCourse(folder), /first cell of 00-a does not say how long/);
  });
});

test('verdicts are counted by their words, each claim once', async (t) => {
  const folder = planted([PART, SECOND], {
    '00-a': [verdict('one', 'supported'), verdict('two', 'undecided')],
    '01-b': [verdict('one', 'supported'), verdict('three', 'supported')],
    '20-c': [verdict('two', 'undecided'), verdict('four', 'contradicted')],
  });
  const course = outline.readCourse(folder);
  const made = contents.madeFiles(course, README);
  await t.test('in words', () => {
    const words = outline.wordsOf(course);
    assert.deepEqual(words, ['supported', 'contradicted', 'undecided']);
    assert.equal(outline.countsInWords([], words), '0 claims');
    const [verdicts] = course[1]!.notebooks.map((one) => one.verdicts);
    assert.equal(outline.countsInWords(verdicts!, words), '1 claim: contradicted 1');
  });
  await t.test('of some notebooks alone, with those that an earlier one shows too', () => {
    const claimsOf = (names?: readonly string[]): string[] =>
      outline.verdictsOfCourse(course, names).map(({ notebook, claim }) => `${notebook} ${claim}`);
    assert.deepEqual(claimsOf(['01-b']), ['01 one', '01 three']);
    assert.deepEqual(claimsOf(), ['00 one', '00 two', '01 three', '20 four']);
  });
  await t.test('in the README, with a column for each word', () => {
    const readme = textOf(made, 'README.md');
    assert.match(readme, /\| claims \| supported \| contradicted \| undecided \|/);
    assert.match(readme, /First part\]\(notebooks\/README\.md#first-part-00-to-01\)/);
    assert.match(readme, /\[00\]\(notebooks\/00-a\.ipynb\) \[01\].* \| 20 \| 3 \| 2 \| 0 \| 1 \|/);
    assert.match(readme, /\| all \| 3 notebooks \| 30 \| 4 \| 2 \| 1 \| 1 \|/);
    assert.match(readme, /- Somebody 2020, \*A title\* \(\[example\.org\/a\]/);
  });
  await t.test('in data/verdicts.md, under the first notebook that shows them', () => {
    const page = textOf(made, 'data/verdicts.md');
    assert.match(page, /In all 4 claims: supported 2, contradicted 1, undecided 1\./);
    assert.equal(page.split('| one |').length, 2);
    assert.match(page, /\| four \| a \\\| b \| 1 \| \*\*contradicted\*\* \| contradicted \|/);
  });
  await t.test('and a new part is in every page by its entry', () => {
    for (const name of ['README.md', 'notebooks/README.md', 'data/verdicts.md'])
      assert.match(textOf(made, name), /Second part/);
    const page = textOf(made, 'notebooks/README.md');
    assert.match(page, /\.\.\/data\/pictures\/20\.png.*read 10 min, run about 8 seconds/);
  });
});

test('only what differs is stale, and a README without its marks is refused', () => {
  const course = outline.readCourse(planted([PART], { '00-a': [] }));
  const made = contents.madeFiles(course, README);
  const folder = scratch();
  const names = (): string[] => contents.staleFiles(made, folder).map(([name]) => name);
  assert.deepEqual(
    names(),
    made.map(([name]) => name),
  );
  for (const [name, content] of made) {
    fs.mkdirSync(dirname(join(folder, name)), { recursive: true });
    fs.writeFileSync(join(folder, name), content);
  }
  assert.deepEqual(names(), []);
  fs.appendFileSync(join(folder, 'data/pictures/00.png'), 'x');
  assert.deepEqual(names(), ['data/pictures/00.png']);
  const readme = textOf(made, 'README.md');
  assert.equal(textOf(contents.madeFiles(course, readme), 'README.md'), readme, 'made once more');
  assert.throws(() => contents.madeFiles(course, '# A'), /no lines <!-- parts -->.*put them back/);
});

test('npm run contents takes no options', () => {
  const command = [join(root, 'bin', 'course.mjs'), 'contents', '--fast'];
  const { output } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  assert.match(output.join(''), /contents has no option '--fast'.*Remedy/);
});

test('the committed pages are what the committed notebooks give', () => {
  contents.checkContents();
});

const pages = (): string[] =>
  ['.', 'data', 'lib', 'notebooks'].flatMap((folder) =>
    fs
      .readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => normalize(join(folder, name))),
  );
const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```|`[^`\n]*`/g, '');

test('every relative link of the pages leads to a file, and its anchor to a heading', () => {
  let seen = 0;
  for (const page of pages()) {
    const text = withoutCode(read(page));
    const links = [
      ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!),
      ...[...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!),
    ].filter((link) => !/^https?:/.test(link));
    for (const link of links) {
      seen++;
      const [path, anchor] = link.split('#') as [string, string | undefined];
      const target = path ? normalize(join(dirname(page), path)) : page;
      assert.ok(fs.existsSync(join(root, target)), `${page} links to ${link}, which is not there`);
      if (anchor === undefined) continue;
      const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, h]) => h!);
      const anchors = headings.map((heading) => contents.anchorOf(heading));
      assert.ok(anchors.includes(anchor), `${page} links to ${link}, a heading that is not there`);
    }
  }
  assert.ok(seen > 80, `only ${seen} links were found`);
});

test('pages keep to 100 columns, but for tables, pictures and links', () => {
  for (const page of pages())
    for (const line of read(page).split('\n'))
      assert.ok(
        line.length <= 100 || /^\||\]\(|<img/.test(line),
        `${page} has a line of ${line.length} letters: ${line}`,
      );
});

test('the README is one screen: small, one example, and commands that there are', () => {
  const readme = read('README.md');
  assert.ok(Buffer.byteLength(readme) < 12_288, `it has ${Buffer.byteLength(readme)} bytes`);
  assert.equal(readme.match(/^```ts$/gm)?.length, 1);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = pages().flatMap((page) => [...read(page).matchAll(/npm run ([\w-]+)/g)]);
  for (const [command, name] of named) assert.ok(name! in scripts, `there is no ${command}`);
});

test('the glossary explains each term once, in a sentence or two', () => {
  const entries = read('notebooks/glossary.md').split(/^### /m).slice(1);
  const terms = entries.map((entry) => entry.split('\n')[0]!.toLowerCase());
  assert.ok(terms.length >= 60);
  assert.equal(new Set(terms).size, terms.length);
  for (const entry of entries) assert.match(entry.split(/^## /m)[0]!.trim(), /[.?]$/);
});
