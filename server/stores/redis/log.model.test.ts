// Any order of appends, crashes, promotions and lagging replicas: no cursor means two messages, nobody misses anything in
// silence, and nobody is reset who has lost nothing. `LAB_LOG_RUNS=100000` plays more, `LAB_LOG_SEED=2` others.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Broken, CHOSEN, type Design, LogModel, type Step } from './testing/log-model.ts';

const RUNS = Number(process.env['LAB_LOG_RUNS'] ?? 3000);
const SEED = Number(process.env['LAB_LOG_SEED'] ?? 1);
const STEPS = 150;

const small = fc.nat(5);
const of = <K extends Step['do']>(...kinds: K[]) => fc.constantFrom(...kinds);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: of('append', 'append', 'follow', 'follow', 'idle'), node: small, server: small }),
  },
  { weight: 4, arbitrary: fc.record({ do: of('connect'), node: small, server: small }) },
  { weight: 8, arbitrary: fc.record({ do: of('poll'), client: small, node: small }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: of('persist', 'replicate', 'replicate', 'crash', 'restart'), server: small, to: small }),
  },
  { weight: 3, arbitrary: fc.record({ do: of('promote'), server: small, to: small }) },
  { weight: 3, arbitrary: fc.record({ do: of('demote'), server: small, to: small }) },
);
const steps = fc.array(step, { minLength: STEPS, maxLength: STEPS });

/** What must not be, and was, over so many runs; the counts of what there was to see. */
function play(design: Design, servers: number, runs = RUNS) {
  let [resets, appends] = [0, 0];
  const result = fc.check(
    fc.property(steps, (todo) => {
      const model = new LogModel(design, servers, 3, 3);
      for (const one of todo) model.play(one);
      model.heal();
      resets += model.resets;
      appends += model.appends;
    }),
    { numRuns: runs, seed: SEED, endOnFailure: true },
  );
  const broken = result.errorInstance;
  if (broken !== undefined && broken !== null && !(broken instanceof Broken)) throw broken;
  return { broken: broken instanceof Broken ? broken.message : null, resets, appends };
}

test.each([1, 2, 3])('the log holds with %d servers', (servers) => {
  const { broken, resets, appends } = play(CHOSEN, servers);
  expect(broken).toBeNull();
  expect(resets).toBeGreaterThan(100);
  expect(appends).toBeGreaterThan(10_000);
});

test.each<Design & { readonly servers: number }>([
  { life: 'run-id', names: 'numbered', check: 'connect', servers: 1 },
  { life: 'run-id', names: 'random', check: 'script', servers: 2 },
  { life: 'replid', names: 'random', check: 'connect', servers: 2 },
])('and breaks where it is simpler: $life, $names, checked at $check', ({ servers, ...design }) => {
  expect(play(design, servers, 30_000).broken).not.toBeNull();
});
