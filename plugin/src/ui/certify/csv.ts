import { csvLine } from '../../format/csv.ts';
import type { OpenDocument } from '../../certify/catalog-pass.ts';
import type { ProofFinding } from '../../certify/check-certificate.ts';

/** The first line of a list of open documents; with name, reason and date filled in, `--accept` takes it. */
export const openHeader = csvLine(['document_id', 'name', 'reason', 'date', 'open', 'state', 'key']);

export function openLine({ document, reason }: OpenDocument): string {
  return csvLine([document.id, '', '', '', reason, document.state, document.key ?? '']);
}

export const findingHeader = csvLine(['kind', 'line', 'document_id', 'key', 'message']);

export function findingLine({ kind, line, document, key, message }: ProofFinding): string {
  return csvLine([kind, line ?? '', document ?? '', key ?? '', message]);
}
