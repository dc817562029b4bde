// A plain table for the terminal and for Markdown: the first column to the left, the numbers to the right.

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

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
  return [table.header, ...table.rows].map((cells) => line(cells, columns, '  '));
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

const NO_BREAK = '\u00a0';

/** @returns the text in lines of at most that width, broken between words, but never between a number and its unit. */
export function wrap(text: string, width: number): string[] {
  const words = text.replace(/(\d) (?=(ms|s|µs|kB|MB|B|%)(?![A-Za-z]))/g, `$1${NO_BREAK}`).split(' ');
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
