import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { statusCsv } from './csv.ts';
import type { Status } from '../../status/status.ts';

export type StatusFormat = 'json' | 'csv';

/** Writes the status into a file; the format is the one that is given, or the file's extension says it. */
export async function writeStatusFile(file: string, status: Status, format?: StatusFormat): Promise<void> {
  const wanted = format ?? (extname(file).toLowerCase() === '.csv' ? 'csv' : 'json');
  await writeFile(file, wanted === 'csv' ? statusCsv(status) : `${JSON.stringify(status, null, 2)}\n`);
}
