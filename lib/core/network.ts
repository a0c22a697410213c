/**
 * Every request to the network goes through `reach`: https only, redirects only to hosts that are
 * known to belong to the first one, and one sentence for whatever goes wrong.
 */
import { CourseError, demand } from './errors';

/** This machine, where http is enough. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Where the files of a host lie: it redirects to these hosts. Any other host may redirect to
 * itself only.
 * Reference: "Downloading behind a proxy or firewall" in the documentation of the Hugging Face hub.
 */
const STORES: Readonly<Record<string, RegExp>> = {
  'huggingface.co': /^([a-z0-9-]+\.)+(hf|huggingface)\.co$/,
};

const MOST_REDIRECTS = 5;

/** The address in a text; refused unless it is https, or http on this machine. */
function addressOf(text: string, from?: URL): URL {
  const named = from ? `${from.host} redirects to '${text}', which` : `'${text}'`;
  let url: URL;
  try {
    url = new URL(text, from);
  } catch {
    throw new CourseError(`${named} is no address.`, 'Give one that begins with https://.');
  }
  demand(
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)),
    () => `${named} is not fetched: it is not https.`,
    'Give an address that begins with https://; http is for this machine only.',
  );
  demand(
    url.username === '' && url.password === '',
    () => `An address of ${url.host} holds a name or a password.`,
    'Give the address without them.',
  );
  return url;
}

/** Where a redirect of `from` leads; `first` is the address that was asked for. */
function redirected(first: URL, from: URL, location: string | null): URL {
  const next = addressOf(location ?? '', from);
  const known = LOOPBACK.test(first.hostname)
    ? LOOPBACK.test(next.hostname)
    : next.protocol === 'https:' &&
      (next.host === first.host || STORES[first.host]?.test(next.host) === true);
  demand(
    known,
    () => `${from.host} redirects to ${next.host}, which is not known to belong to ${first.host}.`,
    'Nothing was fetched from there; use another network or another source.',
  );
  return next;
}

async function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  byHand: string,
): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'manual' });
  } catch (error) {
    const cause =
      (error as { readonly cause?: { readonly code?: string } }).cause?.code ??
      (error as Error).message;
    throw new CourseError(
      `${url.host} could not be reached (${cause}).`,
      `Connect to the network and run this again, or ${byHand}`,
    );
  }
}

/** Refuses an answer that is an error. Status 416 (no such range) is for the caller. */
function accepted(response: Response, url: string, byHand: string): Response {
  if (response.status === 404)
    throw new CourseError(`There is nothing at ${url}.`, 'Check the name.');
  if (response.status === 401 || response.status === 403)
    throw new CourseError(
      `${url} is not open to everyone (status ${response.status}).`,
      `Use another model, or ${byHand}`,
    );
  demand(
    response.ok || response.status === 416,
    () => `${url} answered with status ${response.status}.`,
    'Try again later; what was downloaded so far is kept.',
  );
  return response;
}

/**
 * The response of a server, after at most 5 redirects, each checked before it is followed: https
 * never leads to http, nor to a host that is not known to belong to the first.
 *
 * @param text   the address: https, or http on this machine (127.0.0.1, ::1, localhost)
 * @param byHand how to do without the network, for the error message
 * @throws CourseError when the address or a redirect is refused, the server cannot be reached, or
 *   it answers with an error other than status 416
 */
export async function reach(
  text: string,
  byHand: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const first = addressOf(text);
  let url = first;
  for (let followed = 0; followed <= MOST_REDIRECTS; followed++) {
    const response = await ask(url, headers, byHand);
    if (![301, 302, 303, 307, 308].includes(response.status))
      return accepted(response, text, byHand);
    await response.body?.cancel();
    url = redirected(first, url, response.headers.get('location'));
  }
  throw new CourseError(
    `${text} was redirected more than ${MOST_REDIRECTS} times.`,
    'Use another network or another source.',
  );
}

/** What is taken of a response. */
export interface Taking {
  /** The most bytes that are taken. */
  readonly limit: number;
  /** What is fetched, and what to do when the transfer is cut off: for the error message. */
  readonly name: string;
  readonly ifCut: string;
  /** Is given each part; what it throws ends the transfer. */
  readonly take: (bytes: Uint8Array) => void;
}

/**
 * Hands on the bytes of a response as they come.
 *
 * @returns whether it ended within the limit; beyond it nothing more is taken
 * @throws CourseError when the transfer is cut off
 */
export async function receive(
  response: Response,
  { limit, name, ifCut, take }: Taking,
): Promise<boolean> {
  if (response.body === null) return true;
  // with a content encoding the header counts other bytes than those that are taken
  const announced = response.headers.has('content-encoding')
    ? 0
    : Number(response.headers.get('content-length') ?? 0);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let [count, ended] = [0, false];
  try {
    while (!ended && announced <= limit && count <= limit) {
      const part = await reader.read().catch((error: unknown) => {
        throw new CourseError(
          `The download of '${name}' was cut off (${(error as Error).message}).`,
          ifCut,
        );
      });
      ended = part.done;
      const bytes = part.value ?? new Uint8Array();
      count += bytes.length;
      if (count <= limit && bytes.length > 0) take(bytes);
    }
    return ended && count <= limit;
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

const JSON_LIMIT = 10e6;

/**
 * The JSON value that a server answers with, of at most 10 MB.
 *
 * @throws CourseError as reach does, and when the answer is longer or no JSON
 */
export async function reachJson(url: string, byHand: string): Promise<unknown> {
  const parts: Uint8Array[] = [];
  const whole = await receive(await reach(url, byHand), {
    limit: JSON_LIMIT,
    name: url,
    ifCut: 'Run this again.',
    take: (bytes) => parts.push(bytes),
  });
  demand(
    whole,
    () => `${url} answered with more than ${JSON_LIMIT / 1e6} MB where a list of files is due.`,
    'Use another source.',
  );
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new CourseError(
      `${url} answered with ${/^\s*</.test(text) ? 'a web page' : 'something else'}, not with JSON.`,
      'If this network has a sign-in page, sign in and run this again.',
    );
  }
}
