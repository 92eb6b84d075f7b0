import type { AccountId, MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { count, countOf, duration, share } from '../format/quantity.ts';
import { gate, type Gate } from './gate.ts';
import { seenSince, type CopiesRechecked } from './recheck-copies.ts';

const threshold = 'source and target of every document are as the catalog has them';

/** What looking at the copies of the wave showed. */
export function copiesGate(seen: CopiesRechecked, config: MigrationConfig): Gate {
  const { looked, differing, unsettled, targetOnly, recent, examples, ms } = seen;
  const { errorShareStop, gates } = config.switch;
  const found = [
    `${count(looked)} looked at now in ${duration(ms)}, ${count(recent)} within ${gates.headMaximumAgeHours} h`,
    `${countOf(differing, 'document')} differ${examples.length === 0 ? '' : `, such as ${examples.join(', ')}`}`,
    ...(unsettled === 0 ? [] : [`${count(unsettled)} could not be looked at and keep their URL`]),
    ...(targetOnly === 0 ? [] : [`of ${count(targetOnly)} only the target: their way of reading has no HEAD`]),
  ];
  // a few sources that are gone must not hold up all others: their documents are left out of the wave
  const isGreen = differing === 0 && unsettled <= (looked + recent) * errorShareStop;
  return gate('heads', isGreen, {
    found: found.join('; '),
    threshold: `${threshold}; at most ${share(errorShareStop, 1)} cannot be looked at`,
    mend: 'sf migrate files status --errors, then sf migrate files backup',
  });
}

/** What a plan says of it: looking at a million copies is left to the execution. */
export async function copiesGateLater(
  catalog: CatalogReader,
  config: MigrationConfig,
  accounts: readonly (AccountId | null)[],
): Promise<Gate> {
  const due = await catalog.countNotSeen(accounts, seenSince(config));
  return {
    id: 'heads',
    verdict: due === 0 ? 'green' : 'later',
    found:
      due === 0
        ? `all seen within ${config.switch.gates.headMaximumAgeHours} h`
        : `${count(due)} not seen within ${config.switch.gates.headMaximumAgeHours} h; looked at before --execute writes`,
    threshold,
    ignorable: false,
  };
}
