import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

/** What one load did. `seconds` is how long it really took. */
export type Load = { readonly answered: number; readonly seconds: number };

/** Clicks as fast as the server answers, of a person who is signed in, for so many seconds. */
export type LoadGenerator = {
  readonly name: string;
  /**
   * @param clicks a file whose first line is the cookie and whose other lines are the record ids to walk
   * @throws Error when an answer was no redirect, or none came
   */
  readonly run: (url: string, clicks: string, seconds: number) => Promise<Load>;
};

const CONNECTIONS = 32;
const SCRIPT = join(import.meta.dirname, 'clicks.lua');

/**
 * wrk where it is installed (Debian has it): written in C, it leaves the processor to those who are measured. Else
 * autocannon, which comes with npm and takes as much of it as the service.
 */
export async function loadGenerator(): Promise<LoadGenerator> {
  const hasWrk = await run('wrk', ['--version']).then(
    () => true,
    // it says its version and ends with 1
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
  return hasWrk ? { name: 'wrk', run: byWrk } : { name: 'autocannon', run: byAutocannon };
}

const run = promisify(execFile);

type WrkResult = Load & { readonly failed: number; readonly refused: number };

async function byWrk(url: string, clicks: string, seconds: number): Promise<Load> {
  const options = ['--threads', '1', '--connections', String(CONNECTIONS), '--duration', `${seconds}s`];
  const { stdout } = await run('wrk', [...options, '--script', SCRIPT, url, '--', clicks]);
  const { answered, failed, refused, seconds: took } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as WrkResult;
  return checked({ answered, seconds: took }, failed, refused);
}

/** Every connection walks the documents from a place of its own, so that checks do not coincide. */
async function byAutocannon(url: string, clicks: string, seconds: number): Promise<Load> {
  const [cookie = '', ...documents] = readFileSync(clicks, 'utf8').split('\n');
  let connection = 0;
  const { requests, duration, errors, ...counts } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { cookie, accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    setupClient: (client) => {
      const from = Math.floor((connection++ / CONNECTIONS) * documents.length);
      const order = [...documents.slice(from), ...documents.slice(0, from)];
      client.setRequests(order.map((id) => ({ method: 'GET', path: `/d/${id}` })));
    },
  });
  return checked({ answered: counts['3xx'], seconds: duration }, errors, requests.total - counts['3xx']);
}

function checked(load: Load, failed: number, refused: number): Load {
  if (failed > 0 || refused > 0 || load.answered === 0) {
    throw new Error(`${load.answered} answers: ${refused} were no redirects, and ${failed} requests failed.`);
  }
  return load;
}
