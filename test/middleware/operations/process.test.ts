import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { startServiceProcess, type ServiceProcess } from '../service-process.ts';
import { variables, type Variables } from '../settings.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };

describe('The process of the redirect service', function () {
  this.timeout(30_000);
  const running: ChildProcess[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  function start(changes: Variables = {}): ServiceProcess {
    const service = startServiceProcess({ ...variables(changes), ...CREDENTIALS });
    running.push(service.child);
    return service;
  }

  it('refuses a wrong environment with exit 2 and all problems in sentences, without a stack', async () => {
    const { child, complaints } = startServiceProcess({ REDIRECT_PORT: 'x' });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).to.equal(2);
    const text = complaints();
    expect(text).to.include('REDIRECT_PORT: must be a whole number').and.to.include('REDIRECT_BUCKET: is not set');
    expect(text).not.to.match(/^\s+at /m);
  });

  it('drains on SIGTERM and loses no request under load, while the load balancer turns to another instance', async () => {
    const instances = [start({ REDIRECT_DRAIN_DELAY_SECONDS: '1' }), start()];
    const ports = await Promise.all(instances.map(async ({ said }) => Number((await said('listening')).port)));
    const [old = 0, other = 0] = ports;
    let target = old;
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const answered = new Map(ports.map((port) => [port, 0]));
    const lost: string[] = [];
    const running = new AbortController();
    const client = async (): Promise<void> => {
      while (!running.signal.aborted) {
        const port = target;
        await ask(port, agent).then(
          () => answered.set(port, (answered.get(port) ?? 0) + 1),
          (error: unknown) => lost.push(String((error as NodeJS.ErrnoException).code)),
        );
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await wait(300);
    const [first] = instances;
    const ended = once(first?.child ?? process, 'exit');
    first?.child.kill('SIGTERM');
    // the health check of a load balancer
    while ((await fetch(`http://127.0.0.1:${old}/readyz`)).status === 200) await wait(50);
    target = other;
    const [code] = (await ended) as [number];
    running.abort();
    await Promise.all(clients);
    expect({ code, lost }).to.deep.equal({ code: 0, lost: [] });
    for (const port of ports) expect(answered.get(port)).to.be.greaterThan(50);
    expect(first?.logs.at(-1)).to.include({ message: 'stopped', complete: true });
  });

  it('runs in several processes, replaces one that dies, counts for all of them, and ends as one', async () => {
    const { child, logs, said } = start({ REDIRECT_PROCESSES: '2' });
    const { metricsPort } = await said('workers started');
    const workers = async (count: number): Promise<Record<string, unknown>[]> => {
      for (;;) {
        const found = logs.filter(({ message }) => message === 'listening');
        if (found.length >= count) return found;
        await wait(10);
      }
    };
    const [first] = await workers(2);
    const metrics = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
    expect(metrics).to.include('redirect_mode{mode="s3"} 1').and.to.include('process_cpu_seconds_total');
    process.kill(Number(first?.pid), 'SIGKILL');
    await workers(3);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(((await ended) as [number])[0]).to.equal(0);
    expect(logs.filter(({ message }) => message === 'stopped')).to.have.length(2);
  });
});

/** One request whose answer must come whole. */
async function ask(port: number, agent: Agent): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/d/a0X000000000001', agent, headers: { accept: '*/*' } }, (response) => {
      response
        .resume()
        .on('end', () => resolve())
        .on('error', reject);
    }).on('error', reject);
  });
}
