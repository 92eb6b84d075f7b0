/*
 * Starts an image that was built of middleware/Dockerfile as config/aws/redirect.yaml does, where a container engine
 * is: `npm run check:container -- IMAGE`. It must become ready without writing anywhere, pass the template's own
 * health command, and end with 0 on SIGTERM.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@file-migration/stand-ins/free-port';
import { variables } from '@file-migration/kit/redirect/variables';
import { containerHealthCommand } from '../aws/checks/redirect-template.ts';
import { becomesReady } from './becomes-ready.ts';

const [image] = process.argv.slice(2);
if (image === undefined) throw new Error('Name the image: npm run check:container -- file-migration-redirect');

const template = readFileSync(join(import.meta.dirname, '../../config/aws/redirect.yaml'), 'utf8');
const healthCommand = containerHealthCommand(template);
const name = `file-migration-check-${process.pid}`;
const port = await freePort();
const settings = {
  ...variables({ REDIRECT_HOST: '0.0.0.0', REDIRECT_PORT: '8080' }),
  AWS_ACCESS_KEY_ID: 'IMAGE',
  AWS_SECRET_ACCESS_KEY: 'image',
};
const container = spawn(
  'docker',
  [
    ...['run', '--rm', '--read-only', '--name', name, '--publish', `127.0.0.1:${port}:8080`],
    ...Object.keys(settings).flatMap((variable) => ['--env', variable]),
    image,
  ],
  { env: { ...process.env, ...settings }, stdio: ['ignore', 'ignore', 'inherit'] },
);
const ended = once(container, 'exit') as Promise<[number | null]>;
const isReady = await becomesReady(`http://127.0.0.1:${port}/readyz`, () => container.exitCode !== null);
if (isReady) execFileSync('docker', ['exec', name, ...healthCommand], { stdio: 'inherit' });
execFileSync('docker', ['stop', '--time', '30', name], { stdio: 'inherit' });
const [code] = await ended;
if (!isReady || code !== 0) throw new Error(`${image}: ready ${isReady}, then exit ${String(code)}.`);
console.log(`${image}: ready on a read-only file system, healthy, and ends with 0 on SIGTERM`);
