// What tests read of a race in a browser: the elements' `data-…`, and the race saved as JSON.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../../../testing/lab.ts';
import { transports } from '../../../transports/index.ts';
import type { RaceSettings } from '../race-settings.ts';
import type { Band, ExchangeMark, LaneRecord, Mark, StoredMessage } from '../record.ts';

export const LANES = transports.map(({ name }) => name);

export interface SavedRace {
  readonly settings: RaceSettings;
  readonly lanes: readonly LaneRecord[];
  readonly stored: readonly StoredMessage[];
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
}

/** What a lane says of itself. */
export async function laneOf(page: Page, name: string): Promise<Record<string, string | undefined>> {
  return page.locator(`[data-lane=${name}]`).evaluate((lane) => ({ ...(lane as HTMLElement).dataset }));
}

export async function deliveredTo(page: Page, count: number): Promise<void> {
  for (const name of LANES) {
    await eventually(async () => Number((await laneOf(page, name))['delivered']), name).toBeGreaterThanOrEqual(count);
  }
}

/** Not to be asked over and over: Chromium drops, unheard, what would be the eleventh download within a second. */
export async function save(page: Page): Promise<SavedRace> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as JSON' }).click(),
  ]);
  return JSON.parse(readFileSync(await download.path(), 'utf8')) as SavedRace;
}

export function savedLane(race: SavedRace, name: string): LaneRecord {
  const lane = race.lanes.find((one) => one.name === name);
  if (lane === undefined) throw new Error(`there is no lane ${name}`);
  return lane;
}

export function pollsOf(race: SavedRace, lane: string): ExchangeMark[] {
  return race.marks.filter(
    (mark): mark is ExchangeMark => mark.kind === 'exchange' && mark.lane === lane && mark.purpose === 'poll',
  );
}

/** Resolves when the four race; rejects with what the page shows instead. */
export async function raceIsOn(page: Page): Promise<void> {
  const on = page.locator('[data-stage][data-state=on]');
  await on.waitFor({ timeout: 80_000 }).catch(async (error: unknown) => {
    const shown = await page.locator('[data-stage]').evaluate((stage) => ({
      ...(stage as HTMLElement).dataset,
      visibility: document.visibilityState,
      frame: document.querySelector('#race-frames iframe')?.getAttribute('src') ?? null,
      notices: [...document.querySelectorAll('.notice:not([hidden])')].map(({ textContent }) => textContent),
    }));
    throw new Error(`the race does not begin: ${JSON.stringify(shown)}`, { cause: error });
  });
  for (const name of LANES) {
    await eventually(async () => (await laneOf(page, name))['state'], name).toBe('open');
  }
}

/** The newest message of the race's room. */
export async function headOf(page: Page): Promise<number> {
  return Number(await page.locator('[data-stage]').getAttribute('data-head'));
}

/** Resolves when a lane has everything up to a message, on the way there or by catching up. */
export async function hasReached(page: Page, lane: string, seq: number): Promise<void> {
  await eventually(async () => Number((await laneOf(page, lane))['position']), lane).toBeGreaterThanOrEqual(seq);
}

/** Resolves when all four have what is in the room now, and more; fails where something is lost or came twice. */
export async function nothingIsLost(page: Page): Promise<void> {
  const head = await headOf(page);
  for (const lane of LANES) {
    await hasReached(page, lane, head);
    expect(await laneOf(page, lane), lane).toMatchObject({ missing: '0', duplicated: '0' });
  }
}
