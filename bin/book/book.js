// Runs in every page of the book: interactive figures and the search. Text of the notebooks enters
// a page as text only, never as HTML.
const CONFIG = { displaylogo: false, responsive: false };

function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

const INSET = 16; // left and right of a figure, together

// a figure that cannot be drawn keeps its picture
async function draw(figure) {
  const { data, layout } = JSON.parse(figure.querySelector('script').textContent);
  const holder = document.createElement('div');
  const inWidth = () => fitted({ data, layout }, figure.clientWidth - INSET);
  await Plotly.newPlot(holder, data, inWidth(), CONFIG);
  figure.querySelector('img, pre')?.remove();
  figure.prepend(holder);
  let width = figure.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(figure.clientWidth - width) < 8) return;
    width = figure.clientWidth;
    Plotly.relayout(holder, inWidth());
  }).observe(figure);
}
document.querySelectorAll('figure[data-plot]').forEach((figure) => {
  draw(figure).catch((error) => console.warn('a figure was not drawn:', error));
});

// the program of live figures is loaded by pages that have one; without it pictures stay
function runLive(figures) {
  const program = element('script');
  program.src = 'assets/live.js';
  program.addEventListener('load', () => {
    for (const figure of figures) {
      try {
        icl.mount(figure, JSON.parse(figure.querySelector('script').textContent));
      } catch (error) {
        console.warn('a live figure keeps its picture:', error);
      }
    }
  });
  document.head.append(program);
}

const box = document.querySelector('header > #search'),
  hits = document.querySelector('header > #hits');
const inApi = ({ page }) => page.startsWith('API');
const index = new MiniSearch({
  fields: ['title', 'text'],
  storeFields: ['title', 'page', 'link', 'text'],
  searchOptions: {
    boost: { title: 3 },
    prefix: true,
    fuzzy: 0.15,
    combineWith: 'AND',
    boostDocument: (id, term, section) => (inApi(section) ? 0.5 : 1),
  },
});
index.addAll(window.BOOK_SECTIONS);

function hitOf({ link, title, page, text }) {
  const hit = element('a', element('b', title));
  hit.append(element('small', `${page}: ${text.slice(0, 140)}`));
  hit.setAttribute('href', link);
  return hit;
}
box.addEventListener('input', () => {
  const found = box.value.trim() ? index.search(box.value).slice(0, 12) : [];
  hits.replaceChildren(...(found.length ? found.map(hitOf) : [element('a', 'nothing found')]));
  hits.style.display = box.value.trim() ? 'block' : 'none';
});
document.addEventListener('click', (e) => {
  if (!hits.contains(e.target) && e.target !== box) hits.style.display = 'none';
});

const live = document.querySelectorAll('figure[data-live]');
if (live.length) runLive(live);
