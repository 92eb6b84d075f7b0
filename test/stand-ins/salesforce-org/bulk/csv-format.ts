import { z } from 'zod';

const delimiters = {
  COMMA: ',',
  TAB: '\t',
  SEMICOLON: ';',
  PIPE: '|',
  CARET: '^',
  BACKQUOTE: '`',
} as const;

export const delimiterSchema = z.enum(['COMMA', 'TAB', 'SEMICOLON', 'PIPE', 'CARET', 'BACKQUOTE']);
export const lineEndingSchema = z.enum(['LF', 'CRLF']);

/** How a job writes and reads its CSV. */
export type CsvFormat = {
  readonly columnDelimiter: z.infer<typeof delimiterSchema>;
  readonly lineEnding: z.infer<typeof lineEndingSchema>;
};

export function delimiterOf(format: CsvFormat): string {
  return delimiters[format.columnDelimiter];
}

export function lineEndOf(format: CsvFormat): string {
  return format.lineEnding === 'CRLF' ? '\r\n' : '\n';
}

/**
 * One line, every value in quotes, as Bulk API 2.0 writes results. By hand, because it runs two million times in a
 * big job and needs nothing that a library adds.
 */
export function csvLine(values: readonly string[], format: CsvFormat): string {
  const cells = values.map((value) => `"${value.includes('"') ? value.replaceAll('"', '""') : value}"`);
  return cells.join(delimiterOf(format)) + lineEndOf(format);
}
