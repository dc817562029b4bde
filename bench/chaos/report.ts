// A run of chaos for the terminal, in at most 100 columns: what was survived, the ledger, and what does not hold.
import { type Table, terminalTable, wrap } from '../report/table.ts';
import { count, duration, plural } from '../run/format.ts';
import { FAULT_KINDS } from './actors.ts';
import type { LaneVerdict } from './oracle.ts';
import type { ChaosResult } from './run-chaos.ts';

const WIDTH = 100;
const INDENT = '  ';
/** The first differences are told; one fault can show in every message after it. */
const SHOWN = 10;

/** What was done, as it is told of one and of several. */
const NAMES: Readonly<Record<(typeof FAULT_KINDS)[number], readonly [one: string, many: string]>> = {
  kill: ['kill (SIGKILL)', 'kills (SIGKILL)'],
  restart: ['restart (SIGTERM)', 'restarts (SIGTERM)'],
  'redis kill': ['kill of Redis', 'kills of Redis'],
  'cut of all': ['cut of a whole network', 'cuts of a whole network'],
  'cuts in mid-frame': ['spell of cuts in mid-frame', 'spells of cuts in mid-frame'],
  blackhole: ['blackhole', 'blackholes'],
  'half-close': ['spell of half-closes', 'spells of half-closes'],
  trickle: ['trickle', 'trickles'],
  delay: ['spell of delay', 'spells of delay'],
  'narrow link': ['narrow link', 'narrow links'],
  refusal: ['spell of refusal', 'spells of refusal'],
  switch: ['switch of transport', 'switches of transport'],
  stall: ['stalled reader', 'stalled readers'],
  absence: ['absence', 'absences'],
};

/** @returns whether every promise was kept. */
export function isSound({ verdict, healedMs }: ChaosResult): boolean {
  return verdict.differenceCount === 0 && healedMs !== null;
}

/** @returns the command that plays the same faults again. */
export function commandOf({
  durationMs,
  seed,
  store,
  crowd,
  kills,
  redisKills,
  nodes,
  transports,
  webSocketEngines,
}: ChaosResult['settings']): string {
  const time = durationMs % 6000 === 0 ? `--minutes ${durationMs / 60_000}` : `--seconds ${durationMs / 1000}`;
  const only = transports.length === 1 ? ` --transport ${transports[0]}` : '';
  const engine = webSocketEngines.length === 1 ? ` --websocket-engine ${webSocketEngines[0]}` : '';
  const kept = store === 'sqlite' ? '' : ` --store ${store}${store === 'redis' ? ` --nodes ${nodes}` : ''}`;
  const many = crowd === 1 ? '' : ` --crowd ${crowd}`;
  const times = (kills === 0 ? '' : ` --kills ${kills}`) + (redisKills === 0 ? '' : ` --redis-kills ${redisKills}`);
  return `npm run chaos -- ${time} --seed ${seed}${kept}${many}${times}${only}${engine}`;
}

export function chaosText(result: ChaosResult): string {
  const { settings, verdict } = result;
  const conditions = [
    `${duration(settings.durationMs)} of faults, seed ${settings.seed}, ${settings.store} store${settings.nodes > 1 ? ` with ${settings.nodes} nodes` : ''}`,
    `WebSocket engine ${settings.webSocketEngines.join(' and ')}`,
  ].join(', ');
  return [
    `chaos: ${conditions}`,
    '',
    ...paragraph(`Survived: ${survivedText(result)}.`),
    ...paragraph(`Messages: ${messagesText(result)}.`),
    ...paragraph(healedText(result)),
    '',
    ...terminalTable(ledgerTable(verdict.lanes)).map((line) => INDENT + line),
    '',
    ...conclusion(result),
    '',
  ].join('\n');
}

function paragraph(text: string): string[] {
  const [first = '', ...others] = wrap(text, WIDTH - INDENT.length);
  // What follows stands below the text, not below its label.
  const hang = ' '.repeat(INDENT.length);
  return [INDENT + first, ...others.map((line) => INDENT + hang + line)];
}

function survivedText({ faults, networks, openings }: ChaosResult): string {
  const done = FAULT_KINDS.filter((kind) => faults.has(kind)).map((kind) => {
    const times = faults.get(kind) ?? 0;
    const [one, many] = NAMES[kind];
    return `${count(times)} ${times === 1 ? one : many}`;
  });
  const connections = [
    `${count(networks.cuts)} connections cut`,
    `${count(networks.halfCloses)} half-closed`,
    `${count(networks.refused)} refused`,
    `of ${count(networks.connections + networks.refused)}`,
  ];
  return `${done.join(', ')}; ${connections.join(', ')}; clients connected or tried to ${count(openings)} times`;
}

function messagesText({ verdict, settings, rollbacksTold }: ChaosResult): string {
  const { sent, receipted, savedByRetry, storedWithoutReceipt, endedWithEpoch, resets } = verdict;
  const parts = [
    `${count(sent)} sent`,
    `${count(receipted)} receipted (${count(savedByRetry)} of them only when sent again, the first receipt being lost)`,
    `${count(storedWithoutReceipt)} stored without a receipt to the end`,
  ];
  if (settings.store === 'redis') parts.push(`${count(rollbacksTold)} readers told of a rollback`);
  if (settings.store === 'memory') {
    parts.push(`${count(endedWithEpoch)} receipted ones ended with their epoch before anybody had them`);
    parts.push(plural(resets, 'reset'));
  }
  return parts.join(', ');
}

function healedText({ healedMs, stragglers }: ChaosResult): string {
  if (healedMs !== null) return `Healed: everybody had everything ${duration(healedMs)} after the last fault.`;
  const first = stragglers.slice(0, SHOWN).join('; ');
  return `Not healed: ${plural(stragglers.length, 'client')} did not get there in time: ${first}.`;
}

function ledgerTable(lanes: readonly LaneVerdict[]): Table {
  const columns: readonly (readonly [title: string, figure: (lane: LaneVerdict) => number])[] = [
    ['readers', (lane) => lane.readers],
    ['expected', (lane) => lane.expected],
    ['delivered', (lane) => lane.delivered],
    ['missing', (lane) => lane.missing],
    ['duplicated', (lane) => lane.duplicated],
    ['out of order', (lane) => lane.outOfOrder],
    ['altered', (lane) => lane.altered],
    ['receipted, lost', (lane) => lane.receiptedLost],
  ];
  return {
    header: ['ledger', ...columns.map(([title]) => title)],
    rows: lanes.map((lane) => [lane.lane, ...columns.map(([, figure]) => count(figure(lane)))]),
  };
}

function conclusion(result: ChaosResult): string[] {
  const { verdict, settings } = result;
  if (isSound(result)) return paragraph('Every promise was kept.');
  const shown = verdict.differences.slice(0, SHOWN);
  const more = verdict.differenceCount - shown.length;
  return [
    ...paragraph(`NOT KEPT, ${plural(verdict.differenceCount, 'difference')}:`),
    ...shown.flatMap((line) => paragraph(`- ${line}`)),
    ...(more > 0 ? paragraph(`… and ${count(more)} more`) : []),
    ...paragraph(`The same faults again: ${commandOf(settings)}`),
  ];
}
