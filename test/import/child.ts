/** An import in a process of its own, to be killed. Takes its place in the world and the database as JSON. */
import { worldConfig, type ChildPlace } from '@file-migration/kit/migration/migration-world';
import { runImport } from '@file-migration/kit/migration/import';

const { place, org, database } = JSON.parse(process.argv[2] ?? '') as ChildPlace & { database: string };
await runImport({ org, config: worldConfig(place) }, database);
