// npm start: JupyterLab on the notebooks, with the course's kernel and the plotly renderer.
import { at, say, startChild, venvBin } from './setup/base.mjs';
import { jupyterEnv, setup } from './setup/parts.mjs';
import { notebookFiles } from './notebooks.mjs';

export async function start(args) {
  await setup();
  say('start', 'JupyterLab opens on the notebooks; stop it with Ctrl-C');
  // the browser reads an untrusted notebook without its figures; ours are trusted here, for this
  // user
  const env = { ...process.env, ...jupyterEnv(), TF_CPP_MIN_LOG_LEVEL: '2' };
  await new Promise((resolve) =>
    startChild(venvBin('python'), ['-m', 'jupyter', 'trust', ...notebookFiles()], {
      cwd: at(),
      env,
      stdio: 'ignore',
    })
      .on('close', resolve)
      .on('error', resolve),
  );
  return new Promise((resolve) => {
    const child = startChild(
      venvBin('python'),
      [
        '-m',
        'jupyterlab',
        '--notebook-dir',
        at('notebooks'),
        ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
        ...args,
      ],
      { cwd: at(), env, stdio: 'inherit' },
    );
    process.on('SIGINT', () => {});
    child.on('close', (code) => resolve(code ?? 0));
  });
}
