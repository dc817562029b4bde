import { describe, expect, it } from 'vitest';
import type { Figure, Lane, Run } from '../run/run-file.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { compareRuns, type FigureChange } from './compare.ts';
import { compareText } from './compare-text.ts';

/** @returns the run with lanes of a scenario changed. */
function changed(run: Run, scenario: string, change: (lane: Lane) => Lane): Run {
  return {
    ...run,
    scenarios: run.scenarios.map((one) => (one.name === scenario ? { ...one, lanes: one.lanes.map(change) } : one)),
  };
}

function times(figure: Figure | undefined, factor: number): Figure {
  const { value = 0, low, high, rounds } = figure ?? {};
  return {
    value: value * factor,
    ...(low === undefined || high === undefined ? {} : { low: low * factor, high: high * factor }),
    ...(rounds === undefined ? {} : { rounds: rounds.map((round) => round * factor) }),
  };
}

const slower = (transport: string, factor: number) => (lane: Lane) =>
  lane.transport === transport && lane.latencyUs !== undefined
    ? { ...lane, latencyUs: { ...lane.latencyUs, mean: times(lane.latencyUs.mean, factor) } }
    : lane;

function find(changes: readonly FigureChange[], lane: string, name: string, scenario = 'steady') {
  return changes.find((one) => one.scenario === scenario && one.lane === lane && one.figure.name === name);
}

describe('two runs beside each other', () => {
  it('of which one repeats the other show no difference', () => {
    const { changes, refused } = compareRuns(sampleRun(), sampleRun());
    expect(changes.length).toBeGreaterThan(500);
    expect(changes.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
    // The one lane that the bench itself spoiled.
    expect(refused).toEqual(['fanout short-polling [1,000 clients]: the bench itself was the limit']);
  });

  it('tell by how much a figure has changed, with an interval, as multiples of the first run', () => {
    const { changes } = compareRuns(sampleRun(), changed(sampleRun(), 'steady', slower('sse', 1.5)));
    const change = find(changes, 'sse', 'mean');
    expect(change).toMatchObject({ verdict: 'changed', a: 1600, b: 2400, ratio: { value: 1.5 } });
    expect(change?.ratio?.low).toBeGreaterThan(1.35);
    expect(change?.ratio?.high).toBeLessThan(1.65);
    const back = compareRuns(changed(sampleRun(), 'steady', slower('sse', 1.5)), sampleRun());
    expect(find(back.changes, 'sse', 'mean')?.ratio?.value).toBeCloseTo(1 / 1.5, 4);
  });

  it('what is sure comes first, and of that what has changed most in either direction', () => {
    let run = changed(sampleRun(), 'steady', slower('sse', 1.2));
    run = changed(run, 'steady', slower('websocket', 0.4));
    run = changed(run, 'idle', (lane) => ({ ...lane, bytesPerClientHour: times(lane.bytesPerClientHour, 9) }));
    const { changes } = compareRuns(sampleRun(), run);
    expect(changes.slice(0, 6).map(({ lane, figure, verdict }) => [lane, figure.name, verdict])).toEqual([
      ['websocket', 'mean', 'changed'],
      ['sse', 'mean', 'changed'],
      ['short-polling', 'bytesPerClientHour', 'unknown'],
      ['long-polling', 'bytesPerClientHour', 'unknown'],
      ['sse', 'bytesPerClientHour', 'unknown'],
      ['websocket', 'bytesPerClientHour', 'unknown'],
    ]);
  });

  it('a message that was lost is a change however few rounds there were', () => {
    const run = changed(sampleRun(), 'steady', (lane) => ({ ...lane, missing: lane.transport === 'sse' ? 2 : 0 }));
    const [first] = compareRuns(sampleRun(), run).changes;
    expect(first).toMatchObject({ lane: 'sse', figure: { name: 'missing' }, verdict: 'changed', ratio: null, b: 2 });
  });

  it('totals are left out: they depend on how long was measured', () => {
    const names = compareRuns(sampleRun(), sampleRun()).changes.map(({ figure }) => figure.name);
    expect(names).not.toContain('expected');
    expect(names).not.toContain('bytesOut');
  });

  it('of different machines leave out times, and compare ratios to the controls', () => {
    const a = sampleRun();
    const b = { ...sampleRun(), environment: { ...a.environment, cpu: 'Another CPU', node: 'v22.1.0' } };
    const { changes, sameMachine, machine } = compareRuns(a, b);
    expect(sameMachine).toBe(false);
    expect(machine.map(({ what }) => what)).toEqual(['processor', 'Node']);
    const names = new Set(changes.map(({ figure }) => figure.name));
    expect(
      [...names].filter((name) => /^(p\d|mean|max|last|serverCpu|requestsPerSecond|roundTrip)/.test(name)),
    ).toEqual([]);
    for (const name of ['ofControl.latencyP50', 'requestsPerDelivery', 'bytesPerDelivery', 'missing']) {
      expect(names).toContain(name);
    }
  });

  it('are refused where the workload differs, but not where only its length does', () => {
    const settings = (change: Run['settings']): Run => {
      const run = sampleRun();
      return {
        ...run,
        scenarios: run.scenarios
          .filter(({ name }) => name === 'steady')
          .map((scenario) => ({ ...scenario, settings: { ...scenario.settings, ...change } })),
      };
    };
    const refusals = (run: Run) => compareRuns(settings({}), run).refused;
    expect(refusals(settings({ messagesPerSecond: 10 }))).toEqual(['steady: messagesPerSecond 5 and 10']);
    expect(refusals(settings({ rounds: 7, durationMs: 9000, seed: 3 }))).toEqual([]);
    const more = changed(settings({}), 'steady', (lane) => ({ ...lane, clients: 200 }));
    expect(refusals(more)).toEqual([
      'steady short-polling, steady long-polling, steady sse, steady websocket and 2 more: clients 100 and 200',
    ]);
    expect(refusals({ ...settings({}), id: 'b', scenarios: [] })).toEqual(['steady: only 2026-01-02t030405z has it']);
  });

  it('of an older bench are taken to have done what was not yet to be chosen, and that is said', () => {
    const old = changed(sampleRun(), 'steady', (lane) => lane);
    const [steady] = old.scenarios;
    const { messagesAtOnce: _, ...settings } = steady?.settings ?? {};
    const older = { ...old, scenarios: steady === undefined ? [] : [{ ...steady, settings }] };
    const { changes, assumed, refused } = compareRuns(older, {
      ...sampleRun(),
      scenarios: [steady ?? older.scenarios].flat(),
    });
    expect(find(changes, 'sse', 'mean')).toBeDefined();
    expect(assumed).toEqual(['steady: only one of the runs has the setting messagesAtOnce, 1']);
    expect(refused).toEqual([]);
  });

  it('a case is compared with the same case at the same rate only', () => {
    const run = sampleRun();
    const faster = {
      ...run,
      scenarios: run.scenarios.map((scenario) =>
        scenario.name === 'rtt'
          ? {
              ...scenario,
              settings: {
                ...scenario.settings,
                cases: [{ name: '20 ms', addedRoundTripMs: 20, messagesPerSecond: 30 }],
              },
            }
          : scenario,
      ),
    };
    const { changes, refused } = compareRuns(run, faster);
    expect(find(changes, 'sse [20 ms]', 'mean', 'rtt')).toBeUndefined();
    expect(refused.join('\n')).toMatch(
      /rtt sse \[20 ms\] .*: case .*"messagesPerSecond":10.* and .*"messagesPerSecond":30/,
    );
  });
});

describe('a comparison as text', () => {
  const slow = changed(sampleRun(), 'steady', slower('sse', 1.5));

  it('fits 100 columns, and shows what has changed first', () => {
    const text = compareText(compareRuns(sampleRun(), { ...slow, id: 'b' }));
    expect(text).toMatch(/steady sse, mean +1\.60 ms +2\.40 ms +1\.50 +\[1\.3\d, 1\.6\d\] +worse/);
    expect(text).toMatch(/No detectable difference: [\d,]+ figures \(steady \d+, /);
    expect(text).toContain('its level of 5 % is divided');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('latencies of a lane that have changed alike share a line', () => {
    const run = changed(sampleRun(), 'fanout', (lane) =>
      lane.transport === 'websocket' && lane.latencyUs !== undefined
        ? {
            ...lane,
            latencyUs: { ...lane.latencyUs, p50: times(lane.latencyUs.p50, 2), max: times(lane.latencyUs.max, 2) },
          }
        : lane,
    );
    const text = compareText(compareRuns(sampleRun(), run));
    expect(text).toMatch(/\n {2}fanout websocket \[1 client\], p50 and 1 more +\d/);
    // A long name has a line of its own above its figures.
    expect(text).toMatch(/\n {2}fanout websocket \[1,000 clients\]\n {4}p50 and 1 more +3\.60 ms/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('warns where the machines differ, and says what differs', () => {
    const other = { ...slow, environment: { ...slow.environment, cpu: 'Another CPU', commit: 'fedcba9876543210' } };
    const text = compareText(compareRuns(sampleRun(), other));
    expect(text).toContain('Differs, machine: processor Sample CPU at 3.00 GHz → Another CPU.');
    expect(text).toContain('Differs, program: commit 0123456 → fedcba9.');
    expect(text).toContain('Warning: times of different machines');
    expect(text).toContain('Changed: nothing that could be told from chance.');
  });

  it('says so where there is nothing in common', () => {
    const [first, second, ...others] = sampleRun().scenarios;
    const only = (scenario: typeof first) => ({ ...sampleRun(), scenarios: scenario === undefined ? [] : [scenario] });
    expect(others.length).toBeGreaterThan(0);
    expect(compareText(compareRuns(only(first), only(second)))).toContain('There is nothing that could be compared.');
  });
});
