import { fileExtension } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { Breakdown, Share } from '../statistics.ts';
import { encode, recordCodes } from './codes.ts';
import { Times } from './timeline.ts';

/** Names come from outside: what is counted by them must not grow without end. */
const mostExtensions = 1_000;
const dayMs = 86_400_000;

type Row = readonly [name: string, bytes: number | null, backedUpAt: number | null];

/** Reads every present document once. */
export function breakdownTable(db: Database.Database) {
  const rows = db
    .prepare<[number], Row>('SELECT file_name, file_size_bytes, backed_up_at FROM documents WHERE record_code = ?')
    .raw();
  return {
    breakdown(): Breakdown {
      const extensions = new Map<string, { documents: number; bytes: number }>();
      const days = new Map<number, { documents: number; bytes: number }>();
      const times = new Times();
      for (const [name, bytes, backedUpAt] of rows.iterate(encode(recordCodes, 'present'))) {
        const extension = fileExtension(name);
        const counted = extensions.has(extension) || extensions.size < mostExtensions ? extension : 'other';
        add(extensions, counted, bytes ?? 0);
        if (backedUpAt === null) continue;
        add(days, Math.floor(backedUpAt / dayMs), bytes ?? 0);
        times.add(backedUpAt, bytes ?? 0);
      }
      return {
        extensions: [...extensions]
          .map(([name, share]): Share => ({ name, ...share }))
          .sort((a, b) => b.documents - a.documents || (a.name < b.name ? -1 : 1)),
        days: [...days]
          .sort(([a], [b]) => a - b)
          .map(([day, share]): Share => ({ name: new Date(day * dayMs).toISOString().slice(0, 10), ...share })),
        timeline: times.result(),
      };
    },
  };
}

function add<K>(shares: Map<K, { documents: number; bytes: number }>, key: K, bytes: number): void {
  const share = shares.get(key);
  if (share === undefined) {
    shares.set(key, { documents: 1, bytes });
    return;
  }
  share.documents += 1;
  share.bytes += bytes;
}
