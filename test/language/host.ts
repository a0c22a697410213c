/** A hub of models on this machine, for the tests of downloads. */
import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { core } from 'invicl';

import { fixture } from '../helpers';

export const folder = fixture(join('models', 'gpt2'));
export const FILES = ['config.json', 'tokenizer.json', 'model.safetensors'];

export interface Host {
  readonly url: string;
  /** What was asked for: path and range. */
  readonly asked: string[];
  close(): void;
}

/** A hub on this machine; `change` may spoil what it serves, `cutAfter` ends an answer early. */
export async function host(
  change: {
    readonly body?: (name: string, body: Buffer) => Buffer;
    readonly cutAfter?: number;
    readonly extra?: object[];
    /** Answers itself and says so, or leaves the answer to the hub. */
    readonly instead?: (path: string, response: ServerResponse) => boolean;
  } = {},
): Promise<Host> {
  const asked: string[] = [];
  let cuts = change.cutAfter === undefined ? 0 : 1;
  const server: Server = createServer((request, response) => {
    const path = request.url!;
    asked.push(`${path} ${request.headers.range ?? ''}`.trim());
    if (change.instead?.(path, response)) return;
    if (path.startsWith('/api/')) {
      const listing = FILES.map((name) => {
        const body = readFileSync(join(folder, name));
        const blob = createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex');
        const lfs = name.endsWith('.safetensors')
          ? { lfs: { oid: createHash('sha256').update(body).digest('hex') } }
          : {};
        return { type: 'file', path: name, size: body.length, oid: blob, ...lfs };
      });
      response.end(
        JSON.stringify(
          path.includes('nobody')
            ? listing.slice(0, 1)
            : [...listing, { path: 'modeling.py', size: 1, oid: 'x' }, ...(change.extra ?? [])],
        ),
      );
      return;
    }
    const name = path.split('/').at(-1)!;
    if (!FILES.includes(name)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    const body = (change.body ?? ((_: string, b: Buffer) => b))(
      name,
      readFileSync(join(folder, name)),
    );
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.statusCode = from > 0 ? 206 : 200;
    response.setHeader('content-length', body.length - from);
    if (cuts > 0 && name === 'model.safetensors') {
      cuts--;
      response.write(body.subarray(from, from + change.cutAfter!), () => response.destroy());
      return;
    }
    response.end(body.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => server.close(),
  };
}

/** Asserts that `work` is refused with a CourseError whose message holds all these pieces. */
export async function fails(work: Promise<unknown>, ...pieces: readonly string[]): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof core.CourseError, String(error));
    for (const piece of pieces)
      assert.ok(error.message.includes(piece), `'${piece}' in: ${error.message}`);
    return true;
  });
}

export const WEIGHTS = 'model.safetensors';
export const whole = readFileSync(join(folder, WEIGHTS));
