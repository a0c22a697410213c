// The parts of the README that are made from the notebooks: their table, pictures and verdicts.
import fs from 'node:fs';
import path from 'node:path';
import { at, writeAtomic } from './setup/base.mjs';
import { notebookFiles, readNotebook, titleOf } from './notebooks.mjs';

const between = (text, name, inside) =>
  text.replace(
    new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open, close) => `${open}${inside}\n${close}`,
  );
const cell = (text) => text.replace(/\|/g, '\\|');

/** The picture of a notebook: the figure of the cell tagged `picture`, else its first. */
function pictureOf(notebook) {
  const figures = (cells) =>
    cells.flatMap((c) => (c.outputs ?? []).filter((output) => output.data?.['image/png']));
  const [found] = [
    ...figures(notebook.cells.filter((c) => (c.metadata.tags ?? []).includes('picture'))),
    ...figures(notebook.cells),
  ];
  const text = found?.data['image/png'];
  return text ? Buffer.from((Array.isArray(text) ? text.join('') : text).trim(), 'base64') : null;
}

/** Rewrites the generated parts from the notebooks in the repository. */
export function updateReadme(verdicts) {
  const rows = notebookFiles().map((file) => {
    const notebook = readNotebook(file);
    const number = path.basename(file).slice(0, 2);
    const picture = pictureOf(notebook);
    if (picture) {
      fs.mkdirSync(at('data', 'pictures'), { recursive: true });
      writeAtomic(at('data', 'pictures', `${number}.png`), picture);
    }
    const { title, claim } = titleOf(notebook);
    const first = notebook.cells[0].source;
    const [, reading] = first.match(/Reading: (\d+) minutes?/) ?? [];
    const [, running] = first.match(/Running: (.+?)(?: on two cores|[;,*]|\.\s|\.\*)/) ?? [];
    return `| [${number} ${cell(title)}](notebooks/${path.basename(file)}) | ${cell(claim)} | read ${reading} min, run ${running.replace(' on two cores', '')} | ${picture ? `<img src="data/pictures/${number}.png" width="180" alt="a figure of the notebook">` : ''} |`;
  });
  const table = ['| notebook | claim | time | |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const results = [
    '| | claim | source | ours | verdict |',
    '| --- | --- | --- | --- | --- |',
    ...verdicts.map(
      (v) =>
        `| ${v.notebook} | ${cell(v.claim)} | ${cell(v.source)} | ${cell(v.ours)} | **${v.verdict}** |`,
    ),
  ].join('\n');
  const readme = fs.readFileSync(at('README.md'), 'utf8');
  writeAtomic(at('README.md'), between(between(readme, 'notebooks', table), 'verdicts', results));
}
