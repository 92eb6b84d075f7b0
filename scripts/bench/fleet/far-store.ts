import { addDocuments } from '@file-migration/kit/migration/migration-world';
import {
  commandWorld,
  json,
  startCommand,
  type CommandWorld,
  type Ended,
} from '@file-migration/kit/command/command-world';

/** A store that answers late: what one worker waits for, several wait for at the same time. */
const getMs = 40;
const putMs = 60;
/** In each process; so few that a worker waits, and does not work. */
const inFlight = 4;

export type FarFigures = {
  /** Seconds of a backup with one worker, and with three. */
  readonly one: number;
  readonly three: number;
  /** Seconds of `verify --mode full` in this process, and with two workers. */
  readonly verifyLocal: number;
  readonly verifyTwo: number;
};

/** Real commands against a store in this process. */
export async function farStore(url: string, documents: number): Promise<FarFigures> {
  const one = await inWorld(url, documents, (far) => far.withWorkers(1, ['backup']));
  return await inWorld(url, documents, async (far) => {
    const three = await far.withWorkers(3, ['backup']);
    const verify = ['verify', '--mode', 'full', '--no-orphans'];
    const verifyLocal = secondsOf(await far.run(verify));
    return { one, three, verifyLocal, verifyTwo: await far.withWorkers(2, verify) };
  });
}

type Far = {
  readonly run: (args: readonly string[]) => Promise<Ended>;
  readonly withWorkers: (workers: number, args: readonly string[]) => Promise<number>;
};

async function inWorld<T>(url: string, documents: number, work: (far: Far) => Promise<T>): Promise<T> {
  const world = await commandWorld({
    config: { fleet: { url: '${FLEET_URL}' }, backup: { inFlight: { initial: inFlight, max: inFlight } } },
  });
  try {
    await useStreams(world);
    await addDocuments(world, documents);
    const latency = (operation: string, milliseconds: number) =>
      ({ match: { operation }, fault: { kind: 'latency', milliseconds } }) as const;
    world.store.setFaults([latency('GetObject', getMs), latency('PutObject', putMs)]);
    const place = { cwd: world.folder, env: { ...world.environment, FLEET_URL: url } };
    const run: Far['run'] = (args) => startCommand([...args, '--no-publish', '--json'], place).ended;
    return await work({
      run,
      async withWorkers(count, args) {
        const workers = Array.from({ length: count }, () => startCommand(['worker'], place));
        try {
          return secondsOf(await run([...args, '--workers', 'fleet']));
        } finally {
          for (const { child } of workers) child.kill('SIGTERM');
          await Promise.all(workers.map(({ ended }) => ended));
        }
      },
    });
  } finally {
    await world.close();
  }
}

/** Bytes go through the workers: a server-side copy is one short request. */
async function useStreams({ folder }: CommandWorld): Promise<void> {
  const { readFile, writeFile } = await import('node:fs/promises');
  const file = `${folder}/migration.json`;
  const config = JSON.parse(await readFile(file, 'utf8')) as { source: object };
  await writeFile(file, JSON.stringify({ ...config, source: { ...config.source, methods: ['s3'] } }));
}

function secondsOf(ended: Ended): number {
  const answer = json(ended);
  if (ended.code !== 0) throw new Error(`A command ended with ${String(ended.code)}: ${ended.stdout}${ended.stderr}`);
  return (answer.result as { readonly seconds: number }).seconds;
}
