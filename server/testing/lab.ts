// A lab of its own for one test, and the plain requests that tests make of it.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import type { LabConfig } from '../config.ts';
import { type LabServer, startLabServer } from '../lab-server.ts';
import type { Joined, Receipt, Stats } from '../protocol/messages.ts';
import type { Store } from '../stores/store.ts';
import { testConfig } from './config.ts';

/** Resolves with a lab on a free port, which is closed when the test has finished. */
export async function startLab(overrides: Partial<LabConfig> = {}, store?: Store): Promise<LabServer> {
  // A shutdown waits for nobody unless the test is about that.
  const config = { ...testConfig, shutdownMs: 0, ...overrides };
  const lab = await (store === undefined ? startLabServer(config) : startLabServer(config, store));
  onTestFinished(() => lab.close());
  return lab;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request on a connection of its own. */
export function ask(lab: LabServer, method: string, target: string, asked: Asked = {}): Promise<Answer> {
  const { headers, body } = asked;
  return new Promise((resolve, reject) => {
    const options = { method, agent: false, headers } as const;
    const request = httpRequest(`${lab.url}${target}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, text: Buffer.concat(chunks).toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** @returns the value that a JSON text is of. The caller knows its type. */
export function parsed<T>(text: string): T {
  return JSON.parse(text);
}

/** @returns an error's stable code. */
export function codeOf({ text }: { readonly text: string }): string {
  return parsed<{ code: string }>(text).code;
}

export async function join(lab: LabServer, name?: string): Promise<Joined> {
  const body = JSON.stringify(name === undefined ? {} : { name });
  const { text } = await ask(lab, 'POST', '/v1/join', { headers: { 'Content-Type': 'application/json' }, body });
  return parsed(text);
}

export function postHeaders(token: string): Record<string, string> {
  return { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
}

let drafts = 0;

/** Publishes one text under a new id, or under the given one. */
export function post(lab: LabServer, token: string, text: string, options: PostOptions = {}): Promise<Answer> {
  drafts += 1;
  const { id = `draft-${drafts}`, query = '' } = options;
  return ask(lab, 'POST', `/v1/messages${query}`, {
    headers: postHeaders(token),
    body: JSON.stringify({ id, text }),
  });
}

export interface PostOptions {
  readonly id?: string;
  /** With its question mark. */
  readonly query?: string;
}

/** Publishes texts one after the other. Resolves with the receipts. */
export async function postAll(lab: LabServer, token: string, texts: readonly string[]): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (const text of texts) receipts.push(parsed((await post(lab, token, text)).text));
  return receipts;
}

export async function readStats(lab: LabServer, client?: string): Promise<Stats> {
  const query = client === undefined ? '' : `?client=${client}`;
  return parsed((await ask(lab, 'GET', `/v1/stats${query}`)).text);
}
