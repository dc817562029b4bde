// The docs page: shows the runs that docs/run-data.js holds. A classic script after the data; no modules, no requests,
// so that it also works from a file. What the reader chooses stands in the address.
import { nameOf } from '../../run/names.ts';
import { rarestPollMs } from '../decision/costs.ts';
import type { DocsData, RunView } from '../views.ts';
import { createCalculator } from './calculator.ts';
import { prepareChartJs } from './chart-config.ts';
import { type Choice, choiceHash, parseChoice } from './choice.ts';
import { showDiff, showFigures } from './diff-section.ts';
import { createGallery } from './gallery.ts';
import { find, swatchOf, withText } from './page-dom.ts';
import { createPlanner } from './planner.ts';
import { labBeside, raceLink } from './race-link.ts';
import { showResults } from './results-section.ts';

function start({ runs, diffs, alone }: DocsData): void {
  const [first] = runs;
  if (first === undefined) return;
  prepareChartJs();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const gallery = createGallery(dark);
  const labels = new Map(runs.map(({ id, label }) => [id, label]));
  let choice = parseChoice(location.hash);
  let shown: RunView | null = null;
  const calculator = createCalculator(createGallery(dark), (situation) => {
    choose({ situation });
    showBeside();
  });
  const planner = createPlanner((planned) => {
    choose({ planned });
    showRace();
  });

  /** Keeps the choice in the address, without a step in the history for each keystroke. */
  function choose(changes: Partial<Choice>): void {
    choice = { ...choice, ...changes };
    history.replaceState(null, '', choiceHash(choice));
    showLinks();
  }

  /** What stands on the calculator's situation too. */
  function showBeside(): void {
    if (shown !== null) planner.show(shown, choice.situation, choice.planned);
    showRace();
  }

  /** The same situation as a race: of the lab that serves this page, or of one that is to be started. */
  function showRace(): void {
    const { situation, planned } = choice;
    const pollIntervalMs = situation.pollIntervalMs ?? rarestPollMs(situation, 0);
    const { hash, otherwise } = raceLink({ ...situation, ...planned, pollIntervalMs });
    const { url, toBeStarted } = labBeside(new URL(location.href), alone);
    find<HTMLAnchorElement>('#to-race').href = url + hash;
    const notes = [
      ...(toBeStarted ? ['the lab must run on your machine: npm start'] : []),
      ...(otherwise.length > 0 ? [`otherwise than here, ${otherwise.join(', ')}`] : []),
    ];
    find('#to-race-note').textContent = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  }

  function currentDiff() {
    const both = [shown?.id, choice.to];
    return diffs.find(({ from, to }) => both.includes(from) && both.includes(to)) ?? null;
  }

  function draw(): void {
    gallery.draw({ hidden: new Set(choice.hidden), linear: choice.linear });
  }

  /** Shows what is chosen. */
  function show(): void {
    const run = runs.find(({ id }) => id === choice.run) ?? first;
    if (run === undefined) return;
    if (run !== shown) showResults(run, gallery);
    shown = run;
    offerNames(run, choice.hidden);
    find<HTMLSelectElement>('#run').value = run.id;
    offerOthers(runs, run, choice.to);
    find<HTMLInputElement>('#logarithmic').checked = !choice.linear;
    calculator.show(run, choice.situation);
    showBeside();
    showDiff(currentDiff(), labels);
    showLinks();
    draw();
    if (choice.at !== null) goTo(choice.at);
  }

  /** Links to the page's parts keep what is chosen. */
  function showLinks(): void {
    const parts = [...document.querySelectorAll<HTMLElement>('main > section, #results > section')].filter(
      (part) => !part.hidden && part.id !== '',
    );
    const items = parts.map((part) => {
      const link = document.createElement('a');
      link.href = choiceHash({ ...choice, at: part.id });
      link.textContent = part.querySelector('h2')?.textContent ?? part.id;
      const item = document.createElement('li');
      item.append(link);
      return item;
    });
    find('#parts ul').replaceChildren(...items);
    find<HTMLElement>('#parts').hidden = false;
  }

  find<HTMLSelectElement>('#run').append(...runs.map(({ id, label }) => new Option(label, id)));
  find<HTMLElement>('#run-choice').hidden = runs.length < 2;
  find<HTMLElement>('#to-choice').hidden = diffs.length === 0;
  for (const element of document.querySelectorAll<HTMLElement>('[data-beside]')) element.hidden = alone;
  find<HTMLElement>('#controls').hidden = false;
  find('.skip').addEventListener('click', (event) => {
    // Its address would take the place of what is chosen.
    event.preventDefault();
    goTo('main');
  });
  find('#controls').addEventListener('submit', (event) => event.preventDefault());
  find<HTMLSelectElement>('#run').addEventListener('change', ({ target }) => {
    const run = target instanceof HTMLSelectElement ? target.value : null;
    choose({ run, to: choice.to === run ? null : choice.to, at: null });
    show();
  });
  find<HTMLSelectElement>('#to').addEventListener('change', ({ target }) => {
    const to = target instanceof HTMLSelectElement && target.value !== '' ? target.value : null;
    choose({ run: shown?.id ?? null, to, at: to === null ? null : 'diff' });
    show();
  });
  find('#transports').addEventListener('change', () => {
    const boxes = document.querySelectorAll<HTMLInputElement>('#transports input:not(:checked)');
    choose({ hidden: [...boxes].map(({ value }) => value) });
    draw();
  });
  find<HTMLInputElement>('#logarithmic').addEventListener('change', ({ target }) => {
    choose({ linear: target instanceof HTMLInputElement && !target.checked });
    draw();
  });
  find<HTMLInputElement>('#diff-all').addEventListener('change', () => {
    const diff = currentDiff();
    if (diff !== null) showFigures(diff);
  });
  addEventListener('hashchange', () => {
    choice = parseChoice(location.hash);
    show();
  });
  dark.addEventListener('change', () => {
    draw();
    if (shown !== null) calculator.show(shown, choice.situation);
  });
  show();
}

/** As following a link to it would, for the keyboard as well. */
function goTo(id: string): void {
  const part = document.getElementById(id);
  if (part === null) return;
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView();
}

/** What the shown run can be compared with. */
function offerOthers(runs: readonly RunView[], run: RunView, to: string | null): void {
  const select = find<HTMLSelectElement>('#to');
  const others = runs.filter((one) => one !== run).map(({ id, label }) => new Option(label, id));
  select.replaceChildren(new Option('nothing', ''), ...others);
  select.value = others.some(({ value }) => value === to) ? (to ?? '') : '';
}

/** One checkbox per transport and control that the run's charts show, with its colour. */
function offerNames({ names }: RunView, hidden: readonly string[]): void {
  const labels = names.map(({ name, colour }) => {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.value = name;
    box.checked = !hidden.includes(name);
    const label = document.createElement('label');
    label.append(box, swatchOf(colour), withText('span', nameOf(name)));
    return label;
  });
  const fieldset = find('#transports');
  fieldset.replaceChildren(find('legend', fieldset), ...labels);
}

start((globalThis as unknown as { transportLabDocs: DocsData }).transportLabDocs);
