/*
 * One backup in a process of its own, without the sf CLI's frame around it. argv[2] is a PipelineRun as JSON. Prints one
 * line: how the run ended.
 */
import { catalogThread } from '../../../plugin/src/catalog/worker-calls.ts';
import type { PipelineRun } from './pipeline.ts';

// as in the command, all else is loaded while that thread loads
const thread = catalogThread();
const { pipeline } = await import('./pipeline.ts');
const { org, config } = JSON.parse(process.argv[2] ?? '') as PipelineRun;
process.stdout.write(`${JSON.stringify(await pipeline(org, config, thread))}\n`);
