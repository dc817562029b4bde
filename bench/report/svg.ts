// A chart as SVG, and as PNG for looking at it, without a browser: Chart.js on a canvas. Text becomes paths, in a font
// that is registered here, so that the picture is the same on every machine, also on those without fonts.
import { join } from 'node:path';
import { type Canvas, createCanvas, GlobalFonts, type SvgCanvas, SvgExportFlag } from '@napi-rs/canvas';
import { Chart } from 'chart.js';
import { packageRoot } from '../package-root.ts';
import { chartConfig, chartHeight, prepareChartJs } from './page/chart-config.ts';
import { LIGHT } from './page/chart-theme.ts';
import { sharingShapes } from './svg-shapes.ts';
import type { ChartView } from './views.ts';

/** Our own name, so that no font of the machine is taken instead. */
export const CHART_FONT = 'TransportLabInter';
export const CHART_WIDTH = 800;
const WEIGHTS = [400, 600] as const;

let fontsRegistered = false;

/** Registers the font; without one Chart.js would draw no text at all, silently. */
export function registerFonts(): void {
  if (fontsRegistered) return;
  fontsRegistered = true;
  for (const weight of WEIGHTS) {
    const file = join(packageRoot(), `node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff`);
    if (GlobalFonts.registerFromPath(file, CHART_FONT) === null) throw new Error(`The font ${file} can't be read.`);
  }
}

/** Draws, hands the canvas over, and only then frees it, which clears it. */
function drawn<Result>(view: ChartView, canvas: Canvas | SvgCanvas, read: () => Result): Result {
  registerFonts();
  prepareChartJs();
  const config = chartConfig(view, {
    theme: LIGHT,
    fontFamily: CHART_FONT,
    withText: true,
    width: CHART_WIDTH,
    interactive: false,
  });
  // The canvas has all that Chart.js uses of a browser's.
  const chart = new Chart(canvas as unknown as ConstructorParameters<typeof Chart>[0], config);
  try {
    return read();
  } finally {
    chart.destroy();
  }
}

export function chartSvg(view: ChartView): string {
  const canvas = createCanvas(CHART_WIDTH, chartHeight(view, true), SvgExportFlag.ConvertTextToPaths);
  return drawn(view, canvas, () => tidied(`${canvas.getContent().toString('utf8').trim()}\n`, view));
}

/** Makes it small, the same file for the same chart, and readable to those who do not see it. */
function tidied(svg: string, { title, alt }: ChartView): string {
  // The ids of clipping paths go on from picture to picture of a process.
  const ids = new Map<string, string>();
  const fresh = (id: string) => {
    const known = ids.get(id) ?? `clip-${ids.size + 1}`;
    ids.set(id, known);
    return known;
  };
  return sharingShapes(svg)
    .replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))))
    .replace(/\bcl_[0-9a-f]+/g, fresh)
    .replace(/\s*<g clip-path="[^"]*">\s*<\/g>/g, '')
    .replace(
      /<svg [^>]*>/,
      (start) =>
        `${start.slice(0, -1)} role="img">\n\t<title>${escaped(title)}</title>\n\t<desc>${escaped(alt)}</desc>`,
    );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Other processors round differently, so that coordinates may differ by a little, in pixels. */
const SAME_WITHIN = 0.1;

/** @returns whether two pictures are the same but for the last digits of their numbers. */
export function sameDrawing(a: string, b: string): boolean {
  const number = /-?(?:\d+(?:\.\d+)?|\.\d+)/g;
  // Without separators: a number that has lost its minus needs a space before it.
  const structure = (text: string) => text.replace(number, '#').replace(/# (?=#)/g, '#');
  if (structure(a) !== structure(b)) return false;
  const [ofA, ofB] = [a.match(number) ?? [], b.match(number) ?? []];
  return ofA.every((text, index) => Math.abs(Number(text) - Number(ofB[index])) <= SAME_WITHIN);
}

export function chartPng(view: ChartView): Buffer {
  const canvas = createCanvas(CHART_WIDTH, chartHeight(view, true));
  return drawn(view, canvas, () => canvas.toBuffer('image/png'));
}
