/*
 * `npm run soak:redirect`: 100,000 requests with faults; exit 1 when one redirect should not have been.
 *   --requests N   (default 100000)   --seed N (default 1)
 */
import { parseArgs } from 'node:util';
import { soak } from '@file-migration/kit/redirect/soak';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const result = await soak(Number(values.requests), Number(values.seed));
console.log(JSON.stringify(result));
process.exitCode = result.wrong.length === 0 ? 0 : 1;
