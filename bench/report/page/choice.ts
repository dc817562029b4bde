// What a reader has chosen, as the address has it after the #: so that it can be linked to and survives a reload.
import type { Situation } from '../decision/costs.ts';
import { PLAN_BOUNDS, type PlanValues, USUAL_PLAN } from '../decision/plan-values.ts';
import { NO_PRICES, type Prices } from '../decision/plan-words.ts';

/** What the planner is told beside the room. */
export type Planned = PlanValues & Prices;

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
  readonly planned: Planned;
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

export const USUAL_PLANNED: Planned = { ...USUAL_PLAN, ...NO_PRICES };

const PLAN_NUMBERS: readonly (readonly [name: string, key: keyof Planned])[] = [
  ['users', 'users'],
  ['text', 'textBytes'],
  ['hold', 'holdSeconds'],
  ['heartbeat', 'heartbeatSeconds'],
  ['heads', 'headBytes'],
  ['node-cpu', 'nodeCpuPercent'],
  ['node-connections', 'nodeConnections'],
  ['node-memory', 'nodeMemoryMb'],
  ['node-price', 'nodeMonth'],
  ['gb-price', 'gigabyte'],
];

/** @param hash with or without its `#`. What it does not say, or says wrongly, is as usual. */
export function parseChoice(hash: string): Choice {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const situation = { ...USUAL_SITUATION };
  for (const [name, key] of NUMBERS) {
    const value = Number(parts.get(name) ?? Number.NaN);
    if (isAllowed(key, value)) Object.assign(situation, { [key]: value });
  }
  const planned = { ...USUAL_PLANNED };
  for (const [name, key] of PLAN_NUMBERS) {
    const text = parts.get(name);
    if (text !== null && text !== '' && isPlannable(key, Number(text))) Object.assign(planned, { [key]: Number(text) });
  }
  return {
    run: parts.get('run'),
    to: parts.get('to'),
    at: parts.get('at'),
    hidden: (parts.get('hide') ?? '').split(',').filter((name) => name !== ''),
    linear: parts.get('axis') === 'linear',
    situation,
    planned,
  };
}

/** @returns whether a situation can have it: only a round trip and what clients send may be nothing. */
export function isAllowed(key: keyof Situation, value: number): boolean {
  return Number.isFinite(value) && (key === 'roundTripMs' || key === 'sendsPerSecond' ? value >= 0 : value > 0);
}

/** @returns whether a plan can have it: whole numbers within bounds, but for prices. */
export function isPlannable(key: keyof Planned, value: number): boolean {
  if (key === 'nodeMonth' || key === 'gigabyte') return Number.isFinite(value) && value >= 0;
  const [least, most] = PLAN_BOUNDS[key];
  return Number.isInteger(value) && value >= least && value <= most;
}

/** @returns the hash with its `#`; what is as usual is left out. */
export function choiceHash({ run, to, at, hidden, linear, situation, planned }: Choice): string {
  const parts = new URLSearchParams();
  if (run !== null) parts.set('run', run);
  if (to !== null) parts.set('to', to);
  if (hidden.length > 0) parts.set('hide', hidden.join(','));
  if (linear) parts.set('axis', 'linear');
  for (const [name, key] of NUMBERS) {
    if (situation[key] !== null && situation[key] !== USUAL_SITUATION[key]) parts.set(name, String(situation[key]));
  }
  for (const [name, key] of PLAN_NUMBERS) {
    if (planned[key] !== null && planned[key] !== USUAL_PLANNED[key]) parts.set(name, String(planned[key]));
  }
  if (at !== null) parts.set('at', at);
  return `#${parts.toString()}`;
}
