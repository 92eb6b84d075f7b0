import type { GateResult, GateResults } from '../catalog/publication.ts';
import type { Gate, GateId } from '../checks/gate.ts';

/** What each gate asks for, as the panel and the report head it. */
export const gateLabels: Readonly<Record<GateId, string>> = {
  documents: 'There is something to switch',
  evidence: 'Every copy is verified well enough',
  heads: 'Sources and copies are unchanged',
  'backup-age': 'The last complete backup is recent',
  drift: 'Few documents changed since the backup',
  'link-length': 'Links and keys fit their fields',
  fields: 'The key fields are deployed and writable',
  guard: 'The guard rule is active',
  'permission-set': 'Users have permission to open links',
  redirect: 'The redirect service opens a sample',
  lifecycle: 'No lifecycle rule touches the copies',
  'journal-space': 'There is disk space for the journal',
  'other-run': 'No other run is active',
};

/** Gates as they are published; one that has not been looked at yet is not among them. */
export function gateResults(gates: readonly Gate[], at = Date.now()): GateResults {
  return { at, gates: gates.filter(({ verdict }) => verdict !== 'later').map(gateResult) };
}

function gateResult({ id, verdict, found, threshold, mend }: Gate): GateResult {
  return {
    gate: id,
    label: gateLabels[id],
    passed: verdict === 'green',
    ...(verdict === 'ignored' && { ignored: true }),
    value: found,
    threshold,
    ...(mend !== undefined && { advice: mend }),
  };
}
