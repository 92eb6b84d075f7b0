/** A backup in a process of its own, to be killed. Takes its place in the world as JSON in the first argument. */
import { runBackup, worldConfig, type ChildPlace } from '@file-migration/kit/migration/migration-world';

const { place, org } = JSON.parse(process.argv[2] ?? '') as ChildPlace;
const result = await runBackup({ org: { ...org, signIn: () => '' }, config: worldConfig(place) }, {}, {});
process.stdout.write(`${JSON.stringify(result.run)}\n`);
