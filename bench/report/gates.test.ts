import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../package-root.ts';
import type { Lane, Run } from '../run/run-file.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { CONTROL_NAMES, evaluateGates, type GateResult, gateText, parseGate } from './gates.ts';

function evaluate(text: string, run = sampleRun(), baseline: Run | null = null): GateResult[] {
  return evaluateGates([parseGate(text)], run, baseline);
}

/** The one result of a gate that is about one lane. */
function only(text: string, run = sampleRun(), baseline: Run | null = null): GateResult {
  const [result, ...others] = evaluate(text, run, baseline);
  if (result === undefined || others.length > 0) throw new Error(`${text} has ${others.length + 1} results`);
  return result;
}

function changed(scenario: string, change: (lane: Lane) => Lane, run = sampleRun()): Run {
  return {
    ...run,
    scenarios: run.scenarios.map((one) => (one.name === scenario ? { ...one, lanes: one.lanes.map(change) } : one)),
  };
}

describe('a gate on a run', () => {
  it('fails where its condition holds', () => {
    expect(only('sse.steady.p99 > 3ms')).toMatchObject({ outcome: 'failed', limit: 3000, lane: 'sse' });
    expect(only('sse.steady.p99 > 3.1ms').outcome).toBe('passed');
    expect(only('sse.steady.p99 < 3.1ms').outcome).toBe('failed');
    expect(only('sse.steady.p99 >= 3.04ms').outcome).toBe('failed');
    expect(only('sse.steady.p99 > 3.04ms').outcome).toBe('passed');
    expect(only('sse.steady.p99 <= 3.04ms').outcome).toBe('failed');
  });

  it('looks at the figure, not at its interval, and shows where that reaches over the limit', () => {
    const near = only('sse.steady.mean > 1.61ms');
    expect(near).toMatchObject({ outcome: 'passed', measured: { value: 1600, low: 1568, high: 1632 } });
    expect(near.reason).toBe(
      '1.60 ms [1.57 ms, 1.63 ms] is not > 1.61 ms; its interval reaches over the limit: more --rounds would tell.',
    );
    expect(only('sse.steady.mean > 1.5ms').reason).toBe('1.60 ms [1.57 ms, 1.63 ms] is > 1.50 ms.');
  });

  it('is tried on each transport, and on each case, where it names none', () => {
    const ofEach = evaluate('any.steady.missing > 0');
    expect(ofEach.map(({ lane }) => lane)).toEqual(['short-polling', 'long-polling', 'sse', 'websocket']);
    expect(ofEach.every(({ outcome }) => outcome === 'passed')).toBe(true);
    expect(evaluate('sse.rtt.mean > 40ms').map(({ lane, outcome }) => [lane, outcome])).toEqual([
      ['sse [0 ms]', 'passed'],
      ['sse [20 ms]', 'passed'],
      ['sse [100 ms]', 'failed'],
    ]);
    expect(only('websocket.fanout[1000 Clients].p50 > 1s').lane).toBe('websocket [1,000 clients]');
  });

  it('may ask for a multiple of what was predicted, or of another lane of the same case', () => {
    expect(only('long-polling.steady.requestsPerDelivery > 0.99x predicted')).toMatchObject({
      outcome: 'failed',
      limit: 0.99 * 1.001,
    });
    expect(only('long-polling.steady.requestsPerDelivery > 1.05x predicted').outcome).toBe('passed');
    expect(only('long-polling.steady.mean > 1.01x closed-form')).toMatchObject({
      outcome: 'failed',
      limit: 1.01 * 2320,
    });
    const cpu = 'websocket.fanout[100 clients].serverCpuUsPerDelivery';
    expect(only(`${cpu} > 0.7x bare-ws`)).toMatchObject({ outcome: 'failed', limit: 0.7 * 4.6 });
    expect(only(`${cpu} > bare-ws`).outcome).toBe('passed');
  });
});

describe('a gate that can’t be decided', () => {
  const reasonOf = (text: string, run?: Run, baseline?: Run | null) => {
    const result = only(text, run, baseline);
    expect(result.outcome).toBe('undecided');
    return result.reason;
  };

  it('says what was not measured', () => {
    const quick = { ...sampleRun(), scenarios: sampleRun().scenarios.filter(({ name }) => name === 'steady') };
    expect(reasonOf('sse.idle.bytesPerClientHour > 1kB', quick)).toBe('idle was not run.');
    expect(reasonOf('sse.steady.detectMs > 1s')).toBe('detectMs was not measured.');
    expect(reasonOf('sse.rtt[50 ms].mean > 1s')).toMatch(/^rtt has only short-polling \[0 ms\], /);
    expect(reasonOf('sse.idle.bytesPerClientHour > closed-form')).toMatch(/no closed form for bytesPerClientHour/);
    expect(reasonOf('sse.steady.mean > tcp-echo')).toBe('steady has no tcp-echo in this case.');
  });

  it('does not judge what the bench itself spoiled, unless something was lost', () => {
    const spoiled = changed('steady', (lane) => ({ ...lane, spoiled: true, missing: 1 }));
    expect(reasonOf('sse.steady.mean > 1ms', spoiled)).toBe('the bench itself was the limit.');
    expect(only('sse.steady.missing > 0', spoiled)).toMatchObject({ outcome: 'failed', measured: { value: 1 } });
    const control = changed('steady', (lane) => (lane.control === undefined ? lane : { ...lane, spoiled: true }));
    expect(reasonOf('sse.steady.mean > 2x bare-sse', control)).toBe('the bench itself was the limit of bare-sse.');
  });
});

describe('a gate beside a baseline', () => {
  const gate = 'sse.steady.p99 > 1.2x baseline';
  const slow = changed('steady', (lane) =>
    lane.latencyUs === undefined ? lane : { ...lane, latencyUs: { ...lane.latencyUs, p99: { value: 4000 } } },
  );

  it('asks for a multiple of the same figure there', () => {
    expect(only(gate, slow, sampleRun())).toMatchObject({ outcome: 'failed', limit: 1.2 * 3040 });
    expect(only(gate, sampleRun(), slow).outcome).toBe('passed');
  });

  it('is undecided where there is none, or none that is like it', () => {
    expect(only(gate)).toMatchObject({
      outcome: 'undecided',
      reason: expect.stringContaining('name a run with --baseline'),
    });
    const other = changed('steady', (lane) => ({ ...lane, clients: 5 }));
    expect(only(gate, sampleRun(), other)).toMatchObject({
      outcome: 'undecided',
      reason: expect.stringContaining('clients 5 and 100'),
    });
    expect(only(gate, sampleRun(), { ...sampleRun(), scenarios: [] }).reason).toContain('has no such lane');
  });

  it('from another machine says nothing about times, but something about ratios and counts', () => {
    const elsewhere = { ...sampleRun(), environment: { ...sampleRun().environment, cpu: 'Another CPU' } };
    expect(only(gate, sampleRun(), elsewhere)).toMatchObject({
      outcome: 'undecided',
      reason: expect.stringContaining('gate on ofControl'),
    });
    expect(only('sse.steady.ofControl.latencyP50 > 1.1x baseline', sampleRun(), elsewhere).outcome).toBe('passed');
    expect(only('sse.steady.bytesPerDelivery > 0.9x baseline', sampleRun(), elsewhere).outcome).toBe('failed');
  });
});

describe('what is said of gates', () => {
  it('has a line for each, and says that what is undecided counts as failed', () => {
    const text = gateText([...evaluate('sse.steady.p99 > 2ms'), ...evaluate('sse.steady.detectMs > 1s')]);
    expect(text).toBe(
      'FAILED: sse.steady.p99 > 2ms, sse: 3.04 ms [2.98 ms, 3.10 ms] is > 2.00 ms.\n' +
        'UNDECIDED: sse.steady.detectMs > 1s, sse: detectMs was not measured.\n' +
        'A gate that can’t be decided counts as failed.',
    );
    expect(gateText(evaluate('sse.steady.p99 > 1s'))).toMatch(/^Passed: [^\n]*$/);
  });

  it('knows all controls that there are', () => {
    const files = readdirSync(join(packageRoot(), 'bench/controls')).filter((name) => !name.endsWith('.test.ts'));
    const programs = files.map((name) => name.replace(/\.ts$/, '')).filter((name) => name !== 'bare-room');
    expect(programs.toSorted()).toEqual(CONTROL_NAMES.toSorted());
  });
});
