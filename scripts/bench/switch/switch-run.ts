/** One switch or rollback in a process of its own, to be measured. Its task comes as JSON in the first argument. */
import { linkOf } from '../../../plugin/src/checks/link-of.ts';
import { rollback } from '../../../plugin/src/rollback/rollback.ts';
import { UpdateProgress } from '../../../plugin/src/jobs/update-progress.ts';
import { switchSettings } from '../../../plugin/src/switch/switch-settings.ts';
import { switchDocuments } from '../../../plugin/src/switch/switch.ts';
import { withTools, type PhasePlace } from '../phase/tools.ts';
import { everythingReady } from '@file-migration/kit/migration/everything-ready';

export type SwitchRun = PhasePlace & { readonly task: 'switch' | 'rollback' };

/** As far as the benchmark reads it. */
export type SwitchRunResult = {
  readonly confirmed: number;
  readonly requests: number;
  readonly seconds: number;
};

const { task, ...place } = JSON.parse(process.argv[2] ?? '') as SwitchRun;
const { confirmed, requests, seconds } = await withTools(place, ({ config, ...tools }) => {
  const info = { command: `bench ${task}`, configSnapshot: {} };
  // without the pause in which a person looks at the canary
  const settings = { ...switchSettings(config), canaryRereadMs: 0 };
  const progress = new UpdateProgress();
  const { signal } = new AbortController();
  if (task === 'rollback') {
    return rollback(tools, { source: { kind: 'database' }, waitMs: Infinity }, { settings, info, progress, signal });
  }
  const all = { ...everythingReady, linkOf: linkOf(config) };
  return switchDocuments(tools, all, { settings, info, progress, signal });
});
process.stdout.write(JSON.stringify({ confirmed, requests, seconds } satisfies SwitchRunResult));
