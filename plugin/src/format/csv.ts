import Papa from 'papaparse';

type Cell = string | number;

/**
 * One record as a line of CSV (RFC 4180, but LF). A text cell that a spreadsheet would take for a formula gets an
 * apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${Papa.unparse([cells.map((cell) => (typeof cell === 'string' ? safeCell(cell) : cell))])}\n`;
}

/** A whole CSV file with its header. */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map(csvLine).join('');
}

function safeCell(value: string): string {
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
