// The conformance suite that every transport of the client passes against a real server. What differs between
// transports is asked of what they declare, never of their name, so that a new one is covered by being in the list.
import type { Transport } from '../transports/transport.ts';
import { describeEnding } from './conformance/ending.ts';
import { describeReading } from './conformance/reading.ts';
import { describeResets } from './conformance/resets.ts';
import { describeWire } from './conformance/wire.ts';
import type { StartLab } from './lab.ts';

export function describeConformance(transport: Transport, startLab: StartLab): void {
  describeReading(transport, startLab);
  describeResets(transport, startLab);
  describeWire(transport, startLab);
  describeEnding(transport, startLab);
}
