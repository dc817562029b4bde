import { expect, it } from 'vitest';
import { missingRedis } from '../load/redis.ts';
import { chosenScenarios } from '../scenarios/index.ts';
import type { NodesWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { benchSettings } from '../testing/settings.ts';
import { notPlayable } from './index.ts';
import { nodesRunner } from './nodes.ts';

const MISSING = missingRedis();
const [scenario] = chosenScenarios(benchSettings({ scenarios: ['nodes'] }));
if (scenario?.workload.kind !== 'nodes') throw new Error('there is no such scenario');
const workload: NodesWorkload = {
  ...scenario.workload,
  ...{ clients: [1, 5], rounds: 1, durationMs: 300, warmUpMs: 100, settleMs: 100 },
  ...{ memoryConnections: [2, 12], memoryRounds: 1 },
};

it.skipIf(MISSING !== null)(
  `a node on Redis is measured beside one on memory${MISSING === null ? '' : ` (skipped: it ${MISSING})`}`,
  async () => {
    const { lanes } = await nodesRunner.run(workload, testRunContext(['sse']));
    expect(lanes.map((lane) => [lane.case, lane.transport ?? lane.control, lane.ofControl?.control])).toEqual([
      ['1 client', 'sse', 'sse-on-memory'],
      ['1 client', 'sse-on-memory', undefined],
      ['5 clients', 'sse', 'sse-on-memory'],
      ['5 clients', 'sse-on-memory', undefined],
    ]);
    for (const lane of lanes) {
      expect(lane.expected).toBeGreaterThan(0);
      expect(lane).toMatchObject({ delivered: lane.expected, missing: 0, duplicated: 0, outOfOrder: 0 });
    }
    expect(lanes.map(({ ofControl }) => ofControl !== undefined && 'serverCpuUsPerDelivery' in ofControl)).toEqual([
      ...[true, false, true, false],
    ]);
    // Of idle connections, whose numbers have nothing to do with the clients: it stands where there are most.
    expect(lanes.map(({ memory }) => memory?.map(({ connections }) => connections))).toEqual([
      ...[undefined, undefined],
      ...[
        [2, 12],
        [2, 12],
      ],
    ]);
  },
  60_000,
);

it('says what is missing where there is no redis-server', () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '';
  try {
    expect(notPlayable(scenario, null)).toBe(
      'The scenario nodes was left out: it needs redis-server, which is not installed here.',
    );
  } finally {
    process.env['PATH'] = path;
  }
  expect(notPlayable(scenario, 'http://127.0.0.1:1')).toContain('was left out');
});
