import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress, progressLine } from './progress.ts';

const parts = [
  { name: 'steady', estimateMs: 60_000 },
  { name: 'idle', estimateMs: 30_000 },
];

/** A terminal, as a person sees it: what stands above the last line, and that line. */
function terminal(columns: number) {
  const seen = { above: [] as string[], line: '', longest: 0 };
  return {
    seen,
    stream: {
      isTTY: true,
      columns,
      write: (text: string) => {
        for (const piece of text.replaceAll('\r\u001b[K', '␡').split(/(\n|␡)/)) {
          if (piece === '\n') {
            seen.above.push(seen.line);
            seen.line = '';
          } else if (piece === '␡') seen.line = '';
          else seen.line += piece;
          seen.longest = Math.max(seen.longest, seen.line.length);
        }
      },
    },
  };
}

describe('the line', () => {
  const state = { part: 1, text: 'settling', elapsedMs: 61_000, share: 0.7, leftMs: 29_000 };

  it('says how far all is, what is done, and how long it takes', () => {
    expect(progressLine(parts, state, 100)).toBe(
      '███████████░░░░░  70 %  [2/2] idle · settling · 1:01, about 0:29 left',
    );
  });

  it('is never wider than it may be, and keeps the numbers longest', () => {
    for (let width = 0; width < 120; width += 1) {
      expect(progressLine(parts, state, width).length).toBeLessThanOrEqual(width);
    }
    expect(progressLine(parts, state, 50)).toBe(' 70 %  [2/2] idle · settl… · 1:01, about 0:29 left');
  });
});

describe('on a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('one line is written over and over, within its width, and goes on by itself', () => {
    const { seen, stream } = terminal(90);
    const progress = createProgress(stream, parts);
    progress.step(0, 'round 1');
    expect(seen.line).toMatch(/^░{16} {3}0 % {2}\[1\/2\] steady · round 1 · 0:00, about 1:30 left$/);
    vi.advanceTimersByTime(30_000);
    expect(seen.line).toMatch(/^█{5}░{11} {2}33 % {2}\[1\/2\] steady · round 1 · 0:30, about 1:00 left$/);
    progress.step(1, 'settling', 0.5);
    expect(seen.line).toMatch(/83 % {2}\[2\/2\] idle · settling · 0:30, about 0:06 left$/);
    expect(seen.above).toEqual([]);
    expect(seen.longest).toBeLessThan(90);
    progress.end();
    expect(seen.line).toBe('');
  });

  it('a long text and a narrow terminal do not make the line longer than a line', () => {
    const { seen, stream } = terminal(60);
    const progress = createProgress(stream, parts);
    progress.step(0, 'a step with a very long name that goes on and on and on');
    expect(seen.line).toMatch(/^ {2}0 % {2}\[1\/2\] steady · a step.*… · 0:00, about 1:30 left$/);
    expect(seen.longest).toBe(59);
    progress.end();
  });

  it('what is said stays above the line', () => {
    const { seen, stream } = terminal(90);
    const progress = createProgress(stream, parts);
    progress.step(0, 'round 1');
    progress.say('sse: 1.60 ms');
    expect(seen.above).toEqual(['sse: 1.60 ms']);
    expect(seen.line).toMatch(/round 1/);
    progress.end();
    progress.end();
    progress.say('done');
    expect(seen).toMatchObject({ above: ['sse: 1.60 ms', 'done'], line: '' });
  });

  it('room that was made stays until the next step', () => {
    const { seen, stream } = terminal(90);
    const progress = createProgress(stream, parts);
    progress.step(0, 'round 1');
    progress.clear();
    vi.advanceTimersByTime(5000);
    expect(seen.line).toBe('');
    progress.step(1, 'settling');
    expect(seen.line).toMatch(/settling/);
    progress.end();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a part that takes longer than was thought is never done by itself, and the pace counts', () => {
    const { seen, stream } = terminal(90);
    const progress = createProgress(stream, parts);
    progress.step(0, 'round 1');
    vi.advanceTimersByTime(120_000);
    expect(seen.line).toMatch(/63 % .* 2:00, about 1:0\d left$/);
    progress.end();
  });

  it('neither hides the cursor nor moves it off the line', () => {
    const written: string[] = [];
    const progress = createProgress({ isTTY: true, columns: 90, write: (text) => written.push(text) }, parts);
    progress.step(0, 'round 1');
    progress.say('row');
    progress.end();
    expect(written.join('').replaceAll('\r\u001b[K', '')).not.toContain('\u001b');
  });
});

describe('where there is no terminal', () => {
  it('each step is a plain line, and a step that only goes on is none', () => {
    const written: string[] = [];
    const progress = createProgress({ write: (text) => written.push(text) }, parts, () => 0);
    progress.step(0, 'round 1', 0);
    progress.step(0, 'round 1', 0.3);
    progress.say('sse: 1.60 ms');
    progress.step(0, 'round 2', 0.5);
    progress.clear();
    progress.end();
    expect(written).toEqual([
      '0 %  [1/2] steady · round 1 · 0:00, about 1:30 left\n',
      'sse: 1.60 ms\n',
      '33 %  [1/2] steady · round 2 · 0:00, about 0:15 left\n',
    ]);
  });
});
