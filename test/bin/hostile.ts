/** A course whose notebooks try to run scripts in the pages of the book, and a watch that tells. */
import * as fs from 'node:fs';
import { join } from 'node:path';

import { scratch } from '../helpers';

/** JavaScript that tells the watch that it ran, without quotes that end an attribute. */
const told = (name: string): string => `top.told(/${name}/.source)`;

/** Markup that runs a script, by what it uses; `told` is called with that name. */
export const ATTACKS: Readonly<Record<string, string>> = {
  'script tag': `<script>${told('script tag')}</script>`,
  'error handler': `<img src="none.png" onerror="${told('error handler')}">`,
  'mouse handler': `<b onmouseover="${told('mouse handler')}">b</b>`,
  'toggle handler': `<details open ontoggle="${told('toggle handler')}"><summary>s</summary></details>`,
  'javascript link': `<a href="javascript:${told('javascript link')}">a</a>`,
  'javascript link with a tab': `<a href="java&#9;script:${told('javascript link with a tab')}">a</a>`,
  'script in svg': `<svg><script>${told('script in svg')}</script></svg>`,
  'svg handler': `<svg onmouseover="${told('svg handler')}"></svg>`,
  'frame with srcdoc': `<iframe srcdoc="<script>${told('frame with srcdoc')}</script>"></iframe>`,
  'frame with a javascript link': `<iframe src="javascript:${told('frame with a javascript link')}"></iframe>`,
  'form with a javascript link': `<form action="javascript:${told('form with a javascript link')}">
<button>b</button></form>`,
};
/** Runs when what a browser made of it is written down and read again. */
const TWICE = `<math><mtext><table><mglyph><style><!--</style>
<img title="--&gt;&lt;img src=1 onerror='${told('read twice')}'&gt;">`;
/** What loads or covers without a script. */
const LOADS = `<style>main { display: none }</style><base href="http://127.0.0.1:9/">
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9"><link rel="stylesheet" href="http://127.0.0.1:9/a.css">
<div style="position:fixed;inset:0;background:url(http://127.0.0.1:9/a.png)">cover</div>
<a href="data:text/html,<script>1</script>">data</a><img src="data:image/svg+xml,<svg/>">
<div id="search" name="search">twin</div><img name="getElementById" id="hits">`;

const all = [...Object.values(ATTACKS), LOADS, TWICE].join('\n\n');
const outOfAttribute = (name: string): string =>
  `"><img src=none.png onerror='${told(name)}'><b x="`;
const outOfScript = (name: string): string => `</script><script>${told(name)}</script>`;
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const plot = (text: string): object => ({
  data: [{ type: 'scatter', x: [1, 2], y: [1, 2], name: text, hovertemplate: text, text }],
  layout: {
    title: { text: `${text}${ATTACKS['javascript link']}` },
    annotations: [{ text, x: 1, y: 1 }],
    images: [{ source: 'http://127.0.0.1:9/a.png', x: 0, y: 1, sizex: 1, sizey: 1 }],
  },
});
const shown = (data: object): object => ({ output_type: 'display_data', data, metadata: {} });

const OUTPUTS: readonly object[] = [
  shown({ 'text/html': all, 'text/plain': 'x' }),
  shown({ 'image/png': `${PIXEL}${outOfAttribute('end of a picture')}`, 'text/plain': 'y' }),
  shown({ 'image/png': outOfAttribute('no picture'), 'text/plain': outOfAttribute('alt text') }),
  shown({ 'image/png': PIXEL, 'text/plain': outOfAttribute('alt text of a picture') }),
  shown({
    'application/vnd.plotly.v1+json': plot(outOfScript('plot') + all),
    'image/png': outOfAttribute('picture of a plot'),
    'text/plain': `Figure: ${outOfAttribute('alt text of a plot')}`,
  }),
  shown({ 'application/vnd.plotly.v1+json': null, 'text/plain': 'no plot' }),
  shown({
    'application/vnd.icl.live+json': { figure: outOfScript('live figure'), given: { all } },
    'image/png': outOfAttribute('picture of a live figure'),
    'text/plain': outOfAttribute('alt text of a live figure'),
  }),
  shown({
    'application/vnd.icl.live+json': { figure: 'prompt', given: { method: all } },
    'text/plain': outOfAttribute('a live figure of a hostile method'),
  }),
  shown({ 'text/plain': all }),
  shown({
    'application/vnd.icl.verdicts+json': {
      verdicts: [{ claim: all, source: all, ours: all, verdict: 'undecided' }],
    },
    'text/plain': 'v',
  }),
  { output_type: 'stream', name: 'stdout', text: all },
  {
    output_type: 'error',
    ename: `TypeError${ATTACKS['script tag']}`,
    evalue: 'broken value',
    traceback: ['\u001b[31mline 3\u001b[0m', all],
  },
];

const MARKDOWN: readonly string[] = [
  all,
  `## ${outOfAttribute('heading')}\n\n## search\n\n## hits\n\nzebra ${outOfScript('section')}`,
  `[a](javascript:${told('markdown link')} "x") ![${outOfAttribute('alt')}](none.png)`,
  `\`\`\`"><img/src=none.png/onerror=${told('language')}>\n${all}\n\`\`\``,
  `<b title="$\\text{ onmouseover=${told('formula in an attribute')} }$">b</b>`,
  `<b title="\uE0000\uE001">c</b> $\\text{${ATTACKS['script tag']}}$`,
];

/** A folder with parts.json and two hostile notebooks, the second also in its name. */
export function hostileFolder(): string {
  const folder = scratch();
  const cells = [
    {
      cell_type: 'markdown',
      source: `# Title ${all.replaceAll('\n', ' ')}\n\n**Claim ${outOfAttribute('claim')}**\n\n*Reading: 1 minute. Running: about 1 second.*`,
    },
    ...MARKDOWN.map((source) => ({ cell_type: 'markdown', source })),
    { cell_type: 'code', source: `// ${all}`, outputs: OUTPUTS },
    { cell_type: 'raw', source: all },
  ];
  for (const name of ['00-plain', '01-" onmouseover="top.told(`name`)" x="'])
    fs.writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify({ cells }));
  const part = {
    title: `Part ${outOfAttribute('part')}`,
    from: 0,
    to: 9,
    folder: 'lib/parts/none',
    about: all,
    papers: [{ citation: all, link: `javascript:${told('paper')}` }],
  };
  fs.writeFileSync(join(folder, 'parts.json'), JSON.stringify([part]));
  return folder;
}

/** Runs in a page before its own scripts: what ran, and what the page's policy refused. */
export const WATCH = `
window.ran = [];
window.refused = [];
window.told = (name) => window.ran.push(name);
document.addEventListener('securitypolicyviolation', (event) => {
  window.refused.push(event.violatedDirective + ' ' + event.blockedURI);
});`;

/** Runs in a page after it is loaded: everything a reader could touch; gives what ran. */
export const TOUCH = `(async () => {
  const pause = () => new Promise((done) => setTimeout(done, 300));
  const search = document.querySelector('header #search');
  if (search) {
    search.value = 'zebra';
    search.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const drawn = () =>
    !document.querySelector('figure[data-plot]') || document.querySelector('figure .main-svg');
  for (let i = 0; i < 10 && !drawn(); i++) await pause();
  const linkOf = (one) => one?.getAttribute('href') ?? one?.getAttribute('xlink:href') ?? '';
  for (const one of document.querySelectorAll('*')) {
    const leaves = one.closest('a') && !/^\\s*j/i.test(linkOf(one.closest('a')));
    const names = ['mouseover', 'focus', 'error', 'load', 'toggle'];
    for (const name of names) one.dispatchEvent(new Event(name, { bubbles: name === 'mouseover' }));
    if (!leaves) one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  }
  await pause();
  return [...new Set(window.ran)];
})()`;
