import { readFile, stat } from 'node:fs/promises';
import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import type { LinkValues } from '../catalog/journal.ts';
import { Failure } from '../model/failure.ts';
import { bytes } from '../format/quantity.ts';

/** What to put back on one record. */
export type RollbackRecord = {
  readonly document: DocumentId;
  readonly originalUrl: string;
  /** What we wrote; the predecessor's files do not tell. */
  readonly written: LinkValues | undefined;
};

/** JSON of this size is read whole; a predecessor's file of a million records is smaller. */
const largestFile = 400 * 1024 * 1024;

/**
 * Reads a rollback file: one of ours, as it lies in the target bucket, or the predecessor's
 * (`rollback_data_YYYYMMDD_HHMMSS.json`, whose records have `Id` and `original_url`).
 * @throws Failure `wrong-use` that names the first record which makes no sense; nothing is rolled back then
 */
export async function readRollbackFile(file: string): Promise<RollbackRecord[]> {
  const { size } = await stat(file).catch((error: unknown) => {
    throw wrong(`The rollback file ${file} cannot be read.`, error);
  });
  if (size > largestFile) throw wrong(`${file} has ${bytes(size)}; ${bytes(largestFile)} are read at most.`);
  const content = parsed(file, await readFile(file, 'utf8'));
  const records = typeof content === 'object' && content !== null && 'records' in content ? content.records : undefined;
  if (!Array.isArray(records)) throw wrong(`${file} is no rollback file: it has no list of records.`);
  const found = new Map<DocumentId, RollbackRecord>();
  for (const [index, raw] of records.entries()) {
    const record = recordOf(raw);
    if (record === undefined) {
      throw wrong(`Record ${index + 1} of ${file} makes no sense: it needs an Id and an original_url.`);
    }
    if (found.has(record.document)) throw wrong(`${file} names ${record.document} twice.`);
    found.set(record.document, record);
  }
  return [...found.values()];
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(`${file} is no JSON.`, error);
  }
}

function recordOf(raw: unknown): RollbackRecord | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { Id, original_url: originalUrl, written } = raw as Record<string, unknown>;
  const document = typeof Id === 'string' ? parseSalesforceId(Id) : undefined;
  if (document === undefined || typeof originalUrl !== 'string' || originalUrl === '') return undefined;
  const links = written === undefined ? undefined : linksOf(written);
  if (written !== undefined && links === undefined) return undefined;
  return { document: document as DocumentId, originalUrl, written: links };
}

function linksOf(raw: unknown): LinkValues | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { url, key, originalUrl } = raw as Record<string, unknown>;
  const isText = (value: unknown): value is string | null => value === null || typeof value === 'string';
  return typeof url === 'string' && isText(key) && isText(originalUrl) ? { url, key, originalUrl } : undefined;
}

function wrong(message: string, cause?: unknown): Failure {
  return new Failure(message, {
    code: 'wrong-use',
    actions: ['Name a rollback file, or undo from the database: sf migrate files rollback --from-database'],
    cause,
  });
}
