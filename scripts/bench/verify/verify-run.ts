/** One verification in a process of its own, to be measured. Its task comes as JSON in the first argument. */
import { VerifyProgress } from '../../../plugin/src/verify/verify-progress.ts';
import { verify } from '../../../plugin/src/verify/verify.ts';
import { withTools, type PhasePlace } from '../phase/tools.ts';

export type VerifyRun = PhasePlace & { readonly mode: 'head' | 'full' };

/** As far as the benchmark reads it. */
export type VerifyRunResult = { readonly status: string; readonly seconds: number };

const { mode, ...place } = JSON.parse(process.argv[2] ?? '') as VerifyRun;
const { status, seconds } = await withTools(place, ({ config, catalog, storage, log }) =>
  verify(
    { catalog, storage, log },
    { mode, sample: 100, orphans: true },
    {
      settings: { minimumEvidence: config.backup.minimumEvidence, prefix: config.key.prefix, outputFile: undefined },
      info: { command: `bench verify --mode ${mode}`, configSnapshot: {} },
      progress: new VerifyProgress(),
      signal: new AbortController().signal,
    },
  ),
);
process.stdout.write(JSON.stringify({ status, seconds } satisfies VerifyRunResult));
