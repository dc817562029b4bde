// What a runner is given in tests that really run it.
import { onTestFinished } from 'vitest';
import { transports } from '../../client/transports/index.ts';
import { startFleet } from '../load/worker/fleet.ts';
import type { RunContext } from '../runners/context.ts';

/** @param names of the transports. The fleet ends with the test. */
export function testRunContext(names: readonly string[], rest: Partial<RunContext> = {}): RunContext {
  const fleet = startFleet(1);
  onTestFinished(() => fleet.stop());
  return {
    transports: transports.filter(({ name }) => names.includes(name)),
    target: null,
    fleet,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...rest,
  };
}
