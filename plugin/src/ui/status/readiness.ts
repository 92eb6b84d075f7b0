import { countOf } from '../../format/quantity.ts';
import type { ReadinessStatus } from '../../status/readiness-status.ts';
import { gateLines } from '../checks/text.ts';

/** Whether the next wave may be switched, gate by gate. */
export function readinessLines({ ready, documents, accounts, gates, notAsked }: ReadinessStatus): string[] {
  const wave = `${countOf(documents, 'document')} of ${countOf(accounts, 'account')}`;
  return [
    heading(ready, wave),
    ...gateLines(gates),
    ...(notAsked.length === 0
      ? []
      : [
          '',
          `Not checked, because they need the org and the bucket: ${notAsked.join(', ')}.`,
          'Check them: sf migrate files status --readiness --target-org <alias>',
        ]),
    ...(ready === true ? ['', 'Next: sf migrate files switch'] : []),
  ];
}

function heading(ready: boolean | undefined, wave: string): string {
  if (ready === undefined)
    return `Not known yet whether ${wave} can be switched; what the catalog can check has passed:`;
  return `${ready ? 'Ready' : 'Not ready'} to switch ${wave}:`;
}
