import { urlKind, urlOrigin, type UrlKind } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { UrlTally } from '../statistics.ts';
import { encode, recordCodes } from './codes.ts';

/** URLs come from outside: what is counted by them must not grow without end. */
const mostOrigins = 1_000;
/** They all stand in one SOQL condition. */
const toldOrigins = 20;

type Row = readonly [original: string, current: string];
type Origin = { sources: number; present: number };

/** Reads every present document once. */
export function urlTallyTable(db: Database.Database) {
  const rows = db
    .prepare<[number], Row>(
      'SELECT original_url, coalesce(diverging_url, original_url) FROM documents WHERE record_code = ?',
    )
    .raw();
  const withKey = db
    .prepare<[number], number>(
      `SELECT count(*) FROM documents d WHERE record_code = ? AND EXISTS (
         SELECT 1 FROM url_updates u WHERE u.doclist_entry_id = d.doclist_entry_id
           AND u.operation = 'switch' AND u.state IN ('confirmed', 'superseded'))`,
    )
    .pluck();
  const present = encode(recordCodes, 'present');
  return {
    urlTally(ours: readonly string[]): UrlTally {
      const urls: Record<UrlKind, number> = { original: 0, ours: 0, other: 0, empty: 0 };
      const origins = new Map<string, Origin>();
      for (const [original, current] of rows.iterate(present)) {
        add(origins, original, 'sources');
        const kind = urlKind(current, { ours, originals: noOrigin });
        // whether an origin is one of the sources' is known only at the end
        if (kind === 'other') add(origins, current, 'present');
        urls[kind]++;
      }
      const told = [...origins]
        .filter(([origin, { sources }]) => origin !== '' && sources > 0)
        .sort(([, a], [, b]) => b.sources - a.sources)
        .slice(0, toldOrigins);
      const original = told.reduce((sum, [, { present: documents }]) => sum + documents, 0);
      return {
        origins: told.map(([origin]) => origin),
        urls: { ...urls, original, other: urls.other - original },
        withKey: withKey.get(present) ?? 0,
      };
    },
  };
}

const noOrigin: ReadonlySet<string> = new Set();

function add(origins: Map<string, Origin>, url: string, as: keyof Origin): void {
  const name = urlOrigin(url);
  const origin = origins.get(name);
  if (origin !== undefined) origin[as]++;
  else if (origins.size < mostOrigins) origins.set(name, { sources: 0, present: 0, [as]: 1 });
}
