import { parse } from 'yaml';
import { AWS_FOLDER, textOf, type Check } from '../check.ts';

const FILE = `${AWS_FOLDER}/redirect.yaml`;

type Tree = Readonly<Record<string, unknown>>;

/** What AWS refuses of the service's health checks, and what cannot run in an image without a shell. */
export const redirectTemplate: Check = {
  name: 'redirect template',
  run: (project) => {
    const messages: string[] = [];
    const checks = { group: 0, container: 0 };
    walk(template(textOf(project, FILE)), (node) => {
      if ('HealthCheckPath' in node) {
        checks.group += 1;
        messages.push(...tooSoon(node.HealthCheckIntervalSeconds, node.HealthCheckTimeoutSeconds));
      }
      const command = commandOf(node.HealthCheck);
      if (command === undefined) return;
      checks.container += 1;
      if (command[0] !== 'CMD' || command[1] !== '/nodejs/bin/node') {
        messages.push(
          'the container health check must call /nodejs/bin/node itself: the image has no shell and no curl',
        );
      }
    });
    if (checks.group === 0) messages.push('has no target group with a health check');
    if (checks.container === 0) messages.push('has no container health check');
    return messages.map((message) => ({ file: FILE, message }));
  },
};

/** "Health check interval must be greater than the timeout": Elastic Load Balancing, CreateTargetGroup; default 5 s. */
function tooSoon(interval: unknown, timeout: unknown = 5): string[] {
  if (Number(interval) > Number(timeout)) return [];
  return [
    `a health check every ${String(interval)} s with a time-out of ${String(timeout)} s is refused: the interval must be longer`,
  ];
}

/** The command by which the template's container is asked for its health, without `CMD`. @param text of redirect.yaml */
export function containerHealthCommand(text: string): readonly string[] {
  let found: readonly unknown[] = [];
  walk(template(text), (node) => {
    found = commandOf(node.HealthCheck) ?? found;
  });
  return found.slice(1).map(String);
}

function commandOf(healthCheck: unknown): readonly unknown[] | undefined {
  if (typeof healthCheck !== 'object' || healthCheck === null || !('Command' in healthCheck)) return undefined;
  return Array.isArray(healthCheck.Command) ? healthCheck.Command : undefined;
}

function walk(node: unknown, visit: (node: Tree) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) visit(node as Tree);
  for (const value of Object.values(node)) walk(value, visit);
}

/** CloudFormation's short tags (`!Sub`) stay as their plain values: nothing here depends on them. */
const template = (text: string): unknown => parse(text, { logLevel: 'error' });
