import type { Org } from '../org/port.ts';
import { openContext, type Place } from './open-context.ts';

/** The org alone, for a command that needs neither catalog nor storage. */
export type OrgContext = AsyncDisposable & { readonly org: Org };

/** @throws Failure when sf knows no such org */
export function openOrgContext(place: Place): Promise<OrgContext> {
  return openContext(place, async (parts) => ({ org: await parts.org() }));
}
