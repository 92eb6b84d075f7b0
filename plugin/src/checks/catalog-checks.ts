import { hostname } from 'node:os';
import type { CatalogReader } from '../catalog/port.ts';
import { count } from '../format/quantity.ts';
import { rule, type Check, type Gate } from './check.ts';

/** Whether the catalog's counters are what a recount gives; while somebody writes, the two are read at different moments. */
export async function countersCheck(catalog: CatalogReader): Promise<Check> {
  const { judged, notChecked } = rule('catalog-counts');
  if ((await catalog.holder()) !== undefined) return notChecked('another run is changing them at this moment');
  const [kept, recounted] = [await catalog.counts(), await catalog.recount()];
  const isEqual = JSON.stringify(kept) === JSON.stringify(recounted);
  return judged(
    isEqual,
    isEqual
      ? `${count(kept.documents)} documents are in the catalog, and its counters add up.`
      : 'The counters of the catalog differ from a recount of its rows.',
    'Keep the file and report this; a copy of it is the evidence.',
  );
}

/** Whether another process works on the catalog. The lock refuses a second one anyway; a plan says so beforehand. */
export async function otherRunCheck(catalog: CatalogReader): Promise<Gate> {
  const holder = await catalog.holder();
  const isFree = holder === undefined || (holder.pid === process.pid && holder.host === hostname());
  return rule('other-run').judged(
    isFree,
    isFree
      ? 'nobody else works on the catalog'
      : `"${holder.command}" works on it (process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()})`,
    'Wait until it is done: sf migrate files status --watch',
  );
}
