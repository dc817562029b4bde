// The stage in the document: its canvas and the labels above it, as large as the style sheet makes them.
import { byId } from '../../dom.ts';
import type { Mark, RaceRecord } from '../record.ts';
import { drawStage } from './draw-stage.ts';
import { placesAt, type StageSize } from './geometry.ts';
import { type Label, labelsAt } from './labels.ts';
import { markAt } from './mark-at.ts';
import { readPalette } from './palette.ts';

/** Ms from the left edge to now; where there is little room, less of the past. */
const WINDOW_MS = 4000;
const NARROW_WINDOW_MS = 3000;
const NARROW_PX = 560;
const WIDE_WINDOW_MS = 6000;
const WIDE_PX = 1300;

export interface StageView {
  /** @param zoom how many times less of the past is shown. */
  draw(record: RaceRecord, time: number, zoom: number, selected: string | null): void;
  /** @returns the lane at a place of the window, and the mark that is drawn there, as last drawn. */
  at(
    record: RaceRecord,
    clientX: number,
    clientY: number,
  ): { readonly lane: string | null; readonly mark: Mark | null };
  readonly canvas: HTMLCanvasElement;
}

/** @param lanes the lanes' elements, by name; the canvas lies beside them. */
export function createStageView(lanes: ReadonlyMap<string, HTMLElement>): StageView {
  const canvas = byId('race-canvas', HTMLCanvasElement);
  const layer = byId('race-labels', HTMLElement);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser has no canvas');
  const elements: HTMLElement[] = [];
  let size = measure();
  let palette = readPalette(canvas);
  let last = { time: 0, zoom: 1 };

  function measure(): StageSize {
    const box = canvas.getBoundingClientRect();
    const tops = [...lanes].map(([name, element]) => {
      const { top, height } = element.getBoundingClientRect();
      return { name, top: top - box.top, height };
    });
    const windowMs = box.width < NARROW_PX ? NARROW_WINDOW_MS : box.width > WIDE_PX ? WIDE_WINDOW_MS : WINDOW_MS;
    return { width: box.width, height: box.height, roomHeight: tops[0]?.top ?? 0, lanes: tops, windowMs };
  }

  function resize(): void {
    size = measure();
    canvas.width = Math.round(size.width * devicePixelRatio);
    canvas.height = Math.round(size.height * devicePixelRatio);
    palette = readPalette(canvas);
  }

  const sized = (zoom: number): StageSize => ({ ...size, windowMs: size.windowMs / zoom });

  new ResizeObserver(resize).observe(canvas);
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', resize);
  }

  return {
    canvas,
    draw(record, time, zoom, selected) {
      last = { time, zoom };
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      drawStage(context, record, time, sized(zoom), { palette, selected });
      showLabels(layer, elements, labelsAt(record, time, sized(zoom)));
    },
    at(record, clientX, clientY) {
      const { left, top } = canvas.getBoundingClientRect();
      const places = placesAt(sized(last.zoom), last.time);
      const pointer = { x: clientX - left, y: clientY - top };
      const lane = size.lanes.find((one) => pointer.y >= one.top && pointer.y < one.top + one.height);
      if (lane === undefined) return { lane: null, mark: null };
      return { lane: lane.name, mark: markAt(record, places, lane, pointer) };
    },
  };
}

/** Elements are used again: making some for each picture would cost more than the drawing. */
function showLabels(layer: HTMLElement, elements: HTMLElement[], labels: readonly Label[]): void {
  for (const [index, { kind, text, x, y, lane, last }] of labels.entries()) {
    const element = elements[index] ?? document.createElement('span');
    if (elements[index] === undefined) {
      elements.push(element);
      layer.append(element);
    }
    element.hidden = false;
    element.className = `stage-label stage-${kind}`;
    if (element.textContent !== text) element.textContent = text;
    if (lane === undefined) delete element.dataset['of'];
    else element.dataset['of'] = lane;
    element.toggleAttribute('data-last', last === true);
    element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
  }
  for (const element of elements.slice(labels.length)) element.hidden = true;
}
