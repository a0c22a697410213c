// Runs in every page of the book: interactive figures, contents, and boxes that scroll. Text of the
// notebooks enters a page as text only, never as HTML.
const CONFIG = { displaylogo: false, responsive: false };
const INSET = 16; // left and right of a figure, together
const NARROW = 600; // below this the buttons of a figure would cover its title

/** Loads a program of the book, which only some pages or readers need. */
function loadScript(file) {
  return new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = file;
    script.addEventListener('load', done);
    script.addEventListener('error', () => failed(new Error(`${file} could not be loaded`)));
    document.head.append(script);
  });
}

/** What a drawn figure is to a screen reader: its description, and the buttons above it. */
function describe(holder, picture) {
  holder.setAttribute('role', 'group');
  holder.setAttribute('aria-label', picture?.alt || picture?.textContent || 'Figure');
  for (const drawing of holder.querySelectorAll('.main-svg'))
    drawing.setAttribute('aria-hidden', 'true');
}

// a figure that cannot be drawn keeps its picture
async function draw(figure) {
  const { data, layout } = JSON.parse(figure.querySelector('script').textContent);
  const holder = document.createElement('div');
  const inWidth = () => fitted({ data, layout }, figure.clientWidth - INSET);
  const displayModeBar = figure.clientWidth < NARROW ? false : 'hover';
  await Plotly.newPlot(holder, data, inWidth(), { ...CONFIG, displayModeBar });
  const picture = figure.querySelector('img, pre');
  describe(holder, picture);
  picture?.remove();
  figure.prepend(holder);
  let width = figure.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(figure.clientWidth - width) < 8) return;
    width = figure.clientWidth;
    Plotly.relayout(holder, inWidth());
  }).observe(figure);
}

async function drawFigures(figures) {
  if (!figures.length) return;
  await loadScript('assets/plotly.min.js');
  figures.forEach((figure) => {
    draw(figure).catch((error) => console.warn('a figure was not drawn:', error));
  });
}

// without the program of live figures their pictures stay
async function runLive(figures) {
  if (!figures.length) return;
  await loadScript('assets/live.js');
  for (const figure of figures) {
    try {
      icl.mount(figure, JSON.parse(figure.querySelector('script').textContent));
    } catch (error) {
      console.warn('a live figure keeps its picture:', error);
    }
  }
}

/** What is wider than its box can be scrolled by the keyboard, once it has the focus. */
function makeScrollable(boxes) {
  const look = ({ target }) => {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute('tabindex');
  };
  const observer = new ResizeObserver((changes) => changes.forEach(look));
  boxes.forEach((box) => observer.observe(box));
}

/** The contents show where the reader is, and close when a place on this page is chosen. */
function startContents(contents) {
  const show = () => {
    const here = contents.querySelector('[aria-current]');
    if (here) contents.scrollTop = here.offsetTop - contents.clientHeight / 4;
  };
  show();
  contents.addEventListener('toggle', show);
  contents.addEventListener('click', ({ target }) => {
    if (target.closest('a') && contents.matches(':popover-open')) contents.hidePopover();
  });
}

startContents(document.querySelector('.columns > #_sidebar'));
makeScrollable(document.querySelectorAll('.wide, pre, .katex-display, figure'));
drawFigures(document.querySelectorAll('figure[data-plot]')).catch(console.warn);
runLive(document.querySelectorAll('figure[data-live]')).catch(console.warn);
