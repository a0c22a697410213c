// The search of the book: a combobox whose list of results is walked by the arrow keys. Its words
// are loaded when a reader first turns to it. Text enters the page as text only, never as HTML.
(() => {
  'use strict';
  const MOST = 12;
  const LETTERS = 140; // of a result's text
  const box = document.querySelector('header #search');
  const panel = document.querySelector('header #_panel');
  const list = document.querySelector('header #hits');
  const found = document.querySelector('header #_found');
  const inApi = ({ page }) => page.startsWith('API');
  let index = null;

  async function makeIndex() {
    await Promise.all([loadScript('assets/minisearch.js'), loadScript('assets/sections.js')]);
    const made = new MiniSearch({
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
    made.addAll(window.BOOK_SECTIONS);
    return made;
  }
  /** The index, made once; null where its files cannot be loaded, which are then tried again. */
  const ready = () =>
    (index ??= makeIndex().catch((error) => {
      console.warn('the search was not loaded:', error);
      return (index = null);
    }));

  /** A piece of the text around the first word that was found in it. */
  function piece(text, terms) {
    const lower = text.toLowerCase();
    const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
    const at = Math.max(0, Math.min(...places, text.length) - 50);
    const start = places.length && at > 0 ? text.indexOf(' ', at) + 1 : 0;
    return `${start > 0 ? '… ' : ''}${text.slice(start, start + LETTERS)}`;
  }

  function optionOf({ link, title, page, text, terms }, number) {
    const heading = document.createElement('b');
    heading.textContent = title;
    const below = document.createElement('small');
    below.textContent = `${page}: ${piece(text, terms)}`;
    const option = document.createElement('a');
    option.append(heading, below);
    option.id = `_hit${number}`;
    option.tabIndex = -1;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.setAttribute('href', link);
    return option;
  }

  const chosen = () => list.querySelector('[aria-selected="true"]');

  function choose(option) {
    chosen()?.setAttribute('aria-selected', 'false');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', option.id);
  }

  function show(options, words) {
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    found.textContent = words;
    panel.classList.toggle('open', words !== '');
    box.setAttribute('aria-expanded', String(options.length > 0));
    box.removeAttribute('aria-activedescendant');
  }
  const close = () => show([], '');

  async function search() {
    const asked = box.value;
    if (!asked.trim()) return close();
    const made = await ready();
    if (!made) return show([], 'The search could not be loaded');
    const hits = made.search(asked);
    if (box.value !== asked) return; // the reader has typed on
    const shown = hits.slice(0, MOST);
    const count =
      hits.length > MOST ? `${MOST} of ${hits.length} results` : `${hits.length} results`;
    show(shown.map(optionOf), hits.length ? count : 'Nothing found');
  }

  /** The option that many places after the chosen one, round the list. */
  function step(by) {
    const options = [...list.children];
    const at = options.indexOf(chosen());
    const next = at < 0 && by < 0 ? options.length - 1 : at + by;
    if (options.length) choose(options[(next + options.length) % options.length]);
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => (chosen() ?? list.firstElementChild)?.click(),
    Escape: () => {
      box.value = '';
      close();
    },
  };

  box.addEventListener('focus', () => void ready());
  box.addEventListener('input', () => void search());
  box.addEventListener('keydown', (event) => {
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  list.addEventListener('click', (event) => {
    if (!event.ctrlKey && !event.metaKey) close(); // a result on this page only scrolls
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[role="search"]')) close();
  });
})();
