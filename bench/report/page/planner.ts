// The planner: what so many users take of servers, from the room that the calculator is told and from what the reader
// says of users, nodes and prices.
import { rarestPollMs, type Situation } from '../decision/costs.ts';
import type { Upkeep } from '../decision/load.ts';
import { planFor } from '../decision/plan.ts';
import { planOf } from '../decision/plan-values.ts';
import { assumptions, fleetTable, MARK, MARK_NOTE } from '../decision/plan-words.ts';
import { unbroken } from '../table.ts';
import type { RunView } from '../views.ts';
import { isPlannable, type Planned } from './choice.ts';
import { type Field, readFields, writeFields } from './fields.ts';
import { addTable } from './gallery.ts';
import { find, swatchOf, withText } from './page-dom.ts';

const FIELDS: readonly Field<keyof Planned>[] = [
  { key: 'users', input: '#users' },
  { key: 'textBytes', input: '#text-bytes' },
  { key: 'holdSeconds', input: '#hold' },
  { key: 'heartbeatSeconds', input: '#heartbeat' },
  { key: 'headBytes', input: '#head-bytes', optional: true },
  { key: 'nodeCpuPercent', input: '#node-cpu' },
  { key: 'nodeConnections', input: '#node-connections' },
  { key: 'nodeMemoryMb', input: '#node-memory' },
  { key: 'nodeMonth', input: '#node-price', optional: true },
  { key: 'gigabyte', input: '#gigabyte-price', optional: true },
];

/** @returns shows another run's upkeep, another room, or other values. */
export interface Planner {
  show(run: RunView, situation: Situation, planned: Planned): void;
}

/** @param changed is told of all values whenever the reader changes one. */
export function createPlanner(changed: (planned: Planned) => void): Planner {
  let upkeep: Upkeep | null = null;
  let room: Situation | null = null;
  const form = find<HTMLFormElement>('#plan');
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    const planned = readFields(FIELDS, isPlannable) as Planned | null;
    find('#plan-problem').textContent =
      planned === null
        ? 'Give a whole number within its bounds in each field; heads and prices may be left empty.'
        : '';
    if (planned === null) return;
    if (upkeep !== null && room !== null) showPlan(upkeep, room, planned);
    changed(planned);
  });
  return {
    show: (run, situation, planned) => {
      [upkeep, room] = [run.upkeep, situation];
      if (!form.contains(document.activeElement)) writeFields(FIELDS, planned);
      showPlan(upkeep, room, planned);
    },
  };
}

function showPlan(upkeep: Upkeep, situation: Situation, planned: Planned): void {
  const pollIntervalMs = situation.pollIntervalMs ?? rarestPollMs(situation, 0);
  const plan = planOf(planned, { ...situation, pollIntervalMs });
  const plans = planFor(upkeep, plan);
  const place = find('#planned');
  place.replaceChildren();
  const view = fleetTable(plans, plan, planned);
  const table = addTable(view, 'What all users take, over each transport', place);
  for (const [index, row] of [...(table.tBodies[0]?.rows ?? [])].entries()) {
    const one = plans[index];
    if (one !== undefined) row.cells[0]?.prepend(swatchOf(one.colour));
  }
  const marked = view.rows.some((row) => row.some((cell) => cell.includes(MARK)));
  find('#plan-mark').textContent = marked ? MARK_NOTE : '';
  find('#assumptions').replaceChildren(
    ...assumptions(upkeep, plans, plan).map((text) => withText('li', unbroken(text))),
  );
}
