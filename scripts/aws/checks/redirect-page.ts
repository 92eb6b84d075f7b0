import { textOf, type Check } from '../check.ts';

const FILE = 'docs/redirect-deployment.md';

/** The worked example's numbers, held against what AWS accepts. */
export const redirectPage: Check = {
  name: 'redirect deployment page',
  run: (project) => {
    const page = textOf(project, FILE).replace(/\s+/g, ' ');
    const messages: string[] = [];
    const [, interval, timeout] = /health check `GET \/readyz`, interval (\d+) s, time-out (\d+) s/.exec(page) ?? [];
    // "Health check interval must be greater than the timeout": Elastic Load Balancing, CreateTargetGroup
    if (interval === undefined || timeout === undefined)
      messages.push('names no interval and time-out of the health check');
    else if (Number(interval) <= Number(timeout)) {
      messages.push(
        `a health check every ${interval} s with a time-out of ${timeout} s is refused: the interval must be longer`,
      );
    }
    const command = /`(\["CMD[^`]*)`/.exec(page)?.[1];
    if (command === undefined) messages.push('gives no command for the container health check');
    else if (!command.startsWith('["CMD", "/nodejs/bin/node", ')) {
      messages.push('the container health check must call /nodejs/bin/node itself: the image has no shell and no curl');
    }
    if (!page.includes('task execution role')) messages.push('does not say what the task execution role needs');
    return messages.map((message) => ({ file: FILE, message }));
  },
};
