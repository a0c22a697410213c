// npm start: JupyterLab with notebook 00 open, the course's kernel and the plotly renderer.
import path from 'node:path';
import { at, say, startChild, venvBin } from './setup/base.mjs';
import { jupyterEnv, setup } from './setup/parts.mjs';
import { selectNotebooks } from './notebooks.mjs';

/**
 * What JupyterLab is started with. Its page is a notebook, 00 unless the first word is the number
 * of another; so are the addresses that it prints where no browser can be opened. All other words
 * are options of JupyterLab, which win against these.
 *
 * @throws Fault when there is no notebook of that number
 */
export function labArguments(args) {
  const numbered = /^\d+$/.test(args[0] ?? '');
  const [file] = selectNotebooks(numbered ? args[0] : '00');
  return [
    '-m',
    'jupyterlab',
    `--notebook-dir=${at('notebooks')}`,
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
    ...(args.some((word) => /default_url/.test(word))
      ? []
      : [`--LabApp.default_url=/lab/tree/${path.basename(file)}`]),
    ...(numbered ? args.slice(1) : args),
  ];
}

export async function start(args) {
  const lab = labArguments(args);
  await setup();
  say('start', 'JupyterLab opens in the browser; stop it with Ctrl-C');
  // the browser reads an untrusted notebook without its figures; ours are trusted here, for this
  // user
  const env = { ...process.env, ...jupyterEnv(), TF_CPP_MIN_LOG_LEVEL: '2' };
  await new Promise((resolve) =>
    startChild(venvBin('python'), ['-m', 'jupyter', 'trust', ...selectNotebooks()], {
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
