// The API reference: TypeDoc reads lib/index.ts, whose namespaces are the library's modules, and
// writes one page for each exported name, with a search, into a folder that works offline.
import fs from 'node:fs';
import path from 'node:path';
import { joined, markup } from './book/markup.mjs';
import { at } from './setup/base.mjs';

const CSS = `
a.book { display: block; padding: 6px 2rem; font-size: 0.9rem; color: var(--color-text); }
a.book { background: var(--color-background-secondary); }
a.skip:not(:focus) { position: absolute; clip-path: inset(50%); }
.tsd-page-title + .tsd-panel > h1 { display: none; }
.tsd-member-summaries dd p { margin: 0; }
`;

/** Options of TypeDoc that do not depend on what the modules are called. */
const OPTIONS = {
  entryPoints: [at('lib', 'index.ts')],
  tsconfig: at('lib', 'tsconfig.json'),
  name: 'The library invicl', // a module is called invicl, and no two names may be the same
  readme: at('lib', 'README.md'),
  lang: 'en',
  skipErrorChecking: true, // npm test checks the types
  disableGit: true,
  sourceLinkTemplate: '{path}', // replaced below by file and line without a link
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  includeHierarchySummary: false,
  hideGenerator: true,
  searchInComments: true,
  useFirstParagraphOfCommentAsSummary: true,
  markdownItOptions: { html: false, linkify: false },
  validation: { notExported: true, invalidLink: true, invalidPath: false, notDocumented: false },
};

/**
 * Shapes such as [B, n] are words, not links: a docstring that begins "[4]: learning rate" would
 * be read as the definition of a link by Markdown and vanish.
 */
function keepShapes(comment) {
  const parts = [comment.summary, ...comment.blockTags.map(({ content }) => content)].flat();
  for (const part of parts) {
    if (part.kind === 'relative-link') part.kind = 'text';
    if (part.kind === 'text') part.text = part.text.replace(/\[([^\][\n]*)\](?=[:(])/g, '\\[$1\\]');
  }
}

/**
 * A page of TypeDoc for those who read by keyboard or ear: the text is the page's main part, and no
 * link stands inside what folds a section.
 */
const accessible = (html) =>
  html
    .replace('<div class="col-content">', '<div class="col-content" id="_text" role="main">')
    .replace(/<summary[\s\S]*?<\/summary>/g, (summary) =>
      summary.replace(/<a [^>]*class="tsd-anchor-icon"[\s\S]*?<\/a>/g, ''),
    );

/** The link that leads past the navigation, and the one back to the book. */
const links = ({ createElement, Fragment }, home) =>
  createElement(
    Fragment,
    null,
    createElement('a', { class: 'book skip', href: '#_text' }, 'Skip to the text'),
    createElement('a', { class: 'book', href: home }, '← In-context learning: the book'),
  );

/** The first sentence of a docstring as plain text. */
const firstSentence = (comment) =>
  (comment?.summary ?? [])
    .map(({ text }) => text)
    .join('')
    .replace(/[`*\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .match(/^.*?[.](?=\s|$)|^.*/)[0];

const docstringOf = (reflection) =>
  reflection.comment ?? reflection.signatures?.find(({ comment }) => comment)?.comment;

/** All exported names in a namespace and in the namespaces inside it, as `module.name`. */
function namesIn(namespace, pages, kinds, before = '') {
  return (namespace.children ?? []).flatMap((child) => {
    const target = child.tryGetTargetReflectionDeep?.() ?? child;
    const link = pages.get(target);
    const name = `${before}${child.name}`;
    const kind =
      target.kind === kinds.Namespace ? 'module' : kinds.singularString(target.kind).toLowerCase();
    const own = link ? [{ name, kind, text: firstSentence(docstringOf(target)), link }] : [];
    return target.kind === kinds.Namespace
      ? [...own, ...namesIn(target, pages, kinds, `${name}.`)]
      : own;
  });
}

const modulesOf = ({ children }) => children.map(({ name }) => name);

/**
 * Writes the reference into the folder `out`.
 *
 * @returns entries: every module and exported name with its kind, the first sentence of its
 *          docstring and its page, relative to `out`; problems: what TypeDoc says about docstrings,
 *          one line each; brokenLinks: those of them about a {@link} that leads nowhere
 */
export async function buildApi(out = at('build', 'book', 'api')) {
  const { Application, JSX, Logger, LogLevel, ReflectionKind } = await import('typedoc');
  const problems = [];
  class Listener extends Logger {
    addContext(message) {
      return message;
    }
    log(message, level) {
      super.log(message, level);
      if (level >= LogLevel.Warn) problems.push(message.replaceAll('\n', ' '));
    }
  }
  const css = path.join(`${out}.css`);
  fs.mkdirSync(path.dirname(out), { recursive: true });
  fs.writeFileSync(css, CSS);
  try {
    const app = await Application.bootstrap({ ...OPTIONS, customCss: css }, []);
    app.logger = new Listener();
    let pages;
    app.renderer.on(
      'endRender',
      (event) => (pages = new Map(event.pages.map(({ model, url }) => [model, url]))),
    );
    app.renderer.hooks.on('body.begin', ({ relativeURL }) =>
      links(JSX, relativeURL('../index.html')),
    );
    app.renderer.on('endPage', (event) => (event.contents = accessible(event.contents)));
    const project = await app.convert();
    if (!project) throw new Error(`TypeDoc could not read lib: ${problems.join('; ')}`);
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.comment) keepShapes(reflection.comment);
      for (const source of reflection.sources ?? []) delete source.url;
    }
    app.options.setValue('navigationLeaves', modulesOf(project)); // no links in folded branches
    app.validate(project);
    await app.generateDocs(project, out);
    const entries = namesIn(project, pages, ReflectionKind);
    return { entries, problems, brokenLinks: problems.filter((text) => /resolve link/.test(text)) };
  } finally {
    fs.rmSync(css, { force: true });
  }
}

/** The entries as sections of the book's search. */
export const searchSections = (entries) =>
  entries.map(({ name, kind, text, link }) => ({
    title: name,
    page: `API, ${kind}`,
    link: `api/${link}`,
    text,
  }));

/** The names that a cell imports from invicl: [what it is called in the cell, the module]. */
const importsIn = (source) =>
  [...source.matchAll(/import\s*\{([^}]*)\}\s*from\s*['"]invicl['"]/g)].flatMap(([, names]) =>
    [...names.matchAll(/(\w+)(?:\s+as\s+(\w+))?/g)].map(([, name, alias]) => [alias ?? name, name]),
  );

/** What a cell takes from a module that it calls `alias`: `name` and `name.name`, each once. */
function usesIn(source, alias, isKnown) {
  const uses = source.matchAll(new RegExp(`(?<![.\\w])${alias}\\.(\\w+(?:\\.\\w+)?)`, 'g'));
  const known = [...uses].map(([, two]) => [two, two.split('.')[0]].find(isKnown));
  return [...new Set(known.filter((name) => name !== undefined))];
}

/**
 * A reader of a notebook's cells, first to last: for each it returns a line of links to the pages
 * of the modules that are used for the first time there, with the names that the cell takes from
 * them; empty when there are none.
 */
export function moduleLinks(entries) {
  const pages = new Map(entries.map(({ name, link }) => [name, link]));
  const link = (name, shown) => markup`<a href="api/${pages.get(name)}">${shown}</a>`;
  const [imported, seen] = [new Map(), new Set()];
  return (source) => {
    for (const [alias, module] of importsIn(source)) imported.set(alias, module);
    const found = [];
    for (const [alias, module] of imported) {
      const uses = usesIn(source, alias, (name) => pages.has(`${module}.${name}`));
      if (seen.has(module) || uses.length === 0) continue;
      seen.add(module);
      const names = uses.map((name) => link(`${module}.${name}`, name));
      found.push(markup`${link(module, module)} (${joined(names, ', ')})`);
    }
    return found.length ? markup`<p class="api">API: ${joined(found, ' · ')}</p>` : markup``;
  };
}
