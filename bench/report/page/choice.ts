// What a reader has chosen, as the address has it after the #: so that it can be linked to and survives a reload.
import type { Situation } from '../decision/costs.ts';

export interface Choice {
  /** A run's id; null: the first. */
  readonly run: string | null;
  /** The id of the run that it is compared with; null: none. */
  readonly to: string | null;
  /** The id of the part to show; null: the top. */
  readonly at: string | null;
  readonly hidden: readonly string[];
  readonly linear: boolean;
  readonly situation: Situation;
}

/** A chat room on the public internet. */
export const USUAL_SITUATION: Situation = {
  messagesPerSecond: 1,
  clients: 1000,
  roundTripMs: 50,
  bearableMs: 500,
  pollIntervalMs: null,
  sendsPerSecond: 0,
};

const NUMBERS: readonly (readonly [name: string, key: keyof Situation])[] = [
  ['rate', 'messagesPerSecond'],
  ['clients', 'clients'],
  ['rtt', 'roundTripMs'],
  ['late', 'bearableMs'],
  ['poll', 'pollIntervalMs'],
  ['sends', 'sendsPerSecond'],
];

/** @param hash with or without its `#`. What it does not say, or says wrongly, is as usual. */
export function parseChoice(hash: string): Choice {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const situation = { ...USUAL_SITUATION };
  for (const [name, key] of NUMBERS) {
    const value = Number(parts.get(name) ?? Number.NaN);
    if (isAllowed(key, value)) Object.assign(situation, { [key]: value });
  }
  return {
    run: parts.get('run'),
    to: parts.get('to'),
    at: parts.get('at'),
    hidden: (parts.get('hide') ?? '').split(',').filter((name) => name !== ''),
    linear: parts.get('axis') === 'linear',
    situation,
  };
}

/** @returns whether a situation can have it: only a round trip and what clients send may be nothing. */
export function isAllowed(key: keyof Situation, value: number): boolean {
  return Number.isFinite(value) && (key === 'roundTripMs' || key === 'sendsPerSecond' ? value >= 0 : value > 0);
}

/** @returns the hash with its `#`; what is as usual is left out. */
export function choiceHash({ run, to, at, hidden, linear, situation }: Choice): string {
  const parts = new URLSearchParams();
  if (run !== null) parts.set('run', run);
  if (to !== null) parts.set('to', to);
  if (hidden.length > 0) parts.set('hide', hidden.join(','));
  if (linear) parts.set('axis', 'linear');
  for (const [name, key] of NUMBERS) {
    if (situation[key] !== null && situation[key] !== USUAL_SITUATION[key]) parts.set(name, String(situation[key]));
  }
  if (at !== null) parts.set('at', at);
  return `#${parts.toString()}`;
}
