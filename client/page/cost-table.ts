// A row per transport: what a message and an idle hour cost this client over it, what the formula says beside, and how
// quick its last delivery was.
import type { Message } from '../../server/protocol/messages.ts';
import type { Transport } from '../transports/transport.ts';
import type { ShownStats } from '../transports/wire/checks.ts';
import { type CostConditions, costForm } from './cost-forms.ts';
import { createCostMeter } from './cost-meter.ts';
import { byId, fromTemplate, within } from './dom.ts';
import { formatBytes, formatCount, formatLatency } from './format.ts';
import type { Latency } from './latency.ts';
import type { TransportLooks } from './transport-looks.ts';

const NOTHING_YET = '–';
/** What a session asks for unless it is told otherwise. */
const WAIT_SECONDS = 30;

const FIGURES = ['messages', 'requestsEach', 'bytesEach', 'requestsIdle', 'bytesIdle', 'latency'] as const;
type Figure = (typeof FIGURES)[number];

interface Row {
  readonly element: HTMLElement;
  readonly cells: Readonly<Record<Figure, HTMLElement>>;
  deliveries: number;
}

/** The server's counters for this client, and what the formulas are to know of it. */
export interface Counted {
  readonly stats: ShownStats;
  /** When they came, on any clock that runs evenly. */
  readonly at: number;
  /** The transport that is connected; null: none. */
  readonly using: string | null;
  /** Of a stream, as it told; null where none is open. */
  readonly heartbeatMs: number | null;
}

export interface CostTable {
  /** Marks the transport in use; connected or not, what was counted around the change is no message's cost. */
  current(transport: string): void;
  count(counted: Counted): void;
  pollInterval(intervalMs: number): void;
  /** Of a GET to `/` that this browser makes. */
  requestWeight(bytes: number): void;
  /** Why there are none at the moment, or null. */
  problem(detail: string | null): void;
  /** Messages came over the transport; of the last of them, how long it took, where that can be said. */
  delivered(transport: string, messages: readonly Message[], latency: Latency | null): void;
  /** How exact the latencies are: half the lowest round trip to the server's clock. */
  clockError(errorMs: number): void;
}

/** Of the lab's own streams, unless one has told another. */
const HEARTBEAT_MS = 15_000;

export function createCostTable(
  transports: readonly Transport[],
  looks: TransportLooks,
  options: { readonly clientId: string; readonly pollIntervalMs: number },
): CostTable {
  const body = byId('cost-rows', HTMLElement);
  const problem = byId('stats-problem', HTMLElement);
  const clockNote = byId('clock-note', HTMLElement);
  const headings = [...byId('cost', HTMLTableElement).querySelectorAll('thead th')].map((cell) => cell.textContent);
  const meter = createCostMeter();
  const rows = new Map(transports.map(({ name }) => [name, createRow(name)]));
  let { pollIntervalMs } = options;
  let heartbeatMs = HEARTBEAT_MS;
  let typical: Message | null = null;
  let requestBytes: number | null = null;

  function createRow(name: string): Row {
    const element = fromTemplate('cost-row-template', HTMLTableRowElement);
    element.dataset['transport'] = name;
    looks.paint(element, name);
    within(element, 'th', HTMLElement).append(looks.badge(name));
    // On narrow screens the head is out of sight, and each figure bears its own.
    for (const [index, cell] of [...element.cells].entries()) cell.dataset['heading'] = headings[index] ?? '';
    const cells = FIGURES.map((figure) => [figure, within(element, `[data-figure=${figure}]`, HTMLElement)] as const);
    for (const [, cell] of cells) put(cell, NOTHING_YET);
    body.append(element);
    return { element, cells: Object.fromEntries(cells) as Record<Figure, HTMLElement>, deliveries: 0 };
  }

  function show(name: string, { cells }: Row, { stats }: Counted): void {
    const { perMessage, perIdleHour, ownShare } = meter.costs(name);
    const form = costForm(name);
    const conditions: CostConditions = {
      pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      heartbeatMs,
      clientId: options.clientId,
      epoch: stats.room.epoch,
      typical,
      requestBytes,
    };
    const [message, hour] = [form?.perMessage(conditions), form?.perIdleHour(conditions)];
    // What one sends oneself comes on top: a request each, unless over a WebSocket.
    const sending = name === 'websocket' ? 0 : ownShare;
    put(
      cells.requestsEach,
      figure(perMessage?.requests, formatFew),
      figure(message && message.requests + sending, formatFew),
    );
    const atLeast = ownShare > 0 ? '> ' : '';
    put(
      cells.bytesEach,
      figure(perMessage?.bytes, formatWhole),
      figure(message?.bytes, (bytes) => atLeast + formatWhole(bytes)),
    );
    put(cells.requestsIdle, figure(perIdleHour?.requests, formatRound), figure(hour?.requests, formatRound));
    put(cells.bytesIdle, figure(perIdleHour?.bytes, formatWhole), figure(hour?.bytes, formatWhole));
  }

  return {
    current(transport) {
      for (const [name, { element }] of rows) element.dataset['current'] = String(name === transport);
      meter.interrupted();
    },
    count(counted) {
      const { stats, at, using } = counted;
      heartbeatMs = counted.heartbeatMs ?? heartbeatMs;
      meter.sample(at, using, using === null ? undefined : stats.transports[using]);
      for (const [name, row] of rows) show(name, row, counted);
    },
    pollInterval(intervalMs) {
      pollIntervalMs = intervalMs;
      for (const { name, pace } of transports) if (pace === 'clock') meter.forget(name);
    },
    requestWeight(bytes) {
      requestBytes = bytes;
    },
    problem(detail) {
      problem.hidden = detail === null;
      problem.textContent = detail === null ? '' : `The figures are not up to date: ${detail}`;
    },
    delivered(transport, messages, latency) {
      const row = rows.get(transport);
      typical = messages.at(-1) ?? typical;
      if (row === undefined) return;
      row.deliveries += messages.length;
      put(row.cells.messages, formatCount(row.deliveries));
      if (latency !== null) put(row.cells.latency, latency === 'unsure' ? 'clock unsure' : formatLatency(latency));
    },
    clockError(errorMs) {
      clockNote.textContent =
        `It may be off by half that exchange’s round trip, now ${formatLatency(errorMs)}, ` +
        'and both clocks tell whole milliseconds: ±1 ms.';
    },
  };
}

function figure(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? NOTHING_YET : format(value);
}

/** Rates of few: `1.0`, `0.3`; what is noise around nothing is 0. */
function formatFew(value: number): string {
  return Math.abs(value) < 0.05 ? '0' : value.toFixed(1);
}

function formatRound(value: number): string {
  return formatCount(Math.round(value));
}

function formatWhole(bytes: number): string {
  return formatBytes(Math.round(bytes));
}

/** @param formula what the formula says, beneath what was measured. */
function put(cell: HTMLElement, measured: string, formula?: string): void {
  const [value, small] = [within(cell, '.cost-value', HTMLElement), cell.querySelector('.cost-formula')];
  if (value.textContent !== measured) value.textContent = measured;
  if (small !== null && formula !== undefined && small.textContent !== formula) small.textContent = formula;
}
