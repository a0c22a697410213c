// Runs before a page is drawn: the colours that the reader chose. The pages of the API, which
// TypeDoc makes, read the same key of the browser's store and the same attribute.
(() => {
  'use strict';
  const KEY = 'tsd-theme';
  let chosen = 'os';
  try {
    chosen = localStorage.getItem(KEY) || 'os';
  } catch {
    // without a store the page follows the system
  }
  document.documentElement.dataset.theme = chosen;
  document.addEventListener('DOMContentLoaded', () => {
    const colours = document.querySelector('nav > label > #_colours');
    colours.value = chosen;
    colours.addEventListener('change', () => {
      document.documentElement.dataset.theme = colours.value;
      try {
        localStorage.setItem(KEY, colours.value);
      } catch {
        // then the choice holds for this page
      }
    });
  });
})();
