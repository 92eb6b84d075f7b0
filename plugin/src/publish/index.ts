export { cleanUp } from './clean-up.ts';
export { planLines, planPublication } from './plan.ts';
export { publishLines, publishNow } from './publish-now.ts';
export { Publisher } from './publisher.ts';
