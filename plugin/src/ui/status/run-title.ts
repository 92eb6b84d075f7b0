import type { Run } from '../../model/run.ts';
import { countOf } from '../../format/quantity.ts';

/** What a run did, in words: `backup, incremental`, `verify`, `switch of 1 account, resumed`, `rollback of run 7`. */
export function runTitle({ type, mode, scope }: Pick<Run, 'type' | 'mode' | 'scope'>): string {
  const { accountId, accountIds, limit, percent, undoneRun } = scope ?? {};
  const accounts = accountIds?.length ?? (accountId === undefined ? 0 : 1);
  const of = [
    ...(accounts > 0 ? [countOf(accounts, 'account')] : []),
    ...(undoneRun === undefined ? [] : [`run ${undoneRun}`]),
    ...(percent === undefined ? [] : [`up to ${percent}% of all documents`]),
    ...(limit === undefined ? [] : [`at most ${countOf(limit, 'document')}`]),
  ];
  const what = of.length === 0 ? type : `${type} of ${of.join(', ')}`;
  return [what, ...modeWords(type, mode)].join(', ');
}

/** Only a backup reads the org in full or in part; of other runs `full` says nothing but that they began anew. */
function modeWords(type: Run['type'], mode: Run['mode']): string[] {
  if (mode === 'resume') return ['resumed'];
  return type === 'backup' ? [mode] : [];
}
