// What a scenario was played with, in one line, from its settings.
import { compact, count, duration, plural, sentenceList } from '../run/format.ts';
import type { ScenarioResult, Settings } from '../run/run-file.ts';

/** @returns what was done, in one line, from the scenario's settings; no full stop. */
export function scenarioConditions({ settings, pinned }: ScenarioResult): string {
  const say = (name: string, text: (value: number) => string) => {
    const value = settings[name];
    return typeof value === 'number' ? [text(value)] : [];
  };
  return [
    ...(Array.isArray(settings['claims']) ? [plural(settings['claims'].length, 'published claim')] : []),
    ...clients(settings),
    ...say('maxClients', (value) => `up to ${plural(value, 'connection')}`),
    ...say('stepClients', (value) => `${count(value)} more at a time`),
    ...say('stoppedReaders', (value) => `beside ${plural(value, 'reader')} that stopped reading`),
    ...say('connections', (value) => plural(value, 'connection')),
    ...messages(settings),
    ...say('openings', (value) => `${plural(value, 'opening')} one after the other`),
    ...roundTrips(settings),
    ...pairs(settings),
    ...say('addedDelayMs', (value) => `${rate(value)} ms added on the way to the clients`),
    ...offline(settings),
    ...rounds(settings),
    ...say('pollIntervalMs', (value) => `a poll every ${duration(value)}`),
    ...say('waitSeconds', (value) => `holds of ${value} s`),
    ...say('heartbeatMs', (value) => `heartbeats every ${duration(value)}`),
    ...cores(pinned),
    ...(settings['shortened'] === true ? ['hold and heartbeat shortened'] : []),
  ].join(', ');
}

function cores(pinned: ScenarioResult['pinned']): string[] {
  if (pinned === undefined) return [];
  return [pinned === null ? 'server and bench on any core' : 'server and bench on different cores'];
}

function numbers(value: unknown): number[] {
  return [value].flat().filter((one) => typeof one === 'number');
}

/** The cases of a scenario that plays them all at once. */
function casesOf({ cases }: Settings): Settings[] {
  if (!Array.isArray(cases)) return [];
  return cases.flatMap((one) => (typeof one === 'object' && one !== null && !Array.isArray(one) ? [one] : []));
}

function clients(settings: Settings): string[] {
  const counts = numbers(settings['clients']);
  const [only] = counts;
  if (only === undefined) return [];
  if (counts.length > 1) return [`${sentenceList(counts.map(count))} clients`];
  const together = casesOf(settings).length > 0 || 'shortened' in settings || 'faults' in settings;
  return [`${plural(only, 'client')}${together ? ' of each transport at once' : ''}`];
}

function messages(settings: Settings): string[] {
  const { messagesPerSecond, messagesAtOnce, arrivals, offlineMs } = settings;
  const swept = [...new Set(casesOf(settings).flatMap((one) => numbers(one['messagesPerSecond'])))];
  const rates = swept.length > 0 ? swept : numbers(messagesPerSecond);
  if (rates.length === 0 || offlineMs !== undefined) return [];
  const times = arrivals === 'periodic' ? 'at equal distances' : 'at random times';
  if (typeof messagesAtOnce === 'number' && messagesAtOnce > 1) {
    return [`${count(messagesAtOnce)} messages at once, ${rate((rates[0] ?? 0) / messagesAtOnce)} times a second`];
  }
  return [`${sentenceList(rates.map(rate))} messages a second ${times}`];
}

/** Without zeros behind the point: these are exact. */
function rate(value: number): string {
  return compact(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

function roundTrips(settings: Settings): string[] {
  const added = [
    ...numbers(settings['addedRoundTripsMs']),
    ...new Set(casesOf(settings).flatMap((one) => numbers(one['addedRoundTripMs']))),
  ];
  return added.some((ms) => ms > 0) ? [`${sentenceList(added.map(String))} ms of round trip added`] : [];
}

function pairs(settings: Settings): string[] {
  const apart = casesOf(settings).flatMap((one) => numbers(one['pairsApartMs']));
  return apart.map((ms) => `in one case two by two, ${duration(ms)} apart`);
}

function offline({ offlineMs, faults, messages: sent }: Settings): string[] {
  if (typeof offlineMs !== 'number') return [];
  const kinds = Array.isArray(faults) && faults.length > 0 ? ` by ${sentenceList(faults.map(String))}` : '';
  const meanwhile = typeof sent === 'number' ? [`${plural(sent, 'message')} meanwhile`] : [];
  return [`offline for ${duration(offlineMs)}${kinds}`, ...meanwhile];
}

function rounds(settings: Settings): string[] {
  const { rounds: times, durationMs } = settings;
  const length = typeof durationMs === 'number' ? [duration(durationMs)] : [];
  if (typeof times !== 'number') return length;
  return [[plural(times, 'round'), ...length].join(' of ')];
}
