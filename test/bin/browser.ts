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

interface PageOptions {
  readonly before?: string;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

type Send = (method: string, params: object) => Promise<Readonly<Record<string, unknown>>>;
type Place = { readonly x: number; readonly y: number };

const CODES: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ' ': 32,
  ArrowUp: 38,
  ArrowDown: 40,
};

/** An open page, with mouse, finger and keyboard. */
export class Page {
  constructor(
    private readonly send: Send,
    private readonly targetId: string,
  ) {}

  /** What an expression is in the page, after its promise. */
  async evaluate(expression: string): Promise<unknown> {
    const evaluated = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', evaluated);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value?: unknown }).value;
  }

  /** Waits until an expression is true. */
  async until(expression: string, what: string, seconds = 30): Promise<void> {
    for (let i = 0; i < 10 * seconds; i++) {
      if (await this.evaluate(`Boolean(${expression})`)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`after ${seconds} s still not: ${what}`);
  }

  /** The middle of an element, scrolled into view. */
  async middle(selector: string): Promise<Place> {
    const expression = `(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`;
    return (await this.evaluate(expression)) as Place;
  }

  private mouse(type: string, { x, y }: Place): Promise<unknown> {
    const buttons = type === 'mouseReleased' ? 0 : 1;
    const event = { type, x, y, button: 'left', buttons, clickCount: 1 };
    return this.send('Input.dispatchMouseEvent', event);
  }

  async click(selector: string): Promise<void> {
    const place = await this.middle(selector);
    await this.mouse('mousePressed', place);
    await this.mouse('mouseReleased', place);
  }

  /** Presses the mouse on an element, moves it in steps, and lets it go. */
  async drag(selector: string, dx: number, dy: number): Promise<void> {
    const from = await this.middle(selector);
    await this.mouse('mousePressed', from);
    for (const share of [0.3, 0.7, 1])
      await this.mouse('mouseMoved', { x: from.x + share * dx, y: from.y + share * dy });
    await this.mouse('mouseReleased', { x: from.x + dx, y: from.y + dy });
  }

  /** The same with a finger. */
  async swipe(selector: string, dx: number, dy: number): Promise<void> {
    const from = await this.middle(selector);
    const touch = (type: string, touchPoints: readonly Place[]): Promise<unknown> =>
      this.send('Input.dispatchTouchEvent', { type, touchPoints });
    await touch('touchStart', [from]);
    for (const share of [0.3, 0.7, 1])
      await touch('touchMove', [{ x: from.x + share * dx, y: from.y + share * dy }]);
    await touch('touchEnd', []);
  }

  /** Presses a key, given as the DOM calls it. */
  async press(key: string): Promise<void> {
    const text = key === ' ' ? { text: ' ' } : {};
    const code = CODES[key] ?? 0;
    const event = { key, code: key, windowsVirtualKeyCode: code, ...text };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  /** The page as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data as string, 'base64');
  }

  async close(): Promise<void> {
    await this.send('Target.closeTarget', { targetId: this.targetId });
  }
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
    const page = await this.open(url, { before });
    const value = await page.evaluate(expression);
    await page.close();
    return value;
  }

  /** Opens a page of a width in pixels, with a script before its own ones, and waits for it. */
  async open(
    url: string,
    { before = '', width = 1000, height = 900, dark = false }: PageOptions = {},
  ): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const attach = { targetId, flatten: true };
    const session = (await this.send('Target.attachToTarget', attach))['sessionId'] as string;
    const page = new Page(
      (method, params) => this.send(method, params, session),
      targetId as string,
    );
    await this.send('Page.enable', {}, session);
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: before }, session);
    const size = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
    await this.send('Emulation.setDeviceMetricsOverride', size, session);
    const scheme = { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' };
    await this.send('Emulation.setEmulatedMedia', { features: [scheme] }, session);
    const loaded = this.next(
      ({ method, sessionId }) => method === 'Page.loadEventFired' && sessionId === session,
      `load of ${url}`,
    );
    await this.send('Page.navigate', { url }, session);
    await loaded;
    return page;
  }

  close(): void {
    this.child.kill();
  }
}
