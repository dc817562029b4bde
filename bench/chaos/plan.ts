// What happens in a run and when, drawn from a seed: faults of the server, of the networks and of the clients, and what
// is published. Endless streams, one for each actor, so that what one of them draws depends on nothing that others do.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import type { Impairments } from '../load/impaired.ts';

/** The server dies at once (kill -9), or is asked to end (SIGTERM), and is started again. */
export interface ServerFault {
  readonly kind: 'kill' | 'restart' | 'redis kill';
  /** Milliseconds since the last start. */
  readonly afterMs: number;
  /** Milliseconds from its end to the next start. */
  readonly downMs: number;
}

export const WEATHERS = [
  'cut of all',
  'cuts in mid-frame',
  'blackhole',
  'half-close',
  'trickle',
  'delay',
  'narrow link',
  'refusal',
] as const;
export type WeatherKind = (typeof WEATHERS)[number];

/** A spell of bad weather on one network. */
export interface Weather {
  readonly kind: WeatherKind;
  /** Milliseconds since the last one was over. */
  readonly afterMs: number;
  readonly lastsMs: number;
  /** With `cut of all` there are none: every connection is reset at once, and that is it. */
  readonly impairments: Impairments;
}

export type ClientFault = {
  /** Milliseconds since the last one was over. */
  readonly afterMs: number;
} & (
  | { readonly kind: 'switch'; readonly to: string }
  /** It reads nothing for that time. */
  | { readonly kind: 'stall'; readonly lastsMs: number }
  /** It disconnects by itself and comes back. */
  | { readonly kind: 'absence'; readonly lastsMs: number }
);

/** Texts that are sent at once. */
export interface Burst {
  /** Milliseconds since the last one. */
  readonly afterMs: number;
  /** Endings of the texts, to be appended to what makes each unique. */
  readonly texts: readonly string[];
}

type Random = () => number;

/** Gives each actor a stream of random numbers of its own, in the order of the calls. */
export function createActors(seed: number): () => Random {
  const root = seededRandom(seed);
  return () => seededRandom(Math.floor(root() * 2 ** 32));
}

function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

function whole(random: Random, least: number, most: number): number {
  return Math.floor(between(random, least, most + 1));
}

/** Of a Poisson process. */
function gap(random: Random, meanMs: number): number {
  return -meanMs * Math.log1p(-random());
}

function oneOf<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** @param pace multiplies all times: a short run is a long one in a hurry. */
export function* serverFaults(random: Random, pace: number): Generator<ServerFault, never> {
  for (;;) {
    const kind = random() < 0.7 ? 'kill' : 'restart';
    const afterMs = between(random, 4000, 11_000) * pace;
    yield { kind, afterMs, downMs: random() < 0.5 ? 0 : between(random, 0, 1500) * pace };
  }
}

/** Of the Redis behind several labs. */
export function* redisFaults(random: Random, pace: number): Generator<ServerFault, never> {
  for (;;) {
    const afterMs = between(random, 5000, 9000) * pace;
    yield { kind: 'redis kill', afterMs, downMs: random() < 0.5 ? 0 : between(random, 0, 1500) * pace };
  }
}

/** On every network, all the time: a connection lives so long in the mean. */
export function backgroundOf(pace: number): Impairments {
  return { cutMeanMs: 15_000 * pace };
}

export function* weathers(random: Random, pace: number): Generator<Weather, never> {
  for (;;) {
    const kind = oneOf(random, WEATHERS as unknown as [WeatherKind, ...WeatherKind[]]);
    const afterMs = between(random, 1000, 6000) * pace;
    const { lastsMs, ...impairments } = impairmentsOf(kind, random);
    yield { kind, afterMs, lastsMs: lastsMs * pace, impairments: { ...backgroundOf(pace), ...impairments } };
  }
}

function impairmentsOf(kind: WeatherKind, random: Random): Impairments & { readonly lastsMs: number } {
  const direction = oneOf(random, ['clientToServer', 'serverToClient']);
  switch (kind) {
    case 'cut of all':
      return { lastsMs: 0 };
    case 'cuts in mid-frame':
      return { lastsMs: between(random, 1000, 4000), [direction]: { cutAfterBytes: whole(random, 1, 6000) } };
    case 'blackhole':
      // Now and then so long that the client's watchdog has to notice it.
      return {
        lastsMs: random() < 0.2 ? between(random, 15_000, 25_000) : between(random, 500, 6000),
        blackhole: true,
      };
    case 'half-close':
      return { lastsMs: between(random, 1000, 4000), [direction]: { halfCloseAfterBytes: whole(random, 0, 4000) } };
    case 'trickle':
      return { lastsMs: between(random, 1000, 3000), [direction]: { trickleIntervalMs: whole(random, 0, 2) } };
    case 'delay': {
      const delayed = () => ({ delayMs: whole(random, 0, 300), jitterMs: whole(random, 0, 200) });
      return { lastsMs: between(random, 2000, 8000), clientToServer: delayed(), serverToClient: delayed() };
    }
    case 'narrow link':
      return { lastsMs: between(random, 2000, 6000), [direction]: { bytesPerSecond: whole(random, 2000, 50_000) } };
    case 'refusal':
      return { lastsMs: between(random, 500, 3000), refuse: true };
  }
}

/** @param transports those to switch between; fewer than two: there are no switches. */
export function* clientFaults(
  random: Random,
  transports: readonly string[],
  pace: number,
): Generator<ClientFault, never> {
  for (;;) {
    const afterMs = gap(random, 5000) * pace;
    const draw = random();
    if (transports.length > 1 && draw < 0.7) {
      // Sometimes several in a row, the next before the last has connected.
      yield {
        kind: 'switch',
        to: oneOf(random, transports as [string, ...string[]]),
        afterMs: draw < 0.2 ? 0 : afterMs,
      };
    } else if (draw < 0.9) {
      yield { kind: 'stall', afterMs, lastsMs: between(random, 500, 8000) * pace };
    } else {
      yield { kind: 'absence', afterMs, lastsMs: between(random, 0, 5000) * pace };
    }
  }
}

const FILLINGS = ['.', 'é', '汉', '🙂', '\n', '\0', '\u2028', '"', '\\', '<b>', 'data: x\n\n', '\u202e'] as const;
/** Characters of a long text; every filling takes at most four bytes of UTF-8 per character of it. */
const LONG = 900;
const SHORT = 40;

export function* bursts(random: Random, meanGapMs: number): Generator<Burst, never> {
  for (;;) {
    const count = random() < 0.1 ? whole(random, 5, 20) : 1;
    const texts = Array.from({ length: count }, () => {
      const filling = oneOf(random, FILLINGS);
      const characters = whole(random, 0, random() < 0.1 ? LONG : SHORT);
      return filling.repeat(Math.ceil(characters / filling.length));
    });
    yield { afterMs: gap(random, meanGapMs), texts };
  }
}
