import unicode from '@fontsource/inter/unicode.json' with { type: 'json' };
import { createCanvas, SvgExportFlag } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { ChartView } from '../../client/docs-page/run-view.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { charts } from './charts.ts';
import { CHART_FONT, chartPng, chartSvg, registerFonts, sameDrawing } from './svg.ts';

const views = charts(sampleRun());

function viewOf(id: string): ChartView {
  const view = views.find((one) => one.id === id);
  if (view === undefined) throw new Error(`no chart ${id}`);
  return view;
}

/** The outlines that a text becomes. */
function outlines(text: string): string {
  registerFonts();
  const canvas = createCanvas(60, 60, SvgExportFlag.ConvertTextToPaths);
  const context = canvas.getContext('2d');
  context.font = `20px ${CHART_FONT}`;
  context.fillText(text, 20, 40);
  return [
    ...canvas
      .getContent()
      .toString()
      .matchAll(/ d="([^"]*)"/g),
  ]
    .map((match) => match[1])
    .join();
}

/** Whether the font's own description has the character; one that is missing would be taken from who knows where. */
function inFont(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return unicode.latin.split(',').some((range) => {
    const [from = '', to = from] = range.replace('U+', '').split('-');
    return Number.parseInt(from, 16) <= code && code <= Number.parseInt(to, 16);
  });
}

describe('the charts of a run', () => {
  it('are one per finding', () => {
    expect(views.map((view) => view.id)).toEqual([
      'latency',
      'requests-per-delivery',
      'bytes-per-delivery',
      'cpu-per-delivery',
      'idle-requests',
      'idle-bytes',
      'http-ceiling',
    ]);
  });

  it('have their finding as the title, and say where it comes from', () => {
    const view = viewOf('idle-requests');
    expect(view.title).toBe('sse and websocket: 0 requests per client and hour of silence; short-polling: 3,600');
    expect(view.source).toBe('Sample CPU at 3.00 GHz, 4 cores, Node 20.20.2, 2026-01-02, commit 0123456');
    expect(view.conditions).toContain('holds of 30 s');
  });

  it('have an alternative text with the numbers', () => {
    expect(viewOf('idle-requests').alt).toContain('short-polling 3,600; long-polling 120; sse 0; websocket 0');
    expect(viewOf('latency').alt).toContain('sse p50 1.60, p90 2.72');
  });

  it('draw predictions and intervals where there are any', () => {
    expect(viewOf('latency').rows[0]?.points[0]).toMatchObject({ label: 'p50', value: 502, predicted: 501.5 });
    expect(viewOf('bytes-per-delivery').rows[0]?.points[0]?.low).toBeCloseTo(254.8);
  });

  it('leave out what was not measured', () => {
    const run = sampleRun();
    expect(charts({ ...run, scenarios: run.scenarios.slice(1, 2) }).map((view) => view.id)).toEqual([
      'idle-requests',
      'idle-bytes',
    ]);
  });

  it('mark a lane that the bench spoiled, and let it win nothing', () => {
    const run = sampleRun();
    const websocket = run.scenarios[0]?.lanes[3];
    if (websocket !== undefined) websocket.spoiled = true;
    const view = charts(run)[0];
    expect(view?.rows[3]?.spoiled).toBe(true);
    expect(view?.title).toMatch(/^sse: 1\.60 ms/);
    expect(view?.conditions).toContain('itself was the limit');
  });
});

describe('pictures', () => {
  it('have every character that they use in their font, drawn as a shape of its own', () => {
    const used = new Set([...JSON.stringify(views), ...'predicted 95 % interval over rounds *0123456789,.']);
    used.delete(' ');
    const missing = outlines('\ue000');
    for (const character of used) {
      expect(inFont(character), `${character} is not in the font`).toBe(true);
      expect(outlines(character), `${character} draws nothing`).not.toBe('');
      expect(outlines(character), `${character} is drawn as a missing glyph`).not.toBe(missing);
    }
  });

  it.each(views.map((view) => [view.id, view] as const))('%s is drawn with its text as paths', (_, view) => {
    const svg = chartSvg(view);
    expect(svg.includes('<text')).toBe(false);
    expect(svg.includes('<rect fill="white" width="800"')).toBe(true);
    const untitled = chartSvg({ ...view, title: '' });
    expect(svg.length - untitled.length).toBeGreaterThan(100 * view.title.length);
  });

  it('are the same each time', () => {
    const [first, second] = [chartSvg(viewOf('latency')), chartSvg(viewOf('latency'))];
    // Compared by hand: a difference would fill the screen.
    expect(first === second).toBe(true);
  });

  it('exist as PNG too', () => {
    expect(chartPng(viewOf('latency')).subarray(1, 4).toString()).toBe('PNG');
  });

  it('count as the same where only the last digits of coordinates differ', () => {
    expect(sameDrawing('<path d="M1.02 3L4 5"/>', '<path d="M1.03 3L4 5"/>')).toBe(true);
    expect(sameDrawing('<path d="M1.02 3L4 5"/>', '<path d="M1.5 3L4 5"/>')).toBe(false);
    expect(sameDrawing('<path d="M1 3L4 5"/>', '<path d="M1 3Q4 5"/>')).toBe(false);
  });
});
