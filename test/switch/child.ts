/**
 * A switch or rollback in a process of its own, to be killed. Takes its task and place as JSON in the first argument, and
 * begins when it is told to: everything is loaded by then.
 */
import { once } from 'node:events';
import { worldConfig, type ChildPlace } from '@file-migration/kit/migration/world-config';
import { runRollback, runSwitch } from '@file-migration/kit/migration/switch';

const { place, org } = JSON.parse(process.argv[2] ?? '') as ChildPlace;
const [task] = (await once(process.stdin.setEncoding('utf8'), 'data')) as ['switch' | 'rollback'];
process.stdin.destroy();
const here = { org, config: worldConfig(place) };
const settings = { rowsPerJob: 40, canaryRows: 20 };
await (task === 'switch' ? runSwitch(here, {}, { settings }) : runRollback(here, {}, { settings }));
