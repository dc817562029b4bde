// A message as an entry of the stream: `<seq>-0`, with its generation, its `at`, and the rest as JSON.
import { hash } from 'node:crypto';
import type { Message } from '../../protocol/messages.ts';
import type { StoreDraft } from '../store.ts';

export interface Entry {
  readonly seq: number;
  /** The one that it was appended in. */
  readonly generation: string;
  readonly at: number;
  readonly json: string;
}

export function jsonOf({ id, from, name, text, via }: StoreDraft): string {
  return JSON.stringify([id, from, name, text, via]);
}

/** @returns what a reply of XRANGE, or that to one stream of XREAD, holds. */
export function entriesOf(reply: unknown): Entry[] {
  return (reply as [string, string[]][]).map(([place, [, generation = '', , at, , json = '']]) => ({
    seq: Number.parseInt(place, 10),
    generation,
    at: Number(at),
    json,
  }));
}

export function messageOf({ seq, at, json }: Entry): Message {
  const [id, from, name, text, via] = JSON.parse(json) as [string, string, string, string, string];
  return { seq, id, from, name, text, at, via };
}

/** What two drafts with one id share if they are the same message. */
export function digestOf({ from, text }: StoreDraft): string {
  return hash('sha256', `${from}\n${text}`, 'base64').slice(0, 22);
}
