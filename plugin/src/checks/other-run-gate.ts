import { hostname } from 'node:os';
import type { CatalogReader } from '../catalog/port.ts';
import { gate, type Gate } from './gate.ts';

/** Whether another process works on the catalog. The lock refuses a second one anyway; a plan says so beforehand. */
export async function otherRunGate(catalog: CatalogReader): Promise<Gate> {
  const holder = await catalog.holder();
  const isFree = holder === undefined || (holder.pid === process.pid && holder.host === hostname());
  return gate('other-run', isFree, {
    found: isFree
      ? 'nobody else works on the catalog'
      : `"${holder.command}" works on it (process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()})`,
    threshold: 'no other run is working',
    mend: 'Wait until it is done: sf migrate files status --watch',
  });
}
