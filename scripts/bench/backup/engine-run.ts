import { objectKey, organizationId, toSalesforceId, type DocumentId } from '@file-migration/config';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import type { CopyResult } from '../../../plugin/src/model/copy-outcome.ts';
import { objectName, type BenchStore } from './bench-store.ts';

/*
 * One run of the copy engine in a process of its own, without catalog: argv[2] is a EngineRun as JSON. Prints
 * one line: what became of the files.
 */
export type EngineRun = {
  readonly store: BenchStore;
  readonly source: string;
  readonly target: string;
  readonly method: 's3' | 'server-side-copy';
  readonly count: number;
  readonly inFlight: number;
};

export type EngineRunResult = { readonly results: Record<string, number> };

const run = JSON.parse(process.argv[2] ?? '') as EngineRun;
const { store } = run;
const credentials = { kind: 'keys', ...store } as const;
const storage = createStorage({
  organizationId: organizationId('00D000000000001EAA'),
  target: { ...store, pathStyle: true, credentials, bucket: run.target, prefix: 'uploads/' },
  source: {
    methods: [run.method],
    credentials,
    hosts: { 'vendor.example': { ...store, credentials, bucket: run.source } },
  },
  limits: { initialConcurrency: run.inFlight, maxConcurrency: run.inFlight },
});

const results: Record<string, number> = {};
const { signal } = new AbortController();
let next = 0;

async function worker(): Promise<void> {
  while (next < run.count) {
    const index = next++;
    const name = objectName(index);
    const document = toSalesforceId(`a0D${String(index).padStart(12, '0')}`) as DocumentId;
    const result = await storage.copy(
      {
        document,
        revision: 1,
        url: `https://vendor.example/${name}`,
        key: objectKey(`uploads/001000000000001AAA/Account/${document}/${name}`),
        fileName: name,
      },
      signal,
    );
    const label = nameOf(result);
    results[label] = (results[label] ?? 0) + 1;
  }
}

function nameOf(result: CopyResult): string {
  if (result.kind === 'copied') return `${result.kind} ${result.evidence}`;
  return 'code' in result ? `${result.kind} ${result.code} ${result.message}` : result.kind;
}

await Promise.all(Array.from({ length: run.inFlight }, worker));
await storage.close();
process.stdout.write(`${JSON.stringify({ results } satisfies EngineRunResult)}\n`);
