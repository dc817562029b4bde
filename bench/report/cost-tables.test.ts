import { expect, it } from 'vitest';
import { withHeldOut } from '../runners/costs-lanes.ts';
import { sampleCosts } from '../testing/sample-costs.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { costCharts } from './charts/costs.ts';
import { costTables } from './cost-tables.ts';

const scenario = { ...sampleCosts(), lanes: withHeldOut(sampleCosts().lanes) };

it('each part of the curves has a table, with intervals, and held-out points stand beside their predictions', () => {
  const tables = costTables(scenario);
  expect(tables.map(({ header }) => header[0])).toEqual([
    'CPU µs for one more delivery, at messages a second',
    'CPU µs for a message itself, at messages a second',
    'CPU µs for an empty request, at about so many a second',
    'CPU µs a second for an idle connection, of so many',
    'Held out, share of a core',
  ]);
  const [deliveries, , requests, , heldOut] = tables;
  expect(deliveries?.header.slice(1)).toEqual(['10', '25', '60', '150']);
  expect(deliveries?.rows.map(([name]) => name)).toEqual(['short polling', 'long polling', 'SSE', 'WebSocket']);
  expect(requests?.rows.map(([name]) => name)).toEqual(['short polling', 'long polling', 'bare node:http']);
  expect(heldOut?.rows.map((row) => row.at(-1))).toEqual(Array.from({ length: 8 }, () => 'yes'));
});

it('a point that is not as predicted is shown as such', () => {
  const lanes = scenario.lanes.map((lane) =>
    lane.heldOut === true ? { ...lane, serverCpuShare: { value: 0.9, rounds: [0.9, 0.9, 0.9] } } : lane,
  );
  const heldOut = costTables({ ...scenario, lanes }).at(-1);
  expect(heldOut?.rows.map((row) => row.at(-1))).toEqual(Array.from({ length: 8 }, () => 'no'));
});

it('the chart says that an idle server makes expensive requests only where all intervals say so', () => {
  const [requests, deliveries] = costCharts(sampleRun(), scenario);
  expect(requests?.title).toMatch(/^An idle server makes expensive requests: short polling \d+ µs at 20 a second/);
  expect(requests?.series.map(({ lane, role }) => `${lane} ${role}`)).toEqual([
    'short-polling measured',
    'long-polling measured',
    'bare-http control',
  ]);
  expect(deliveries?.series.map(({ lane }) => lane)).toEqual(['short-polling', 'long-polling', 'sse', 'websocket']);
  const even = scenario.lanes.map((lane) =>
    lane.serverCpuUsPerRequest === undefined
      ? lane
      : { ...lane, serverCpuUsPerRequest: { value: 100, rounds: [98, 101, 100, 102, 99] } },
  );
  expect(costCharts(sampleRun(), { ...scenario, lanes: even })[0]?.title).toMatch(/^CPU per empty request/);
});

it('a run without the scenario, or with too little of it, has neither tables nor charts', () => {
  expect(costTables({ ...scenario, name: 'steady' })).toEqual([]);
  expect(costCharts(sampleRun(), { ...scenario, lanes: [] })).toEqual([]);
});
