/*
 * One backup in a process of its own, without the sf CLI's frame around it. argv[2] is a PipelineRun as JSON. Prints one
 * line: how the run ended.
 */
import { migrationConfig } from '@file-migration/config';
import { catalogThread } from '../../../plugin/src/catalog/catalog.ts';
import type { PipelineRun } from './pipeline.ts';

const { org, config: input } = JSON.parse(process.argv[2] ?? '') as PipelineRun;
const config = migrationConfig(input);
const thread = catalogThread();
// as in the command, the rest is loaded while that thread loads
const { pipeline } = await import('./pipeline.ts');
process.stdout.write(`${JSON.stringify(await pipeline(org, config, thread))}\n`);
