// A run of abuse for people: for the terminal, and as the part of docs/reliability.md that is drawn from the stored run.
import { markdownTable, type Table, terminalTable, wrap } from '../report/table.ts';
import { bytes, count, duration, plural } from '../run/format.ts';
import { type AbuseRun, beyondIdleBytes, isSound, MOST_BEYOND_IDLE_BYTES } from './abuse-file.ts';

const WIDTH = 100;
/** The first differences are told; one fault can show in every message after it. */
const SHOWN = 10;

export function abuseText(run: AbuseRun): string {
  return [
    `abuse: ${conditions(run)}`,
    '',
    ...terminalTable(costTable(run)),
    '',
    ...terminalTable(ledgerTable(run)),
    '',
    ...terminalTable(attackTable(run, false)),
    '',
    ...conclusion(run).flatMap((line) => wrap(line, WIDTH)),
    '',
  ].join('\n');
}

function abuseMarkdown(run: AbuseRun): string {
  const { cpu, cores, node, commit, dirty } = run.environment;
  const tree = commit === null ? '' : `, commit ${commit.slice(0, 7)}${dirty === true ? ' with changes' : ''}`;
  return [
    `${run.startedAt.slice(0, 10)}, ${conditions(run)}; ${cpu}, ${plural(cores, 'core')} shared with the attacker, Node ${node}${tree}:`,
    markdownTable(costTable(run)),
    `The bystanders’ ledger; ${count(run.messages.attackers)} of the messages are the attacker’s own:`,
    markdownTable(ledgerTable(run)),
    conclusion(run).join('\n\n'),
    'What was done, all at once:',
    markdownTable(attackTable(run, true)),
  ].join('\n\n');
}

const MARKS = { begin: '<!-- abuse: drawn by npm run docs from results/abuse.json -->', end: '<!-- end of abuse -->' };

/** @returns the document with the run between its marks. @throws where it has none. */
export function withAbuse(document: string, run: AbuseRun): string {
  const [begin, end] = [document.indexOf(MARKS.begin), document.indexOf(MARKS.end)];
  if (begin < 0 || end < begin) throw new Error(`docs/reliability.md has no ${MARKS.begin} … ${MARKS.end}`);
  return `${document.slice(0, begin)}${MARKS.begin}\n\n${abuseMarkdown(run)}\n\n${document.slice(end)}`;
}

function conditions({ settings, attacks }: AbuseRun): string {
  const { seconds, seed, websocketEngine } = settings;
  return `${plural(attacks.length, 'attack')} at once for ${duration(seconds * 1000)}, seed ${seed}, WebSocket engine ${websocketEngine}`;
}

function costTable(run: AbuseRun): Table {
  const { server, waits } = run;
  const ended = Object.entries(server.connectionsEnded).map(([limit, times]) => `${count(times)} ${limit}`);
  const network = server.networkPeakBytes === null ? 'unknown' : bytes(server.networkPeakBytes);
  return {
    header: ['what it cost', ''],
    rows: [
      ['resident memory of the server, idle', bytes(server.idleBytes)],
      ['the most beyond that', bytes(beyondIdleBytes(run))],
      ['beyond idle when it was over', bytes(Math.max(0, server.leftBytes - server.idleBytes))],
      ['the most of the impairment proxy, a process of its own', network],
      ['longest wait from a bystander’s sending to an arrival', duration(waits.deliveryMs)],
      ['longest wait of a new connection for /healthz', duration(waits.healthzMs)],
      ['connections that the server ended, by limit', ended.join(', ')],
    ],
  };
}

function ledgerTable({ bystanders }: AbuseRun): Table {
  return {
    header: ['ledger', 'expected', 'delivered', 'missing', 'duplicated', 'out of order', 'receipted, lost'],
    rows: bystanders.map(({ transport, expected, delivered, missing, duplicated, outOfOrder, receiptedLost }) => [
      transport,
      ...[expected, delivered, missing, duplicated, outOfOrder, receiptedLost].map(count),
    ]),
  };
}

function attackTable({ attacks }: AbuseRun, withWords: boolean): Table {
  return {
    header: ['attack', ...(withWords ? ['what it does'] : []), 'connections', 'sent', 'read'],
    rows: attacks.map(({ name, does, connections, bytesSent, bytesRead }) => [
      name,
      ...(withWords ? [does] : []),
      ...[count(connections), bytes(bytesSent), bytes(bytesRead)],
    ]),
  };
}

function conclusion(run: AbuseRun): string[] {
  if (isSound(run)) return ['Every promise was kept: no bystander lost a message, and the server lives.'];
  const held = beyondIdleBytes(run);
  const tooMuch = held > MOST_BEYOND_IDLE_BYTES;
  return [
    ...(tooMuch
      ? [`NOT KEPT: the server held ${bytes(held)} beyond idle, more than ${bytes(MOST_BEYOND_IDLE_BYTES)}.`]
      : []),
    ...run.differences.slice(0, SHOWN).map((line) => `NOT KEPT: ${line}`),
  ];
}
