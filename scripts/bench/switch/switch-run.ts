/** One switch or rollback in a process of its own, to be measured. Its task comes as JSON in the first argument. */
import { worldConfig, type ChildPlace } from '../../../test/backup/world.ts';
import { keepHeapSmall } from '../../../plugin/src/command/small-heap.ts';
import { runRollback, runSwitch } from '../../../test/switch/world.ts';

export type SwitchRun = ChildPlace & { readonly task: 'switch' | 'rollback' };

const { task, place, org } = JSON.parse(process.argv[2] ?? '') as SwitchRun;
// as the command does before it works
keepHeapSmall();
const here = { org, config: worldConfig(place) };
const result = await (task === 'switch' ? runSwitch(here) : runRollback(here));
process.stdout.write(
  JSON.stringify({ confirmed: result.confirmed, requests: result.requests, seconds: result.seconds }),
);
