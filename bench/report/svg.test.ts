import unicode from '@fontsource/inter/unicode.json' with { type: 'json' };
import { createCanvas, SvgExportFlag } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { modelRun } from '../testing/model-run.ts';
import { charts } from './charts.ts';
import { CHART_FONT, chartPng, chartSvg, registerFonts, sameDrawing } from './svg.ts';
import type { ChartView } from './views.ts';

const views = charts(modelRun());

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
    const shapes = (picture: string) => picture.match(/<use /g)?.length ?? 0;
    expect(shapes(svg) - shapes(untitled)).toBeGreaterThanOrEqual(view.title.replaceAll(' ', '').length);
  });

  it('say to those who do not see them what they show', () => {
    const view = { ...viewOf('latency'), title: 'a < b & c' };
    const svg = chartSvg(view);
    expect(svg).toContain('role="img">');
    expect(svg).toContain('<title>a &lt; b &amp; c</title>');
    expect(svg).toContain(`<desc>${view.alt}</desc>`);
  });

  it('are small', () => {
    for (const view of views) expect(chartSvg(view).length, view.id).toBeLessThan(120_000);
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
    expect(sameDrawing('<path d="m1-.01l4 5"/>', '<path d="m1 .01l4 5"/>')).toBe(true);
    expect(sameDrawing('<path d="m1 2 .01 4"/>', '<path d="m1 2-.01 4"/>')).toBe(true);
    expect(sameDrawing('<path d="m1 .5l4 5"/>', '<path d="m1 .7l4 5"/>')).toBe(false);
  });
});
