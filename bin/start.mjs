// npm start: JupyterLab with notebook 00 open, the course's kernel and the plotly renderer.
// npm start -- 04 opens another one, npm start -- 04 zh the same in Chinese.
import path from 'node:path';
import { at, say, startChild, venvBin } from './setup/base.mjs';
import { jupyterEnv, setup } from './setup/parts.mjs';
import { selectNotebooks } from './notebooks.mjs';
import { LANGUAGES, translatedFile, writeTranslated } from './translations.mjs';

/** The number of a notebook, its language, and the other words of a command line. */
function asked(args) {
  const [first = ''] = args;
  const number = /^\d+$/.test(first) ? first : '00';
  const [word, ...others] = number === first ? args.slice(1) : args;
  if (word !== undefined && Object.hasOwn(LANGUAGES, word))
    return { number, language: word, rest: others };
  return { number, language: 'en', rest: word === undefined ? [] : [word, ...others] };
}

/**
 * What JupyterLab is started with. Its page is a notebook, 00 unless the first word is the number
 * of another, and in English unless the word after it is a language; so are the addresses that it
 * prints where no browser can be opened. All other words are options of JupyterLab, which win
 * against these.
 *
 * @throws Fault when there is no notebook of that number, or not in that language
 */
export function labArguments(args) {
  const { number, language, rest } = asked(args);
  const page =
    language === 'en'
      ? path.basename(selectNotebooks(number)[0])
      : translatedFile(language, number).replaceAll(path.sep, '/');
  return [
    '-m',
    'jupyterlab',
    `--notebook-dir=${at('notebooks')}`,
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
    ...(args.some((word) => /default_url/.test(word))
      ? []
      : [`--LabApp.default_url=/lab/tree/${page}`]),
    ...rest,
  ];
}

export async function start(args) {
  const lab = labArguments(args);
  const { language } = asked(args);
  await setup();
  const { files: ours, kept } =
    language === 'en' ? { files: [], kept: [] } : writeTranslated(language);
  for (const file of kept)
    say('start', `${path.relative(at(), file)} is kept as you left it; delete it to get it anew`);
  say('start', 'JupyterLab opens in the browser; stop it with Ctrl-C');
  // the browser reads an untrusted notebook without its figures; ours are trusted here, for this
  // user
  const env = { ...process.env, ...jupyterEnv(), TF_CPP_MIN_LOG_LEVEL: '2' };
  await new Promise((resolve) =>
    startChild(venvBin('python'), ['-m', 'jupyter', 'trust', ...selectNotebooks(), ...ours], {
      cwd: at(),
      env,
      stdio: 'ignore',
    })
      .on('close', resolve)
      .on('error', resolve),
  );
  return new Promise((resolve) => {
    const child = startChild(venvBin('python'), lab, { cwd: at(), env, stdio: 'inherit' });
    process.on('SIGINT', () => {});
    child.on('close', (code) => resolve(code ?? 0));
  });
}
