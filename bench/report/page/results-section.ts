// A run on the page: its scenarios with their charts and tables, and how it was measured.
import type { RunView, ScenarioView } from '../views.ts';
import { addTable, type Gallery } from './gallery.ts';
import { copyOf, find, termsOf, withText } from './page-dom.ts';

/** Puts the run's scenarios in place of what was shown; the charts are added to the gallery, not yet drawn. */
export function showResults(run: RunView, gallery: Gallery): void {
  gallery.clear();
  find('#take').textContent = run.answer;
  find('#headline').textContent = `${run.headline}.`;
  const everywhere = find('#everywhere');
  everywhere.replaceChildren();
  if (run.everywhere !== null) addTable(run.everywhere, 'What holds on every machine', everywhere);
  find('#warnings').replaceChildren(...run.warnings.map((warning) => withText('li', warning)));
  showOverview(run);
  const results = find('#results');
  results.replaceChildren();
  for (const scenario of run.scenarios) addScenario(scenario, gallery, results);
  find('#facts dl').replaceChildren(...termsOf(run.facts));
  find<HTMLElement>('#facts').hidden = false;
}

function showOverview({ overview: { table, legend, notes } }: RunView): void {
  const place = find('#overview-table');
  place.replaceChildren();
  if (table !== null) addTable(table, 'Key figures', place);
  find('#overview-legend').textContent = table === null ? '' : legend;
  find('#overview-notes').replaceChildren(...termsOf(notes));
  find<HTMLElement>('#overview').hidden = false;
}

function addScenario(scenario: ScenarioView, gallery: Gallery, to: Element): void {
  const copy = copyOf('#scenario-template');
  find('section', copy).id = scenario.name;
  find('h2', copy).textContent = scenario.question;
  find('.conditions', copy).textContent = scenario.conditions;
  find('.findings', copy).append(...termsOf(scenario.findings.map(({ about, text }) => [about, text])));
  find('.warnings', copy).append(...scenario.warnings.map((warning) => withText('li', warning)));
  const [main, ...others] = scenario.charts;
  if (main !== undefined) gallery.add(main, find('.charts', copy), scenario.conditions);
  const numbers = find<HTMLDetailsElement>('.numbers', copy);
  for (const view of others) gallery.add(view, find('.charts', numbers), scenario.conditions);
  // What is folded has no width to be drawn in.
  numbers.addEventListener('toggle', () => gallery.redraw());
  for (const view of scenario.tables) addTable(view, view.header[0] ?? '', numbers);
  to.append(copy);
}
