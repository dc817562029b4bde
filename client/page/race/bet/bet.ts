// A bet: how long messages will take over each transport on average, and which of them makes most requests. It stands in
// the address, so that it can be sent on.
import { transports } from '../../../transports/index.ts';
import { MOST_KEPT } from '../record.ts';

export interface Bet {
  /** By transport, in ms. */
  readonly meansMs: ReadonlyMap<string, number>;
  readonly mostRequests: string;
}

/** What somebody says who has not thought of it yet: all alike. */
const FIRST_MS = 200;
const SEPARATOR = '_';
const LEAST_MS = 1;
const MOST_MS = 60_000;

export function firstBet(): Bet {
  return {
    meansMs: new Map(transports.map(({ name }) => [name, FIRST_MS])),
    mostRequests: transports[0]?.name ?? '',
  };
}

/** `500_90_55_50_short-polling`: ms in the order of the transports, then who makes most requests. */
export function betToText({ meansMs, mostRequests }: Bet): string {
  return [...transports.map(({ name }) => meansMs.get(name) ?? FIRST_MS), mostRequests].join(SEPARATOR);
}

/** @returns null for what is no bet. */
export function betFromText(text: string): Bet | null {
  const parts = text.split(SEPARATOR);
  const mostRequests = parts.pop() ?? '';
  const means = parts.map(Number);
  const valid = means.length === transports.length && means.every((ms) => ms >= LEAST_MS && ms <= MOST_MS);
  if (!valid || !transports.some(({ name }) => name === mostRequests)) return null;
  return { meansMs: new Map(transports.map(({ name }, index) => [name, means[index] ?? FIRST_MS])), mostRequests };
}

const LEAST_MESSAGES = 20;
const LEAST_LASTING_MS = 10_000;

/** @returns how many messages a bet is about: whole bursts, enough of them, not over in a moment, and all still kept. */
export function messagesOfBet({ messages, everyMs }: { readonly messages: number; readonly everyMs: number }): number {
  const bursts = Math.max(Math.ceil(LEAST_MESSAGES / messages), Math.ceil(LEAST_LASTING_MS / everyMs));
  return Math.min(bursts, Math.floor(MOST_KEPT / messages)) * messages;
}
