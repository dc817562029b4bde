// How numbers are written in charts, and everywhere else in docs and terminal.

/** Whatever is smaller is not worth its digits. */
const SMALLEST = 0.001;

/** @returns the number with about three significant digits, and thousands set apart: 0.213, 5.07, 42.1, 503, 12,300. */
export function compact(value: number): string {
  if (value === 0) return '0';
  if (value > 0 && value < SMALLEST) return `<${SMALLEST}`;
  const digits = Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const rounded = value >= 1000 ? Number(value.toPrecision(value >= 100_000 ? 3 : 4)) : value;
  return rounded.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Of one: what is rounded to it counts as one. */
const NEARLY = 0.995;

/** @returns messages per second in the unit that suits them: `5 messages a minute`. */
export function rateText(perSecond: number): string {
  const [unit, perUnit] =
    perSecond >= NEARLY
      ? ['second', perSecond]
      : perSecond >= NEARLY / 60
        ? ['minute', perSecond * 60]
        : ['hour', perSecond * 3600];
  const count = Number(perUnit.toPrecision(2));
  return `${count.toLocaleString('en-GB')} message${count === 1 ? '' : 's'} ${unit === 'hour' ? 'an' : 'a'} ${unit}`;
}
