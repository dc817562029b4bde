// A row per transport: what this client has cost over it, and how quick its last delivery was.
import type { Stats } from '../../server/protocol/messages.ts';
import type { Transport } from '../transports/transport.ts';
import { byId, fromTemplate, within } from './dom.ts';
import { formatBytes, formatCount, formatLatency } from './format.ts';
import type { Latency } from './latency.ts';
import type { TransportLooks } from './transport-looks.ts';

const NOTHING_YET = '–';

interface Row {
  readonly element: HTMLElement;
  readonly cells: Readonly<Record<'requests' | 'bytesIn' | 'bytesOut' | 'deliveries' | 'latency', HTMLElement>>;
  deliveries: number;
}

export interface CostTable {
  /** Marks the transport in use. */
  current(transport: string): void;
  /** The server's counters for this client. */
  count(stats: Stats): void;
  /** Why there are none at the moment, or null. */
  problem(detail: string | null): void;
  /** Messages came over the transport; of the last of them, how long it took, where that can be said. */
  delivered(transport: string, messages: number, latency: Latency | null): void;
  /** How exact the latencies are: half the lowest round trip to the server's clock. */
  clockError(errorMs: number): void;
}

export function createCostTable(transports: readonly Transport[], looks: TransportLooks): CostTable {
  const body = byId('cost-rows', HTMLElement);
  const problem = byId('stats-problem', HTMLElement);
  const clockNote = byId('clock-note', HTMLElement);
  const headings = [...byId('cost', HTMLTableElement).querySelectorAll('thead th')].map((cell) => cell.textContent);
  const rows = new Map<string, Row>();

  for (const { name } of transports) {
    const element = fromTemplate('cost-row-template', HTMLTableRowElement);
    element.dataset['transport'] = name;
    looks.paint(element, name);
    within(element, 'th', HTMLElement).append(looks.badge(name));
    for (const [index, cell] of [...element.cells].entries()) {
      // On narrow screens the head is out of sight, and each figure bears its own.
      cell.dataset['heading'] = headings[index] ?? '';
      if (cell instanceof HTMLTableCellElement && cell.dataset['figure'] !== undefined) cell.textContent = NOTHING_YET;
    }
    const cell = (figure: string) => within(element, `[data-figure=${figure}]`, HTMLElement);
    rows.set(name, {
      element,
      cells: {
        requests: cell('requests'),
        bytesIn: cell('bytesIn'),
        bytesOut: cell('bytesOut'),
        deliveries: cell('deliveries'),
        latency: cell('latency'),
      },
      deliveries: 0,
    });
    body.append(element);
  }

  return {
    current(transport) {
      for (const [name, { element }] of rows) element.dataset['current'] = String(name === transport);
    },
    count(stats) {
      for (const [name, { cells }] of rows) {
        const counters = stats.transports[name];
        const used = counters !== undefined && counters.requests > 0;
        cells.requests.textContent = used ? formatCount(counters.requests) : NOTHING_YET;
        cells.bytesIn.textContent = used ? formatBytes(counters.bytesIn) : NOTHING_YET;
        cells.bytesOut.textContent = used ? formatBytes(counters.bytesOut) : NOTHING_YET;
      }
    },
    problem(detail) {
      problem.hidden = detail === null;
      problem.textContent = detail === null ? '' : `The figures are not up to date: ${detail}`;
    },
    delivered(transport, messages, latency) {
      const row = rows.get(transport);
      if (row === undefined) return;
      row.deliveries += messages;
      row.cells.deliveries.textContent = formatCount(row.deliveries);
      if (latency !== null) {
        row.cells.latency.textContent = latency === 'unsure' ? 'clock unsure' : formatLatency(latency);
      }
    },
    clockError(errorMs) {
      clockNote.textContent =
        `It may be off by half that exchange’s round trip, now ${formatLatency(errorMs)}, ` +
        'and both clocks tell whole milliseconds: ±1 ms.';
    },
  };
}
