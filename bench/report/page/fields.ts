// Fields in which a reader describes something: numbers with units.
import { find } from './page-dom.ts';

export interface Field<Key extends string> {
  readonly key: Key;
  readonly input: string;
  /** The list of units, whose values are what one of the unit is in the value's own; none: it is the same. */
  readonly unit?: string;
  /** Whether its number is so many per unit, rather than so many units. */
  readonly perUnit?: boolean;
  /** Whether it may be left empty. */
  readonly optional?: boolean;
}

type Values<Key extends string> = Readonly<Record<Key, number | null>>;

/** What a number may be off from by being written in another unit. */
const DIGITS = 6;

/** Writes the values into the fields, each in the unit that makes its number small but at least 1. */
export function writeFields<Key extends string>(fields: readonly Field<Key>[], values: Values<Key>): void {
  for (const { key, input, unit, perUnit = false } of fields) {
    const field = find<HTMLInputElement>(input);
    const value = values[key];
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

/** @returns the values, or null where a field has no such number; that field is then marked as invalid. */
export function readFields<Key extends string>(
  fields: readonly Field<Key>[],
  isAllowed: (key: Key, value: number) => boolean,
): Values<Key> | null {
  const entries = fields.map(({ key, input, unit, perUnit = false, optional = false }) => {
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
  return valid.length < entries.length ? null : (Object.fromEntries(valid) as Values<Key>);
}
