// The fields in which a reader describes a situation: numbers with units.
import type { Situation } from '../decision/costs.ts';
import { isAllowed } from './choice.ts';
import { find } from './page-dom.ts';

interface Field {
  readonly key: keyof Situation;
  readonly input: string;
  /** The list of units, whose values are what one of the unit is in the situation's own; none: it is the same. */
  readonly unit?: string;
  /** Whether its number is so many per unit, rather than so many units. */
  readonly perUnit?: boolean;
  /** Whether it may be left empty. */
  readonly optional?: boolean;
}

const FIELDS: readonly Field[] = [
  { key: 'messagesPerSecond', input: '#rate', unit: '#rate-unit', perUnit: true },
  { key: 'clients', input: '#clients' },
  { key: 'roundTripMs', input: '#round-trip' },
  { key: 'bearableMs', input: '#bearable', unit: '#bearable-unit' },
  { key: 'pollIntervalMs', input: '#poll-interval', unit: '#poll-unit', optional: true },
  { key: 'sendsPerSecond', input: '#sends' },
];

/** What a number may be off from by being written in another unit. */
const DIGITS = 6;

/** Writes the situation into the fields, each in the unit that makes its number small but at least 1. */
export function writeSituation(situation: Situation): void {
  for (const { key, input, unit, perUnit = false } of FIELDS) {
    const field = find<HTMLInputElement>(input);
    const value = situation[key];
    field.value = value === null ? '' : String(value);
    if (unit === undefined || value === null) continue;
    const list = find<HTMLSelectElement>(unit);
    const sizes = [...list.options].map((option) => Number(option.value));
    const shown = (size: number) => (perUnit ? value * size : value / size);
    const fitting = sizes.toSorted((a, b) => shown(a) - shown(b)).find((size) => shown(size) >= 1) ?? sizes[0] ?? 1;
    list.value = String(fitting);
    field.value = String(Number(shown(fitting).toPrecision(DIGITS)));
  }
}

/** @returns the situation, or null where a field has no such number; that field is then marked as invalid. */
export function readSituation(): Situation | null {
  const entries = FIELDS.map(({ key, input, unit, perUnit = false, optional = false }) => {
    const field = find<HTMLInputElement>(input);
    const number = field.value.trim() === '' ? Number.NaN : Number(field.value);
    const size = unit === undefined ? 1 : Number(find<HTMLSelectElement>(unit).value);
    const value = Number((perUnit ? number / size : number * size).toPrecision(DIGITS));
    const isEmpty = optional && field.value.trim() === '' && !field.validity.badInput;
    const isValid = isEmpty || isAllowed(key, value);
    field.setAttribute('aria-invalid', String(!isValid));
    return isValid ? ([key, isEmpty ? null : value] as const) : null;
  });
  const valid = entries.filter((entry) => entry !== null);
  return valid.length < entries.length ? null : (Object.fromEntries(valid) as unknown as Situation);
}
