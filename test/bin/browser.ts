/** A headless Chromium, spoken to through a pipe (Chrome DevTools Protocol). */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

import { scratch } from '../helpers';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
export const NO_BROWSER = `no browser: none of ${NAMES.join(', ')} is on the PATH`;

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first Chromium on the PATH, or undefined. */
export const browserPath = (): string | undefined =>
  NAMES.flatMap((name) =>
    (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  ).find(isProgram);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export class Browser {
  private readonly child: ChildProcess;
  private readonly waiting: ((message: Message) => boolean)[] = [];
  private last = 0;

  constructor(program: string) {
    const folder = `--user-data-dir=${scratch()}`;
    const options = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'];
    this.child = spawn(program, [...options, '--remote-debugging-pipe', folder, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop()!;
      for (const message of messages) this.receive(JSON.parse(message) as Message);
    });
  }

  private receive(message: Message): void {
    const at = this.waiting.findIndex((wants) => wants(message));
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private next(wanted: (message: Message) => boolean, what: string): Promise<Message> {
    return new Promise((done, failed) => {
      const late = setTimeout(() => {
        failed(new Error(`the browser did not answer in 60 s: ${what}`));
      }, 60_000);
      this.waiting.push((message) => {
        if (!wanted(message)) return false;
        clearTimeout(late);
        done(message);
        return true;
      });
    });
  }

  private async send(
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.last;
    const answer = this.next((message) => message.id === id, method);
    const text = JSON.stringify({ id, method, params, sessionId });
    (this.child.stdio[3] as Writable).write(`${text}\0`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result!;
  }

  /** Opens a page, with a script before its own ones; gives what an expression is after loading. */
  async visit(url: string, before: string, expression: string): Promise<unknown> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const attach = { targetId, flatten: true };
    const session = (await this.send('Target.attachToTarget', attach))['sessionId'] as string;
    await this.send('Page.enable', {}, session);
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: before }, session);
    const loaded = this.next(
      ({ method, sessionId }) => method === 'Page.loadEventFired' && sessionId === session,
      `load of ${url}`,
    );
    await this.send('Page.navigate', { url }, session);
    await loaded;
    const evaluated = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', evaluated, session);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    await this.send('Target.closeTarget', { targetId });
    return (result as { readonly value?: unknown }).value;
  }

  close(): void {
    this.child.kill();
  }
}
