// How numbers are written in charts, and everywhere else in docs and terminal.

/** @returns the number with about three significant digits, and thousands set apart: 0.213, 5.07, 42.1, 503, 12,300. */
export function compact(value: number): string {
  if (value === 0) return '0';
  const digits = Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const rounded = value >= 1000 ? Number(value.toPrecision(value >= 100_000 ? 3 : 4)) : value;
  return rounded.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
