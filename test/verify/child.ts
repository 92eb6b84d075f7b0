/** A verification in a process of its own, to be killed. Takes its place in the world as JSON in the first argument. */
import { worldConfig, type ChildPlace } from '@file-migration/kit/migration/migration-world';
import { runVerify } from '@file-migration/kit/migration/verify';

const { place, org } = JSON.parse(process.argv[2] ?? '') as ChildPlace;
await runVerify({ org, config: worldConfig(place) }, { mode: 'full' });
