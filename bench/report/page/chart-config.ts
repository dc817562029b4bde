// From a chart's data to its Chart.js configuration: the same for the pictures in docs/charts/ and for the page.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
} from 'chart.js';
import type { ChartView } from '../views.ts';
import type { AnyChartConfig, ChartOptions, ChartTheme } from './chart-theme.ts';
import { linesConfig } from './lines-config.ts';
import { mapConfig } from './map-config.ts';
import { rowsConfig } from './rows-config.ts';

let registered = false;

/** Registers the parts of Chart.js that these charts need. */
export function prepareChartJs(): void {
  if (registered) return;
  registered = true;
  Chart.register(
    BarController,
    BarElement,
    CategoryScale,
    Legend,
    LinearScale,
    LineController,
    LineElement,
    LogarithmicScale,
    PointElement,
    SubTitle,
    Title,
    Tooltip,
  );
}

const HEIGHTS = { lines: 360, map: 460 } as const;
const LOWER_PANEL_HEIGHT = 140;
const ROW_HEIGHTS = { bars: 42, points: 42, spans: 32 } as const;
/** Of axis and legend; and of title, conditions and source. */
const FRAME_HEIGHT = 110;
const TEXT_HEIGHT = 110;

/** @returns the height in pixels that suits what is drawn. */
export function chartHeight(view: ChartView, withText: boolean): number {
  const text = withText ? TEXT_HEIGHT : 0;
  if (view.kind === 'map') return HEIGHTS.map + text;
  if (view.kind === 'lines') return HEIGHTS.lines + (view.lower === undefined ? 0 : LOWER_PANEL_HEIGHT) + text;
  return FRAME_HEIGHT + view.rows.length * ROW_HEIGHTS[view.kind] + text;
}

export function chartConfig(view: ChartView, options: ChartOptions): AnyChartConfig {
  const config = configOf(view, options);
  return { ...config, plugins: [groundPlugin(options.theme), ...(config.plugins ?? [])] };
}

function configOf(view: ChartView, options: ChartOptions): AnyChartConfig {
  if (view.kind === 'lines') return linesConfig(view, options);
  return view.kind === 'map' ? mapConfig(view, options) : rowsConfig(view, options);
}

/** Fills the ground, so that the picture can be read wherever it is put. */
function groundPlugin(theme: ChartTheme): Plugin {
  return {
    id: 'ground',
    beforeDraw: ({ ctx, width, height }) => {
      ctx.save();
      ctx.fillStyle = theme.ground;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
}
