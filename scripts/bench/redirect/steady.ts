import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { seededRandom } from '@file-migration/stand-ins/faults/random';

/** How long people waited, in milliseconds. */
export type Latencies = { readonly clicks: number; readonly p50: number; readonly p99: number; readonly max: number };

/**
 * Clicks that come as people's do: independently of one another and of how fast the answers are, so many a second on
 * the average (a Poisson process). Each wait is counted from the moment at which the click was due, so that a server
 * that stalls is charged for every click it kept waiting.
 */
export async function steadyClicks(
  {
    url,
    headers,
    paths,
  }: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly paths: readonly string[] },
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Latencies> {
  const pool = new Pool(url, { connections: 64 });
  const random = seededRandom(1);
  const waits: number[] = [];
  const underWay: Promise<void>[] = [];
  const click = async (path: string, dueAt: number): Promise<void> => {
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
    await body.dump();
    if (statusCode !== 302) throw new Error(`A click was answered with ${statusCode}.`);
    waits.push(performance.now() - dueAt);
  };
  const startedAt = performance.now();
  let dueAt = startedAt;
  for (let turn = 0; dueAt < startedAt + seconds * 1000; turn++) {
    dueAt += (-Math.log(1 - random()) / perSecond) * 1000;
    const left = dueAt - performance.now();
    if (left > 0) await wait(left);
    underWay.push(click(paths[turn % paths.length] ?? '/', dueAt));
  }
  await Promise.all(underWay);
  await pool.close();
  waits.sort((a, b) => a - b);
  const quantile = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  return { clicks: waits.length, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
}
