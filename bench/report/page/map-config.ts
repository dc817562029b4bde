// A map: areas of the plane, each with what it means written on it, and places on it.
import type { LegendItem, Plugin } from 'chart.js';
import type { MapView } from '../views.ts';
import { axisOptions, VERTICAL_ROOM } from './chart-axis.ts';
import { type AnyChartConfig, type ChartOptions, legendItem, legendOf, paddingOf, textPlugins } from './chart-theme.ts';
import { AREA_STRENGTH, drawAreas } from './map-marks.ts';
import { drawPlaces } from './map-places.ts';
import { mixed } from './mixed-colour.ts';

export function mapConfig(view: MapView, options: ChartOptions): AnyChartConfig {
  const { theme } = options;
  const areas: Plugin = {
    id: 'areas',
    beforeDatasetsDraw: (chart) => drawAreas(chart, view, options),
    afterDatasetsDraw: (chart) => drawPlaces(chart, view, options),
  };
  const legend = view.areas.map(({ name, colour, stripes }): LegendItem => {
    const look = {
      fillStyle: mixed(colour, theme.ground, AREA_STRENGTH),
      strokeStyle: stripes ?? colour,
      lineWidth: 2,
    };
    return legendItem(theme, name, { pointStyle: 'rect', ...look });
  });
  return {
    type: 'line',
    // The scales need data to exist.
    data: { datasets: [{ data: [], pointRadius: 0 }] },
    options: {
      animation: false,
      responsive: options.interactive,
      maintainAspectRatio: false,
      layout: { padding: paddingOf(options) },
      scales: { x: axisOptions(view.x, options), y: axisOptions(view.y, options, VERTICAL_ROOM) },
      plugins: { ...textPlugins(view, options), legend: legendOf(legend, options), tooltip: { enabled: false } },
    },
    plugins: [areas],
  };
}
