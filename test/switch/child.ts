/** A switch or rollback in a process of its own, to be killed. Takes its task and place as JSON in the first argument. */
import { worldConfig, type ChildPlace } from '../backup/world.ts';
import { runRollback, runSwitch } from './world.ts';

const { task, place, org } = JSON.parse(process.argv[2] ?? '') as ChildPlace & { task: 'switch' | 'rollback' };
const here = { org, config: worldConfig(place) };
const settings = { rowsPerJob: 40, canaryRows: 20 };
const result = await (task === 'switch' ? runSwitch(here, {}, { settings }) : runRollback(here, {}, { settings }));
process.stdout.write(`${JSON.stringify(result)}\n`);
