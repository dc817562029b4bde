// Two runs beside each other: what has changed, and what is chance.
import type { FigureDiff, FigureState, RunDiff } from '../views.ts';
import { addTable } from './gallery.ts';
import { copyOf, find, withText } from './page-dom.ts';

const STATES: Readonly<Record<FigureState, string>> = {
  better: 'better',
  worse: 'worse',
  changed: 'changed',
  same: 'no detectable difference',
  unknown: 'too few rounds to tell',
};
const SURE: ReadonlySet<FigureState> = new Set(['better', 'worse', 'changed']);

/** @param diff null: nothing is compared. @param labels of runs by id. */
export function showDiff(diff: RunDiff | null, labels: ReadonlyMap<string, string>): void {
  const section = find<HTMLElement>('#diff');
  section.hidden = diff === null;
  if (diff === null) return;
  find('#diff-what').textContent = `From ${labels.get(diff.from) ?? diff.from} to ${labels.get(diff.to) ?? diff.to}.`;
  find('#diff-notes').replaceChildren(...diff.notes.map((note) => withText('li', note)));
  find('#diff-refused ul').replaceChildren(...diff.refused.map((text) => withText('li', text)));
  find<HTMLElement>('#diff-refused').hidden = diff.refused.length === 0;
  showFigures(diff);
}

/** Fills the tables anew, by the filter that is set. */
export function showFigures({ scenarios }: RunDiff): void {
  const all = find<HTMLInputElement>('#diff-all').checked;
  const counts = new Map<FigureState, number>();
  for (const [, , , , , state] of scenarios.flatMap(({ figures }) => figures)) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  find('#diff-counts').textContent =
    counts.size === 0
      ? 'There is nothing that could be compared.'
      : `${[...counts].map(([state, count]) => `${count.toLocaleString('en-GB')} ${STATES[state]}`).join(', ')}.`;
  const place = find('#diff-tables');
  place.replaceChildren();
  for (const { name, figures } of scenarios) {
    const shown = figures.filter(([, , , , , state]) => all || SURE.has(state));
    if (shown.length > 0) addScenario(name, shown, place);
  }
}

function addScenario(name: string, figures: readonly FigureDiff[], place: Element): void {
  const copy = copyOf('#diff-template');
  find('h3', copy).textContent = name;
  const table = addTable(
    {
      header: ['lane', 'figure', 'before', 'after', 'times', 'verdict'],
      rows: figures.map(([lane, figure, before, after, times, state]) => [
        lane,
        figure,
        before,
        after,
        times,
        STATES[state],
      ]),
    },
    `What has changed in ${name}`,
    find('.place', copy),
  );
  table.classList.add('words');
  for (const [index, row] of [...(table.tBodies[0]?.rows ?? [])].entries()) {
    row.dataset['state'] = figures[index]?.[5] ?? '';
  }
  place.append(copy);
}
