import type { GateResult, GateResults } from '../catalog/publication.ts';
import type { Gate } from '../checks/check.ts';
import type { GateId } from '../checks/rule-book.ts';

/** What each gate asks for, as the panel and the report head it. */
export const gateLabels: Readonly<Record<GateId, string>> = {
  documents: 'There is something to switch',
  evidence: 'Every copy is verified well enough',
  copies: 'Sources and copies are unchanged',
  'backup-age': 'The last complete backup is recent',
  drift: 'Few documents changed since the backup',
  'link-length': 'Links and keys fit their fields',
  fields: 'The key fields are deployed and writable',
  guard: 'The guard rule is active',
  'permission-set': 'Users have permission to open links',
  redirect: 'The redirect service opens a sample',
  lifecycle: 'No lifecycle rule touches the copies',
  'disk-space': 'There is disk space for the journal',
  'other-run': 'No other run is active',
};

/** Gates as they are published; one that has not been looked at yet is not among them. */
export function gateResults(gates: readonly Gate[], at = Date.now()): GateResults {
  return { at, gates: gates.flatMap(gateResult) };
}

function gateResult({ id, status, found, expected, fix }: Gate): GateResult[] {
  if (status === 'not-checked') return [];
  return [{ id, label: gateLabels[id], status, found, expected, ...(fix !== undefined && { fix }) }];
}
