// The Python that runs the peer: the one that ICL_PEER_PYTHON names, else .venv.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { at, cacheDir, Fault, run, say, venvBin } from '../setup/base.mjs';

/** The version of PyTorch in a Python; '' when it has none. */
function torchVersion(python) {
  const code = 'import torch; print(torch.__version__)';
  const { stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
  return stdout?.trim().split('\n').pop() ?? '';
}

async function install(python) {
  say('benchmark', 'installing PyTorch into .venv (0.2 to 3 GB, by platform)');
  await run('installing PyTorch', python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--cache-dir',
    path.join(cacheDir, 'pip'),
    '-r',
    at('bin', 'benchmark', 'requirements.txt'),
  ]);
}

/** A Python with PyTorch and its version; PyTorch is installed into .venv when it is missing. */
export async function peerPython() {
  const named = process.env.ICL_PEER_PYTHON;
  const python = named ?? venvBin('python');
  const found = torchVersion(python);
  if (found) return { python, version: found };
  if (named)
    throw new Fault(
      `${named} (ICL_PEER_PYTHON) has no PyTorch.`,
      'name a Python that has it, or leave ICL_PEER_PYTHON out.',
    );
  await install(python);
  const version = torchVersion(python);
  if (!version)
    throw new Fault(
      'PyTorch was installed, but cannot be imported.',
      `look at: ${python} -c "import torch"`,
    );
  return { python, version };
}
