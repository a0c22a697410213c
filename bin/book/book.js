// Runs in every page of the book: interactive figures and the search.
document.querySelectorAll('figure[data-plot]').forEach((figure) => {
  const plot = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
  const holder = document.createElement('div');
  Plotly.newPlot(holder, plot.data, plot.layout, plot.config).then(() => {
    figure.querySelector('img').remove();
    figure.prepend(holder);
  });
});
const box = document.getElementById('search'),
  hits = document.getElementById('hits');
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
const clean = (s) => s.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
box.addEventListener('input', () => {
  const found = box.value.trim() ? index.search(box.value).slice(0, 12) : [];
  hits.innerHTML = found.length
    ? found
        .map(
          (h) =>
            '<a href="' +
            h.link +
            '"><b>' +
            clean(h.title) +
            '</b><small>' +
            clean(h.page) +
            ': ' +
            clean(h.text.slice(0, 140)) +
            '</small></a>',
        )
        .join('')
    : '<a>nothing found</a>';
  hits.style.display = box.value.trim() ? 'block' : 'none';
});
document.addEventListener('click', (e) => {
  if (!hits.contains(e.target) && e.target !== box) hits.style.display = 'none';
});
