/** Ways to the course by one click: npm start, dev container, container and Binder, CI, citation. */
import * as assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';

const python = join(root, '.venv', 'bin', 'python');
const read = (name: string): string => fs.readFileSync(join(root, name), 'utf8');
type Field = Readonly<Record<string, unknown>>;

/** The data of a YAML file. The word `on` is the key `true` there. */
function yaml(name: string): Field {
  const code = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.read())))';
  const { stdout, stderr } = spawnSync(python, ['-c', code], {
    encoding: 'utf8',
    input: read(name),
  });
  assert.ok(stdout, `${name} is no YAML: ${stderr}`);
  return JSON.parse(stdout) as Field;
}

interface Start {
  labArguments(args: readonly string[]): readonly string[];
}
let start: Start;
before(async () => {
  start = (await import(pathToFileURL(join(root, 'bin', 'start.mjs')).href)) as Start;
});

test('npm start: which page JupyterLab opens', async (t) => {
  const page = '--LabApp.default_url=/lab/tree/';
  const pageOf = (args: readonly string[]): readonly string[] =>
    start.labArguments(args).filter((word) => word.includes('default_url'));
  await t.test('notebook 00, and the options stay', () => {
    assert.deepEqual(pageOf([]), [`${page}00-welcome.ipynb`]);
    assert.deepEqual(pageOf(['--no-browser']), [`${page}00-welcome.ipynb`]);
    assert.equal(start.labArguments(['--no-browser']).at(-1), '--no-browser');
    const served = `--notebook-dir=${join(root, 'notebooks')}`;
    assert.ok(start.labArguments([]).includes(served));
    assert.ok(fs.existsSync(join(root, 'notebooks', '00-welcome.ipynb')));
  });
  await t.test('another one by its number', () => {
    assert.deepEqual(pageOf(['04', '--port=9']), [`${page}04-invicl.ipynb`]);
    assert.deepEqual(start.labArguments(['04', '--port=9']).slice(-1), ['--port=9']);
  });
  await t.test('a page that is given wins', () => {
    const own = '--LabApp.default_url=/lab';
    assert.deepEqual(pageOf([own]), [own]);
  });
  await t.test('a number that no notebook has is refused', () => {
    assert.throws(() => start.labArguments(['77']), /There is no notebook '77'.*Remedy: use.*00/);
  });
});

/** What npm start prints until the address; the caller's test ends it. */
function addressOf(t: TestContext): Promise<string> {
  const command = [join(root, 'bin', 'course.mjs'), 'start', '--no-browser', '--port=0'];
  const child = spawn(process.execPath, command, { cwd: root, detached: true });
  t.after(() => {
    process.kill(-child.pid!, 'SIGKILL');
  });
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk);
        const found = /http:\/\/127\.0\.0\.1:\d+\/\S+token=\w+/.exec(said);
        if (found) resolve(found[0]);
      });
    child.on('close', () => reject(new Error(`npm start ended: ${said}`)));
  });
}

test('npm start serves notebook 00 with the course’s kernel', { timeout: 300_000 }, async (t) => {
  const address = new URL(await addressOf(t));
  assert.equal(address.pathname, '/lab/tree/00-welcome.ipynb');
  const ask = async (path: string): Promise<Field> => {
    const answer = await fetch(`${address.origin}${path}${address.search}`);
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as Field;
  };
  const { content } = (await ask('/api/contents/00-welcome.ipynb')) as {
    content: { metadata: { kernelspec: { name: string; display_name: string } } };
  };
  const { kernelspecs } = (await ask('/api/kernelspecs')) as {
    kernelspecs: Record<string, { spec: { display_name: string; argv: string[]; env: Field } }>;
  };
  const wanted = content.metadata.kernelspec;
  const { spec } = kernelspecs[wanted.name]!;
  assert.equal(spec.display_name, wanted.display_name);
  assert.ok(spec.argv.includes(join(root, 'node_modules', 'tslab', 'bin', 'tslab')));
  assert.equal(spec.env['ICL_COURSE_ROOT'], root);
  assert.equal((await fetch(address)).status, 200);
});

const scripts = Object.keys(
  (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
);

/** Refuses a command of npm that package.json does not have. */
function checkCommands(name: string, text: string): void {
  const named = [...text.matchAll(/\bnpm (?:run )?(?:-\w+ )*([\w:]+)/g)].map(([, word]) => word!);
  assert.ok(named.length > 0, `${name} names no command`);
  for (const word of named)
    assert.ok(
      scripts.includes(word) || ['install', 'ci'].includes(word),
      `${name} runs npm ${word}, which package.json does not have`,
    );
}

test('the dev container: Node 20, Python, the set-up, and the port of JupyterLab', () => {
  const name = '.devcontainer/devcontainer.json';
  const given = JSON.parse(read(name)) as Record<string, string> & {
    readonly forwardPorts: number[];
  };
  assert.match(given['image']!, /javascript-node:\d+-20-\w+$/);
  assert.match(given['onCreateCommand']!, /python3-venv/);
  assert.equal(given['postCreateCommand'], 'npm run setup');
  assert.deepEqual(given.forwardPorts, [8888]);
  assert.match(given['postAttachCommand']!, /^npm start -- .*--port=8888/);
  for (const key of ['postCreateCommand', 'postAttachCommand']) checkCommands(name, given[key]!);
});

/** The instructions of a Dockerfile, without comments, each with its words. */
const instructions = (text: string): readonly (readonly [string, string])[] =>
  text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)]);

test('the container: a user, the set-up, JupyterLab on 8888 and for Binder on the PATH', () => {
  const name = '.binder/Dockerfile';
  const steps = instructions(read(name));
  const of = (kind: string): string[] =>
    steps.filter(([k]) => k === kind).map(([, words]) => words);
  const known = ['FROM', 'RUN', 'USER', 'ENV', 'WORKDIR', 'COPY', 'EXPOSE', 'CMD'];
  for (const [kind, words] of steps) assert.ok(known.includes(kind), `${kind} ${words}`);
  assert.match(of('FROM').join(), /^node:20-\w+-slim$/);
  assert.deepEqual(of('USER'), ['node'], 'not root, and never back to it');
  const at = (pattern: RegExp): number => steps.findIndex(([, words]) => pattern.test(words));
  assert.ok(at(/apt-get/) < at(/^node$/) && at(/^node$/) < at(/npm run setup/), 'the order');
  assert.match(of('RUN')[0]!, /\bg\+\+ .*python3 python3-venv/);
  assert.match(of('ENV').join('\n'), /^PATH=\/home\/node\/course\/\.venv\/bin:\$PATH$/m);
  assert.deepEqual(of('EXPOSE'), ['8888']);
  const command = JSON.parse(of('CMD').join()) as string[];
  assert.deepEqual(command.slice(0, 3), ['npm', 'start', '--']);
  for (const option of ['--ip=0.0.0.0', '--port=8888', '--no-browser'])
    assert.ok(command.includes(option));
  checkCommands(name, [...of('RUN'), command.join(' ')].join('\n'));
  const [build] = /docker build .*/.exec(read(name))!;
  assert.ok(build.includes(`-f ${name} .`));
  const binder = fs.readdirSync(root).filter((one) => /^\.?binder$/.test(one));
  assert.deepEqual(binder, ['.binder'], 'Binder refuses two such folders');
});

test('what the set-up makes stays out of the container', () => {
  const kept = read('.dockerignore').trim().split('\n');
  const made = read('.gitignore')
    .trim()
    .split('\n')
    .map((line) => line.replace(/\/$/, ''))
    .filter((line) => !line.includes('*'));
  for (const one of made)
    assert.ok(
      kept.some((line) => line.replace('**/', '') === one),
      `${one} would be copied`,
    );
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Field;
}
interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly steps: readonly Step[];
}

test('the workflow: .ci/run on Linux and npm test on macOS, pinned, without secrets', () => {
  const name = '.github/workflows/ci.yml';
  const { jobs, permissions } = yaml(name) as {
    readonly jobs: Readonly<Record<string, Job>>;
    readonly permissions: Field;
  };
  assert.deepEqual(permissions, { contents: 'read' });
  assert.doesNotMatch(read(name), /secrets\./);
  const runs = (job: Job): string[] => job.steps.flatMap(({ run }) => run ?? []);
  assert.match(jobs['linux']!['runs-on'], /^ubuntu-\d/);
  assert.deepEqual(runs(jobs['linux']!), ['taskset --cpu-list 0,1 .ci/run']);
  fs.accessSync(join(root, '.ci', 'run'), fs.constants.X_OK);
  assert.match(jobs['macos']!['runs-on'], /^macos-\d/);
  assert.deepEqual(runs(jobs['macos']!), ['npm test']);
  checkCommands(name, runs(jobs['macos']!).join('\n'));
  for (const job of Object.values(jobs)) {
    assert.ok(job['timeout-minutes'] > 0);
    const used = job.steps.flatMap(({ uses }) => uses ?? []);
    for (const action of used) assert.match(action, /^actions\/[\w-]+@[0-9a-f]{40}$/);
    const node = job.steps.find(({ uses }) => uses?.includes('setup-node'));
    assert.equal(node?.with?.['node-version'], 20);
  }
  const versions = [...read(name).matchAll(/uses: (\S+?)@\S+ # v\d+\.\d+\.\d+$/gm)];
  assert.equal(versions.length, [...read(name).matchAll(/uses:/g)].length, 'each says its version');
});

interface Reference {
  readonly title: string;
  readonly type: string;
  readonly url: string;
  readonly year: number;
  readonly authors: readonly Field[];
}

test('CITATION.cff: what version 1.2.0 asks for, and the works that the parts follow', () => {
  const cff = yaml('CITATION.cff') as Field & {
    readonly authors: readonly Field[];
    readonly references: readonly Reference[];
  };
  const own = JSON.parse(read('package.json')) as { version: string; license: string };
  assert.equal(cff['cff-version'], '1.2.0');
  assert.equal(cff['type'], 'software');
  assert.equal(cff['version'], own.version);
  assert.equal(cff['license'], own.license);
  for (const field of ['title', 'message']) assert.equal(typeof cff[field], 'string');
  assert.deepEqual(cff.authors, [{ name: 'The authors of the course' }]);
  const parts = JSON.parse(read('notebooks/parts.json')) as {
    papers: { citation: string; link: string }[];
  }[];
  const papers = parts.flatMap((part) => part.papers);
  const cited = cff.references.map(({ title, url }) => [title, url]);
  const shown = papers.map(({ citation, link }) => [/\*(.*)\*/.exec(citation)![1]!, link]);
  assert.deepEqual(cited, shown);
  cff.references.forEach(({ type, year, authors }, i) => {
    assert.equal(type, 'conference-paper');
    assert.ok(papers[i]!.citation.includes(String(year)), `${year}: ${papers[i]!.citation}`);
    for (const author of authors)
      assert.ok(author['family-names'] && author['given-names'], JSON.stringify(author));
    assert.equal(new Set(authors.map((one) => JSON.stringify(one))).size, authors.length);
    assert.ok(papers[i]!.citation.startsWith(String(authors[0]!['family-names'])));
  });
});
