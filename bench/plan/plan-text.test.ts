import { describe, expect, it } from 'vitest';
import { planFor } from '../report/decision/plan.ts';
import { runUpkeep } from '../report/decision/run-costs.ts';
import type { Run } from '../run/run-file.ts';
import { modelRun } from '../testing/model-run.ts';
import { sampleCosts, sampleCostUs } from '../testing/sample-costs.ts';
import { readPlanFlags } from './flags.ts';
import { planJson, planText } from './plan-text.ts';

const model = modelRun();
const others = model.scenarios.filter(({ name }) => name !== 'costs');
const cold: Run = { ...model, scenarios: others };
const run: Run = { ...model, scenarios: [...others, sampleCosts()] };

function planned(of: Run, ...flags: string[]) {
  const options = readPlanFlags(flags);
  if (options === 'help') throw new Error(options);
  const upkeep = runUpkeep(of);
  const plans = planFor(upkeep, options.plan);
  return {
    text: (width: number) => planText(of, upkeep, plans, options.plan, width),
    json: JSON.parse(planJson(of, upkeep, plans, options.plan)) as {
      transports: Record<string, Record<string, unknown>>;
      assumptions: { notes: string[]; run: { id: string } };
    },
  };
}

function shareIn(transport: Record<string, unknown> | undefined): number {
  return Number(Object(transport?.['cpuShare']).value);
}

describe('a plan as JSON', () => {
  const { json } = planned(run, '--clients', '300', '--rate', '40');

  it('has for each transport what one room takes of one server', () => {
    expect(Object.keys(json.transports)).toEqual(['short-polling', 'long-polling', 'sse', 'websocket']);
    expect(json.transports['short-polling']).toMatchObject({
      cpuShare: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
      requestsPerSecond: 300,
      bytesPerSecond: expect.any(Number),
      memoryBytes: expect.any(Number),
      extrapolated: false,
      nodes: 1,
    });
    expect(json.assumptions).toMatchObject({ run: { id: run.id }, room: { clients: 300 }, users: 300 });
    expect(json.assumptions.notes.length).toBeGreaterThan(5);
  });

  it('lies within a tenth of what the run held out, and so measured and never drew a curve through', () => {
    const heldOut = sampleCosts().lanes.filter((lane) => lane.heldOut === true);
    expect(heldOut.length).toBeGreaterThanOrEqual(8);
    for (const { transport = '', clients, messagesPerSecond, serverCpuShare } of heldOut) {
      const { json } = planned(run, '--clients', String(clients), '--rate', String(messagesPerSecond));
      const value = shareIn(json.transports[transport]);
      expect(Math.abs(value / (serverCpuShare?.value ?? 0) - 1), `${transport}, ${messagesPerSecond}`).toBeLessThan(
        0.1,
      );
    }
  });

  it('marks what lies beyond what was measured, and stays near it there', () => {
    const far = planned(run, '--clients', '4000', '--rate', '40').json.transports['sse'];
    expect(far).toMatchObject({ extrapolated: true, cpuShare: { bound: 'about' } });
    const us = sampleCostUs('sse', { clients: 4000, messagesPerSecond: 40, timedRequestsPerSecond: 0 });
    expect(shareIn(far) / (us / 1e6)).toBeCloseTo(1, 1);
  });

  it('says of a run without costs what is not known, and why; the rest is there', () => {
    const { json } = planned(cold, '--clients', '300', '--rate', '40');
    expect(json.transports['sse']).toMatchObject({
      cpuShare: { notKnown: expect.stringContaining('--scenarios costs') },
      requestsPerSecond: 0,
      bytesPerSecond: expect.any(Number),
      nodes: null,
    });
    expect(json.assumptions.notes[0]).toContain('not known');
  });
});

describe('a plan for people', () => {
  it.each([80, 120])('fits %i columns, with all that it takes for granted', (width) => {
    for (const of of [run, cold]) {
      const text = planned(of, '--users', '100000000', '--rate', '0.5', '--head-bytes', '800').text(width);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(text).toContain('1,000 clients, 30 messages a minute');
      expect(text).toContain('100,000,000 users');
      expect(text).toContain('What this takes for granted:');
    }
  });

  it('explains its mark where there is one, and has one table where one server carries the one room', () => {
    const near = planned(run, '--clients', '300', '--rate', '40').text(100);
    expect(near).not.toContain('*');
    expect(near).toContain('users a node');
    const small = planned(run, '--clients', '100', '--rate', '10').text(100);
    expect(small).not.toContain('users a node');
    expect(planned(run, '--clients', '4000').text(100)).toContain('* beyond what the run measured');
  });
});

it('names the transports whose CPU is not known, where it is not all of them', () => {
  const some: Run = {
    ...run,
    scenarios: [
      ...others,
      { ...sampleCosts(), lanes: sampleCosts().lanes.filter(({ transport }) => transport !== 'sse') },
    ],
  };
  expect(planned(some).json.assumptions.notes[0]).toMatch(/^Server CPU of SSE is not known: /);
  expect(planned(cold).json.assumptions.notes[0]).toMatch(/^Server CPU is not known: /);
});
