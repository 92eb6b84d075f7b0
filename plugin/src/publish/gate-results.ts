import type { GateResult, GateResults } from '../catalog/publication.ts';
import type { Gate, GateId } from '../checks/gate.ts';

/** What each gate asks for, as the panel heads it. */
const labels: Readonly<Record<GateId, string>> = {
  documents: 'There is something to switch',
  evidence: 'Every copy is proved well enough',
  heads: 'Sources and copies are as they were',
  'backup-age': 'The last complete backup is recent',
  drift: 'Few documents changed since the backup',
  'link-length': 'Links and keys fit their fields',
  fields: 'Our fields are deployed and writable',
  guard: 'The guard rule is active',
  'permission-set': 'Users may follow links',
  redirect: 'The redirect opens a sample',
  lifecycle: 'No lifecycle rule touches the copies',
  'journal-space': 'There is room for the journal',
  'other-run': 'No other run is working',
};

/** Gates as they are published; one that has not been looked at yet is not among them. */
export function gateResults(gates: readonly Gate[], at = Date.now()): GateResults {
  return { at, gates: gates.filter(({ verdict }) => verdict !== 'later').map(gateResult) };
}

function gateResult({ id, verdict, found, threshold, mend }: Gate): GateResult {
  return {
    gate: id,
    label: labels[id],
    passed: verdict === 'green',
    ...(verdict === 'ignored' && { ignored: true }),
    value: found,
    threshold,
    ...(mend !== undefined && { advice: mend }),
  };
}
