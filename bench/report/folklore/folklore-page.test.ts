import { describe, expect, it } from 'vitest';
import { CLAIM_NUMBERS } from '../../run/claims.ts';
import type { ClaimResult, Run } from '../../run/run-file.ts';
import { sampleRun } from '../../testing/sample-run.ts';
import { docPages } from '../doc-pages.ts';
import { findings } from '../findings.ts';
import { scenarioText } from '../terminal.ts';
import { folkloreMarkdown, folkloreRun } from './folklore-page.ts';

const RESULTS: readonly ClaimResult[] = CLAIM_NUMBERS.map((claim) => ({
  claim,
  figures: claim === 5 ? { times20: { value: 1.01, low: 0.99, high: 1.06 }, times100: { value: 1 } } : {},
  warnings: claim === 5 ? ['The bench was busy.'] : [],
}));

function runWith(claims: readonly ClaimResult[], rest: Partial<Run> = {}): Run {
  return { ...sampleRun(), scenarios: [{ name: 'folklore', settings: {}, lanes: [], claims: [...claims] }], ...rest };
}

describe('the page of folklore', () => {
  const text = folkloreMarkdown(runWith(RESULTS));
  const claim5 = text.slice(text.indexOf('## 5 '), text.indexOf('## 6 '));

  it('has of each claim its source, figures with intervals, verdict, conditions, rules, warnings and command', () => {
    expect(claim5).toContain('“Real-time Full Duplex Communication Over the Web”');
    expect(claim5).toMatch(/at 20 ms of round trip\s+\|\s+1\.01 \[0\.990, 1\.06\]/);
    expect(claim5).toContain('**Verdict: not reproduced**: ');
    expect(claim5).toContain('reaches over a threshold');
    expect(claim5).toContain('**Conditions:** ');
    expect(claim5).toContain('at least 1.50');
    expect(claim5).toContain('> Warning: The bench was busy.');
    expect(claim5).toContain('npm run bench -- --scenarios folklore --claims 5\n');
  });

  it('says why there is no verdict where none can be derived, or a figure is missing', () => {
    expect(text).toContain('**Verdict: other work**: theirs is a cluster');
    expect(text).toContain('**Verdict: open**: this run lacks: streams over HTTP/1.1');
  });

  it('without a run has every claim, none of them judged', () => {
    const none = folkloreMarkdown(null);
    expect(none.match(/^## /gm)).toHaveLength(CLAIM_NUMBERS.length);
    expect(none.match(/\*\*Verdict: open\*\*/g)).toHaveLength(CLAIM_NUMBERS.length);
  });

  it('leads from its list to each claim', () => {
    const html = docPages(new Map([['folklore.md', text]])).get('folklore.html') ?? '';
    const links = [...html.matchAll(/<li><a href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links).toHaveLength(CLAIM_NUMBERS.length);
    for (const id of links) expect(html).toContain(`<h2 id="${id}">`);
  });

  it('is drawn from the newest complete run that repeated every claim', () => {
    const at = (day: number, claims: readonly ClaimResult[], rest: Partial<Run> = {}) =>
      runWith(claims, { id: `day-${day}`, startedAt: `2026-01-0${day}T00:00:00.000Z`, ...rest });
    const runs = [
      at(1, RESULTS),
      at(2, RESULTS),
      at(3, RESULTS.slice(0, 3)),
      at(4, RESULTS, { complete: false }),
      at(5, [], { scenarios: sampleRun().scenarios }),
    ];
    expect(folkloreRun(runs)?.id).toBe('day-2');
    expect(folkloreRun(runs.slice(2))).toBeNull();
  });
});

it('a run tells the verdicts wherever its findings stand', () => {
  const [scenario] = runWith(RESULTS).scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  expect(findings(scenario)).toContainEqual({
    about: 'Claim 5',
    text: 'WebSocket beats SSE by far? Not reproduced: both deliver over a connection that is open, and that takes one transit either way.',
  });
  expect(scenarioText(scenario)).toContain('A million connections? Other work: theirs');
});
