// What follows from a setting, a timer or one and the same code, and is told as that: formulas, not who wins.
import { compact, count, duration, sentenceList, times } from '../run/format.ts';
import { byCase, caseLabel } from '../run/lane-labels.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, type ScenarioResult } from '../run/run-file.ts';
import type { Finding } from './contest.ts';

export const SENDING = 'sending';
const WEBSOCKET = 'websocket';
/** Heartbeats after which a stream that says nothing is given up: the client's watchdog. */
const WATCHDOG_HEARTBEATS = 2.5;
/** What a flag stops was no limit of what was measured. */
const FLAG = /^--/;

/** All but WebSocket send by the same POST: how far these differ is what chance does here. */
export function sendingFindings({ name, lanes }: ScenarioResult): Finding[] {
  if (name !== SENDING) return [];
  return [...byCase(lanes).values()].flatMap((ofCase) => {
    const sound = ofCase.filter((lane) => lane.transport !== undefined && lane.spoiled !== true);
    const meanMs = (lane: Lane) => (lane.latencyUs === undefined ? [] : [lane.latencyUs.mean.value / 1000]);
    const posts = sound.filter(({ transport }) => transport !== WEBSOCKET);
    const [least, most] = [Math.min, Math.max].map((end) => end(...posts.flatMap(meanMs)));
    const [own] = sound.filter(({ transport }) => transport === WEBSOCKET).flatMap(meanMs);
    const [first] = ofCase;
    if (first === undefined || least === undefined || most === undefined || posts.length < 2) return [];
    const names = sentenceList(posts.map((lane) => nameOf(laneName(lane))));
    const same = `one and the same POST for ${names}, ${compact(least)} to ${compact(most)} ms on average`;
    const beside =
      own === undefined ? [] : [`${nameOf(WEBSOCKET)} ${compact(own)} ms: ${besideNoise(own, least, most)}`];
    const label = caseLabel(first);
    return [{ about: `Stored${label === '' ? '' : `, ${label}`}`, text: `${[same, ...beside].join('; ')}.` }];
  });
}

/** @param least to `most`: how far the same differs from itself. */
function besideNoise(own: number, least: number, most: number): string {
  const noise = most / least;
  if (own <= most * noise && own >= least / noise) return 'no difference beyond that';
  return own < least ? `${times(least / own)} sooner at least` : `${times(own / most)} as long at least`;
}

/** When clients come back is told by their own timers: the transport has no part in it. */
export function recoveryFindings({ settings: { offlineMs, heartbeatMs, faults } }: ScenarioResult): Finding[] {
  if (typeof offlineMs !== 'number') return [];
  const silent = Array.isArray(faults) && faults.includes('blackhole') && typeof heartbeatMs === 'number';
  return [
    {
      about: 'Back again',
      text:
        "when the clients' own timers fire, whatever the transport: each tries again at a random time, up to 30 s apart, " +
        'so that they do not all come at once.',
    },
    ...(silent
      ? [
          {
            about: 'A silent network',
            text:
              `is noticed by timers too: a stream of which nothing was heard for ${WATCHDOG_HEARTBEATS} heartbeats is ` +
              `given up, here after ${duration(WATCHDOG_HEARTBEATS * heartbeatMs)} since the last one; a poll, when its ` +
              'answer is overdue.',
          },
        ]
      : []),
  ];
}

/** Those that were stopped by the same thing at the same number share a sentence. */
export function capacityFindings({ lanes }: ScenarioResult): Finding[] {
  const names = new Map<string, string[]>();
  for (const lane of lanes) {
    if (lane.connections === undefined) continue;
    const by = lane.stoppedBy ?? 'unknown';
    const end = FLAG.test(by)
      ? `at least ${count(lane.connections)} connections, all of them served: no more were tried (${by})`
      : `${count(lane.connections)} connections (stopped by: ${by})`;
    names.set(end, [...(names.get(end) ?? []), nameOf(laneName(lane))]);
  }
  if (names.size === 0) return [];
  return [{ about: 'Capacity', text: `${[...names].map(([end, who]) => `${sentenceList(who)}: ${end}`).join('; ')}.` }];
}
