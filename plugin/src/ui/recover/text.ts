import type { RecoveryBase } from '../../context/recover.ts';
import { count, countOf } from '../../format/quantity.ts';
import type { Rebuilt } from '../../recover/rebuild.ts';
import { factLines, type Fact } from '../format/facts.ts';

/** What the recovery begins with. */
export function baseLines({ from, snapshot, owner, refused }: RecoveryBase): string[] {
  const base =
    from === 'own'
      ? 'The catalog on this machine is the newest there is; it is held against org and bucket.'
      : snapshot === undefined
        ? 'The bucket holds no snapshot of the catalog that can be used: it is rebuilt from org and bucket alone.'
        : `Newest snapshot: ${snapshot.at}, epoch ${snapshot.epoch} (${snapshot.key}).`;
  return [
    base,
    ...(owner === undefined
      ? []
      : [`Owner until now: "${owner.command}" on ${owner.host}, since ${owner.since} (${owner.state}).`]),
    ...refused.map(({ why }) => `Passed over: ${why}`),
  ];
}

/** What the catalog has learned, or would learn. */
export function rebuiltLines(rebuilt: Rebuilt, executed: boolean): string[] {
  const { discovered, created, replaced, deleted, objects, adopted, past, rebuiltLinks, undecided } = rebuilt;
  const facts: Fact[] = [
    ['documents in the org', count(discovered)],
    ['  new to the catalog', count(created)],
    ['  with another file', count(replaced)],
    ['  deleted', count(deleted)],
    ['objects in the bucket', count(objects)],
    ['  copies adopted', count(adopted), 'evidence E: sf migrate files verify proves them'],
    ['  former files', count(past)],
    ['links with a new row', count(rebuiltLinks), 'rollback --from-database can undo them'],
    ['not decided', count(undecided.length)],
  ];
  return [
    executed
      ? 'The catalog is recovered, and this machine owns the files in the bucket.'
      : 'Plan; nothing was written:',
    ...factLines(facts),
    ...undecided.slice(0, 20).map(({ key, reason }) => `    ${reason}: ${key}`),
    ...(undecided.length > 20
      ? [`    … ${countOf(undecided.length - 20, 'more object')} with --output-file or --json`]
      : []),
  ];
}
