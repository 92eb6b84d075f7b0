import { open } from 'node:fs/promises';
import Papa from 'papaparse';
import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import type { AccountableDocument, CertificationReader, NewDecision } from '../catalog/certification.ts';
import { Failure } from '../model/failure.ts';
import { countOf } from '../format/quantity.ts';
import { acceptableStates } from './accounting.ts';

/** What one row of the file should hold, and what is wrong with it. */
export type DecisionProblem = { readonly row: number; readonly problem: string };

/** Decisions on a million documents are no decisions; and the file is read as a whole. */
const mostBytes = 20 * 1024 * 1024;
const longestText = 1_000;
const shownProblems = 10;
const idsAtOnce = 500;

const columns = {
  document: ['document_id', 'documentid', 'document', 'doclist_entry_id'],
  name: ['name', 'person', 'decided_by', 'decidedby'],
  reason: ['reason'],
  date: ['date', 'decided_on', 'decidedon'],
} as const;

type RawRow = Readonly<Record<keyof typeof columns, string>>;

/**
 * Reads decisions from a CSV or JSON file and holds each against the catalog: all are good, or none is taken.
 * @param today the last day that a decision can have been made on: 2026-11-28
 * @throws Failure `decisions-invalid` (stop) that names every row at fault
 */
export async function readDecisions(file: string, catalog: CertificationReader, today: string): Promise<NewDecision[]> {
  const rows = rowsOf(await textOf(file), file);
  const problems: DecisionProblem[] = [];
  const decisions: { readonly row: number; readonly decision: NewDecision }[] = [];
  const seen = new Map<DocumentId, number>();
  for (const [index, raw] of rows.entries()) {
    const row = index + 1;
    const decision = decisionOf(raw, today);
    if (typeof decision === 'string') {
      problems.push({ row, problem: decision });
      continue;
    }
    const earlier = seen.get(decision.document);
    if (earlier !== undefined) problems.push({ row, problem: `${decision.document} stands in row ${earlier} already` });
    seen.set(decision.document, earlier ?? row);
    decisions.push({ row, decision });
  }
  for (let from = 0; from < decisions.length; from += idsAtOnce) {
    const some = decisions.slice(from, from + idsAtOnce);
    const known = await catalog.accountableByIds(some.map(({ decision }) => decision.document));
    const byId = new Map(known.map((document) => [document.id, document]));
    for (const { row, decision } of some) {
      const problem = undecidable(decision.document, byId.get(decision.document));
      if (problem !== undefined) problems.push({ row, problem });
    }
  }
  if (problems.length > 0) throw refused(file, problems);
  if (decisions.length === 0) throw refused(file, [{ row: 0, problem: 'it holds no decision' }]);
  return decisions.map(({ decision }) => decision);
}

async function textOf(file: string): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size > mostBytes) {
    throw refused(file, [{ row: 0, problem: `it has ${size} bytes; more than ${mostBytes} are not read` }]);
  }
  return await handle.readFile('utf8');
}

function rowsOf(text: string, file: string): Partial<RawRow>[] {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  return start.startsWith('[') || start.startsWith('{') ? jsonRows(start, file) : csvRows(start, file);
}

function jsonRows(text: string, file: string): Partial<RawRow>[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refused(file, [{ row: 0, problem: `it is no JSON (${why})` }]);
  }
  if (!Array.isArray(value)) throw refused(file, [{ row: 0, problem: 'a JSON file holds one array of objects' }]);
  return value.map((row: unknown) =>
    typeof row === 'object' && row !== null ? named(Object.entries(row as Record<string, unknown>)) : {},
  );
}

function csvRows(text: string, file: string): Partial<RawRow>[] {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: 'greedy' });
  const missing = (Object.keys(columns) as (keyof RawRow)[]).filter(
    (column) => !(meta.fields ?? []).some((field) => (columns[column] as readonly string[]).includes(plain(field))),
  );
  if (missing.length > 0) {
    const problem = `its first line lacks ${missing.map((column) => columns[column][0]).join(', ')}`;
    throw refused(file, [{ row: 0, problem }]);
  }
  const broken = errors.map(({ row = -1, message }) => ({ row: row + 1, problem: message }));
  if (broken.length > 0) throw refused(file, broken);
  return data.map((row) => named(Object.entries(row)));
}

function named(cells: readonly (readonly [string, unknown])[]): Partial<RawRow> {
  const row: Partial<Record<keyof RawRow, string>> = {};
  for (const [field, value] of cells) {
    const column = (Object.keys(columns) as (keyof RawRow)[]).find((name) =>
      (columns[name] as readonly string[]).includes(plain(field)),
    );
    if (column !== undefined && typeof value === 'string') row[column] = value.trim();
  }
  return row;
}

function plain(field: string): string {
  return field.trim().toLowerCase().replaceAll(' ', '_');
}

/** The decision that a row holds, or what is wrong with it. */
function decisionOf(row: Partial<RawRow>, today: string): NewDecision | string {
  const { document = '', name = '', reason = '', date = '' } = row;
  const id = parseSalesforceId(document);
  if (id === undefined) return `${JSON.stringify(document.slice(0, 40))} is no document id`;
  if (!/\p{L}.*\p{L}/u.test(name)) return `${id}: name says nobody; give the person’s full name`;
  if (reason.length < 3) return `${id}: reason is empty`;
  if (name.length > longestText || reason.length > longestText) {
    return `${id}: a text is longer than ${longestText} characters`;
  }
  if (/\p{Cc}/u.test(name + reason)) return `${id}: a text holds line breaks or control characters`;
  if (!isDay(date)) return `${id}: date must be a day such as 2026-11-28`;
  if (date > today) return `${id}: ${date} is in the future`;
  return { document: id as DocumentId, decidedBy: name, reason, decidedOn: date };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function undecidable(id: DocumentId, known: AccountableDocument | undefined): string | undefined {
  if (known === undefined) return `the catalog knows no document ${id}`;
  if ((acceptableStates as readonly string[]).includes(known.state)) return undefined;
  return `${id} is ${known.state}; decisions are taken on documents that are ${acceptableStates.join(', ')}`;
}

function refused(file: string, problems: readonly DecisionProblem[]): Failure {
  const listed = problems.toSorted((a, b) => a.row - b.row).slice(0, shownProblems);
  const lines = listed.map(({ row, problem }) => (row === 0 ? problem : `row ${row}: ${problem}`));
  const more = problems.length > listed.length ? `; and ${problems.length - listed.length} more` : '';
  return new Failure(
    `No decision was taken from ${file}, because of ${countOf(problems.length, 'problem')}: ${lines.join('; ')}${more}.`,
    {
      code: 'decisions-invalid',
      actions: [
        'Correct the rows; the file needs the columns document_id, name, reason, date.',
        'The documents that wait for a decision: sf migrate files certify --output-file open.csv',
      ],
    },
  );
}
