// Plain tables for the terminal and for Markdown, the first column to the left, the numbers to the right; and text in
// lines that fit.

/** The first cell of the header says what the numbers are. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const NO_BREAK = '\u00a0';
/** Between the columns of a terminal's table. */
const GAP = '  ';

function widths({ header, rows }: Table): number[] {
  return header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
}

function line(cells: readonly string[], columns: readonly number[], gap: string): string {
  return columns
    .map((width, column) => {
      const cell = cells[column] ?? '';
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join(gap)
    .trimEnd();
}

/** @returns the table's lines, with two spaces between columns. */
export function terminalTable(table: Table): string[] {
  const columns = widths(table);
  return [table.header, ...table.rows].map((cells) => line(cells, columns, GAP).replaceAll(NO_BREAK, ' '));
}

/** @returns the table, or, where it is wider than that many columns, several that repeat the first one. */
export function fitted(table: Table, width: number): Table[] {
  const [first = 0, ...others] = widths(table);
  const parts: number[][] = [[]];
  let used = first;
  for (const [index, column] of others.entries()) {
    const part = parts.at(-1) ?? [];
    if (part.length > 0 && used + GAP.length + column > width) {
      parts.push([index + 1]);
      used = first + GAP.length + column;
    } else {
      part.push(index + 1);
      used += GAP.length + column;
    }
  }
  const pick = (cells: readonly string[], part: readonly number[]) => [0, ...part].map((column) => cells[column] ?? '');
  return parts.map((part) => ({
    header: pick(table.header, part),
    rows: table.rows.map((row) => pick(row, part)),
  }));
}

/** @returns the table in Markdown. */
export function markdownTable(table: Table): string {
  const columns = widths(table);
  const row = (cells: readonly string[]) =>
    `| ${columns.map((width, column) => pad(cells[column] ?? '', width, column)).join(' | ')} |`;
  const rule = `| ${columns.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`)).join(' | ')} |`;
  return [row(table.header), rule, ...table.rows.map(row)].join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** What fits on a terminal that nobody has made wider. */
const WIDTH = 100;
export const INDENT = '  ';

/** @returns the table's lines, indented, and an empty one; in several tables where it would be wider than 100 columns. */
export function tableLines(table: Table, indent = INDENT): string[] {
  return fitted(table, WIDTH - indent.length).flatMap((part) => [
    ...terminalTable(part).map((line) => (indent + line).trimEnd()),
    '',
  ]);
}

/** @returns the text in lines of at most 100 columns, the first after its label and the others below its beginning. */
export function labelled(label: string, text: string): string[] {
  const lines = wrap(text, WIDTH - label.length);
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);
}

/** @returns the text with its numbers bound to their units. */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=(?:ms|s|µs|kB|MB|GB|B|%)(?![A-Za-z]))/g, `$1${NO_BREAK}`);
}

/**
 * @returns the text in lines of at most that width, broken between words, but never between a number and its unit or
 * within an interval.
 */
export function wrap(text: string, width: number): string[] {
  const words = unbroken(text)
    .replace(/ (\[[^[\] ]+,) ([^[\] ]+\])/g, `${NO_BREAK}$1${NO_BREAK}$2`)
    .split(' ');
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && longer.length > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current].map((line) => line.replaceAll(NO_BREAK, ' '));
}
