// Which windows `costs` plays in one life of a server, and how long they are. Pure.
import type { Pace } from '../../server/protocol/pace.ts';
import type { CostsWorkload } from '../scenarios/scenario.ts';

export interface MessageWindow {
  readonly clients: number;
  readonly messagesPerSecond: number;
  readonly heldOut: boolean;
}

/** So many times more clients there are at least at the slope's upper end. */
const LEAST_SPAN = 4;

/** @returns the windows, from the fewest clients to the most; all that there are at the same number follow each other. */
export function messageWindows({ messages }: CostsWorkload, pace: Pace, isControl: boolean): MessageWindow[] {
  const { rates, controlRates, clients, heldOut, mostDeliveriesPerSecond } = messages;
  const most = (rate: number, wanted: number) => Math.min(wanted, rounded(mostDeliveriesPerSecond[pace] / rate));
  const curve = (isControl ? controlRates : rates).flatMap((rate) => {
    const many = most(rate, clients[1]);
    const few = Math.min(clients[0], Math.floor(many / LEAST_SPAN));
    return [few, many].map((count) => ({ clients: count, messagesPerSecond: rate, heldOut: false }));
  });
  const beside = (isControl ? [] : heldOut.rates).map((rate) => ({
    clients: most(rate, heldOut.clients),
    messagesPerSecond: rate,
    heldOut: true,
  }));
  return [...curve, ...beside].toSorted((a, b) => a.clients - b.clients);
}

/** Down to two digits that count. */
function rounded(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.floor(count / unit) * unit;
}

/** @returns a whole number of poll intervals where clients ask by the clock, so that each asks as often as the others. */
export function messageWindowMs({ messages, pollIntervalMs }: CostsWorkload, pace: Pace, rate: number): number {
  const ms = Math.max(messages.shortestMs, (messages.leastMessages * 1000) / rate);
  return pace === 'clock' ? Math.ceil(ms / pollIntervalMs) * pollIntervalMs : Math.ceil(ms);
}

/** @returns until polls bring no more of what was before, and those of this rate all the time. */
export function messageSettleMs({ messages, pollIntervalMs }: CostsWorkload, pace: Pace): number {
  return Math.max(messages.settleMs, pace === 'clock' ? pollIntervalMs : 0);
}

export function requestWindowMs({ requests }: CostsWorkload, rate: number): number {
  return Math.ceil(Math.max(requests.shortestMs, (requests.leastRequests * 1000) / rate));
}

/** @returns the same, beginning elsewhere each round: what comes first is not always the same. */
export function rotated<One>(ones: readonly One[], round: number): One[] {
  const first = ones.length === 0 ? 0 : round % ones.length;
  return [...ones.slice(first), ...ones.slice(0, first)];
}
