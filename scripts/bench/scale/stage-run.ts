/** One piece of one stage in a process of its own, to be measured. Its task comes as JSON in the first argument. */
import { everythingReady } from '@file-migration/kit/migration/everything-ready';
import { BackupProgress } from '../../../plugin/src/backup/backup-progress.ts';
import { backup } from '../../../plugin/src/backup/backup.ts';
import { backupSettings } from '../../../plugin/src/backup/backup-request.ts';
import { linkOf } from '../../../plugin/src/checks/link-of.ts';
import { UpdateProgress } from '../../../plugin/src/jobs/update-progress.ts';
import { rollback } from '../../../plugin/src/rollback/rollback.ts';
import { switchSettings } from '../../../plugin/src/switch/switch-settings.ts';
import { switchDocuments } from '../../../plugin/src/switch/switch.ts';
import { VerifyProgress } from '../../../plugin/src/verify/verify-progress.ts';
import { verify } from '../../../plugin/src/verify/verify.ts';
import { withTools, type PhaseTools } from '../phase/tools.ts';
import type { Stage, StagePiece, StageRun } from './stages.ts';

await main(JSON.parse(process.argv[2] ?? '') as StageRun);

async function main({ stage, pieceMs, ...place }: StageRun): Promise<void> {
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(Math.round(process.memoryUsage.rss() / 1024 ** 2)), 1000);
  const startedAt = performance.now();
  const piece = await withTools(place, async (tools) => {
    const { status, documents } = await piecesOf(tools, pieceMs)[stage]();
    const { source, target } = tools.storage.load();
    return { status, documents, orgRequests: tools.org.requests(), storeRequests: source.requests + target.requests };
  });
  clearInterval(sampling);
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(JSON.stringify({ ...piece, seconds, memory } satisfies StagePiece));
}

type Done = { readonly status: string; readonly documents: number };

function piecesOf({ config, ...tools }: PhaseTools, pieceMs: number): Record<Stage, () => Promise<Done>> {
  const info = { command: 'bench:scale', configSnapshot: {} };
  // drains within its time, as at Ctrl-C
  const signal = AbortSignal.timeout(pieceMs);
  const never = new AbortController().signal;
  const updates = { settings: { ...switchSettings(config), canaryRereadMs: 0 }, info, progress: new UpdateProgress() };
  return {
    async backup() {
      const settings = backupSettings(config, { longestPauseMs: 0 });
      const { status, run } = await backup(
        tools,
        { mode: 'auto' },
        { settings, info, progress: new BackupProgress(), signal },
      );
      return { status, documents: run.processed };
    },
    async verify() {
      const settings = {
        minimumEvidence: config.backup.minimumEvidence,
        prefix: config.key.prefix,
        outputFile: undefined,
      };
      const request = { mode: 'head', sample: 100, orphans: false } as const;
      const { status, run } = await verify(tools, request, { settings, info, progress: new VerifyProgress(), signal });
      return { status, documents: run.processed };
    },
    async switch() {
      const request = { ...everythingReady, linkOf: linkOf(config), waitMs: pieceMs };
      const { status, confirmed } = await switchDocuments(tools, request, { ...updates, signal: never });
      return { status, documents: confirmed };
    },
    async rollback() {
      const request = { source: { kind: 'database' }, waitMs: pieceMs } as const;
      const { status, confirmed } = await rollback(tools, request, { ...updates, signal: never });
      return { status, documents: confirmed };
    },
  };
}
