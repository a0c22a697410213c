// Outputs of a cell as markup: streams, errors, figures, tables, text.
import { stripVTControlCharacters } from 'node:util';
import { textOf } from '../notebooks.mjs';
import { clean, json, markup, withoutPlaces } from './markup.mjs';

const LIVE = 'application/vnd.icl.live+json';
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** A picture, or its description where the value is no PNG. */
function imageHtml(data, description) {
  const png = Buffer.from(textOf(data['image/png']), 'base64');
  return png.subarray(0, PNG.length).equals(PNG)
    ? markup`<img alt="${description}" src="data:image/png;base64,${png.toString('base64')}">`
    : markup`<pre class="out">${description}</pre>`;
}

function plotHtml(data) {
  const { data: traces, layout } = data['application/vnd.plotly.v1+json'] ?? {};
  const description = textOf(data['text/plain']).replace(/^Figure: /, '');
  const script = markup`<script type="application/json">${json({ data: traces, layout })}</script>`;
  const picture = imageHtml(data, description);
  return markup`<figure data-plot>${picture}${script}</figure>`;
}

/** A live figure: its picture until the page's own program runs it. */
function liveHtml(data) {
  const description = textOf(data['text/plain']);
  const output = json(data[LIVE]);
  const script = markup`<script type="application/json">${output}</script>`;
  return markup`<figure data-live>${imageHtml(data, description)}${script}</figure>`;
}

/** What went wrong: name, value and traceback without the colours of a terminal. */
function errorHtml({ ename, evalue, traceback }) {
  const rest = stripVTControlCharacters(traceback.join('\n'));
  return markup`<pre class="out error"><b>${ename}: ${evalue}</b>\n${rest}</pre>`;
}

function outputHtml({ output_type: type, text, data = {}, ...output }) {
  if (type === 'stream') return markup`<pre class="out">${textOf(text)}</pre>`;
  if (type === 'error') return errorHtml(output);
  const plain = textOf(data['text/plain']);
  if ('application/vnd.plotly.v1+json' in data) return plotHtml(data);
  if (LIVE in data) return liveHtml(data);
  if (data['text/html']) return clean(withoutPlaces(textOf(data['text/html'])));
  if (data['image/png']) return markup`<figure>${imageHtml(data, plain)}</figure>`;
  return plain ? markup`<pre class="out">${plain}</pre>` : markup``;
}

/** Streams that follow each other are one output to the reader. */
const merged = (outputs) =>
  outputs.reduce((all, output) => {
    const last = all[all.length - 1];
    if (output.output_type === 'stream' && last?.output_type === 'stream')
      last.text = textOf(last.text) + textOf(output.text);
    else all.push({ ...output });
    return all;
  }, []);

/** The outputs of a cell, in their order. */
export const outputsHtml = ({ outputs = [] }) => merged(outputs).map(outputHtml);
