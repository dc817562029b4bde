// Colours, sizes and texts that all charts have in common.
import type { ChartConfiguration, LegendItem, LegendOptions, PluginOptionsByType } from 'chart.js';
import { wrap } from '../table.ts';
import type { ChartView } from '../views.ts';

export interface ChartTheme {
  readonly ground: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
}

export const LIGHT: ChartTheme = { ground: '#ffffff', text: '#1b1f24', muted: '#57606a', grid: '#e3e6ea' };
export const DARK: ChartTheme = { ground: '#14171c', text: '#e6e9ee', muted: '#9aa4b0', grid: '#2c323a' };

export interface ChartOptions {
  readonly theme: ChartTheme;
  readonly fontFamily: string;
  /** Whether finding, conditions and source are part of the picture. */
  readonly withText: boolean;
  /** Pixels: titles are broken to fit. */
  readonly width: number;
  /** Whether it follows the size of its container, and answers to the pointer. */
  readonly interactive: boolean;
}

/** Of whatever kind: bars, points or lines. */
export type AnyChartConfig = ChartConfiguration<'bar' | 'line'>;

export const TITLE_SIZE = 17;
export const TEXT_SIZE = 13;
export const PREDICTION_DASH = [3, 2];
/** Pixels: a dash of a line, and the gap after it. */
export const LINE_DASH = [7, 5];
export const CONTROL_DASH = [2, 4];
const MARGINS = 40;
/** Average width of a character as a share of the font's size, on the wide side: of text, and of the bold title. */
const CHARACTER_WIDTH = 0.545;
const BOLD_CHARACTER_WIDTH = 0.575;

export function fontOf({ fontFamily }: ChartOptions, size: number, weight: 400 | 600 = 400) {
  return { family: fontFamily, size, weight };
}

/** @param room in pixels. @returns the text in lines that fit there. */
export function linesOf(text: string, room: number): string[] {
  return wrap(text, Math.floor(room / (TEXT_SIZE * CHARACTER_WIDTH)));
}

/** @returns the room for text across the picture, in pixels. */
export function textRoom({ width }: ChartOptions): number {
  return width - MARGINS;
}

type TextPlugins = Pick<PluginOptionsByType<'bar' | 'line'>, 'title' | 'subtitle'>;

/** @returns finding, conditions and source. */
export function textPlugins(view: ChartView, options: ChartOptions): TextPlugins {
  const { theme, withText } = options;
  return {
    title: {
      display: withText,
      text: wrap(view.title, Math.floor(textRoom(options) / (TITLE_SIZE * BOLD_CHARACTER_WIDTH))),
      align: 'start',
      color: theme.text,
      font: fontOf(options, TITLE_SIZE, 600),
      padding: { bottom: 6 },
    },
    subtitle: {
      display: withText,
      text: [view.conditions, view.source].flatMap((text) => linesOf(text, textRoom(options))),
      align: 'start',
      color: theme.muted,
      font: fontOf(options, TEXT_SIZE),
      padding: { bottom: 8 },
    },
  } as unknown as TextPlugins;
}

/** @returns the margins around everything. */
export function paddingOf({ withText }: ChartOptions): { left: number; right: number; top: number; bottom: number } {
  return withText ? { left: 16, right: 20, top: 12, bottom: 10 } : { left: 0, right: 8, top: 0, bottom: 0 };
}

/** Nothing to be switched on and off: the legend explains the marks. */
export function legendOf(items: readonly LegendItem[], options: ChartOptions): LegendOptions<'bar' | 'line'> {
  return {
    display: items.length > 0,
    position: 'bottom',
    align: 'start',
    onClick: () => undefined,
    labels: {
      usePointStyle: true,
      boxHeight: 8,
      color: options.theme.muted,
      font: fontOf(options, TEXT_SIZE),
      generateLabels: () => [...items],
    },
  } as unknown as LegendOptions<'bar' | 'line'>;
}

export function legendItem(theme: ChartTheme, text: string, rest: Partial<LegendItem>): LegendItem {
  return {
    text,
    fontColor: theme.muted,
    strokeStyle: theme.muted,
    fillStyle: theme.muted,
    lineWidth: 0,
    ...rest,
  };
}
