import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Entry, Part, Upload, Versioning } from './bucket.ts';
import type { BucketOptions } from './options.ts';

export type UploadRecord = Omit<Upload, 'parts'>;

/** One change of the store's state. A change has happened when its line is complete in the file. */
export type Change =
  | { readonly change: 'bucket'; readonly options: BucketOptions; readonly region: string; readonly created: number }
  | { readonly change: 'bucket-gone'; readonly bucket: string }
  | { readonly change: 'versioning'; readonly bucket: string; readonly versioning: Versioning }
  | { readonly change: 'put'; readonly bucket: string; readonly key: string; readonly entry: Entry }
  | { readonly change: 'amend'; readonly bucket: string; readonly key: string; readonly entry: Entry }
  | { readonly change: 'remove'; readonly bucket: string; readonly key: string; readonly versionId: string }
  | { readonly change: 'upload'; readonly bucket: string; readonly upload: UploadRecord }
  | { readonly change: 'part'; readonly bucket: string; readonly uploadId: string; readonly part: Part }
  | { readonly change: 'upload-gone'; readonly bucket: string; readonly uploadId: string };

export type Journal = {
  /** What was written before, oldest first. A torn last line, from a killed process, did not happen. */
  read(): Generator<Change>;
  /** Begins a new file that says the same as `changes` and is appended to from then on. */
  restart(changes: Iterable<Change>): void;
  append(change: Change): void;
  close(): void;
};

export const noJournal: Journal = {
  *read() {
    // in memory nothing was before
  },
  restart: () => undefined,
  append: () => undefined,
  close: () => undefined,
};

export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'journal.jsonl');
  let file: number | undefined;
  return {
    *read() {
      if (!existsSync(path)) return;
      const lines = readFileSync(path, 'utf8').split('\n');
      lines.pop(); // empty, or torn
      for (const line of lines) yield JSON.parse(line) as Change;
    },
    restart(changes) {
      const fresh = `${path}.new`;
      writeFileSync(fresh, '');
      file = openSync(fresh, 'a');
      for (const change of changes) writeSync(file, `${JSON.stringify(change)}\n`);
      renameSync(fresh, path);
    },
    append(change) {
      if (file !== undefined) writeSync(file, `${JSON.stringify(change)}\n`);
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
