import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '@file-migration/stand-ins/free-port';
import { drainUnderLoad } from '@file-migration/kit/redirect/drain-under-load';
import { startServiceProcess, startWithLog, type ServiceProcess } from '@file-migration/kit/redirect/service-process';
import { variables, type Variables } from '@file-migration/kit/redirect/variables';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };

describe('The process of the redirect service', () => {
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
    const [ended, other] = await Promise.all(
      [start({ REDIRECT_DRAIN_DELAY_SECONDS: '1' }), start()].map(async ({ child, logs, said }) => ({
        child,
        logs,
        port: Number((await said('listening')).port),
      })),
    );
    const request = { path: '/d/a0X000000000001', headers: { accept: '*/*' } };
    const { code, lost, answered } = await drainUnderLoad(ended!, other!, request);
    expect({ code, lost }).to.deep.equal({ code: 0, lost: [] });
    expect(answered.ended).to.be.at.least(50);
    expect(answered.other).to.be.at.least(50);
    expect(ended?.logs.at(-1)).to.include({ message: 'stopped', complete: true });
  });

  it('loses no click with the drain delay and the health checks of the page: every 5 s, two failures', async () => {
    const port = await freePort();
    const { child, said } = start({ REDIRECT_PORT: String(port), REDIRECT_DRAIN_DELAY_SECONDS: '' });
    await said('listening');
    const statusOf = async (path: string): Promise<number | string> =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        ({ status }) => status,
        () => 'refused',
      );
    let failures = 0;
    const checks = setInterval(() => {
      void statusOf('/readyz').then((status) => (failures = status === 200 ? 0 : failures + 1));
    }, 5000);
    try {
      // the worst moment: just after a check that went well
      await wait(5100);
      child.kill('SIGTERM');
      const statuses = new Set<number | string>();
      while (failures < 2) {
        statuses.add(await statusOf('/d/a0X000000000001'));
        await wait(50);
      }
      expect([...statuses]).to.deep.equal([401]);
    } finally {
      clearInterval(checks);
    }
  });

  describe('when nobody takes its log', () => {
    const click = async (port: unknown): Promise<number> =>
      (await fetch(`http://127.0.0.1:${String(port)}/d/a0X000000000001`)).status;

    for (const [what, stdio] of [
      ['whose reader is stuck', 'stuck'],
      ['whose reader is gone', 'gone'],
      ['on a full disk', 'full'],
    ] as const) {
      it(`refuses clicks and is not ready with a log ${what}, lives on, and ends on SIGTERM`, async () => {
        const port = await freePort();
        const variables_ = variables({ REDIRECT_PORT: String(port), REDIRECT_ADDRESS_LIMIT: '100000' });
        const child = startWithLog(stdio, { ...variables_, ...CREDENTIALS });
        running.push(child);
        const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
        await until(async () =>
          fetch(at('/livez')).then(
            ({ ok }) => ok,
            () => false,
          ),
        );
        await until(async () => {
          for (let turn = 0; turn < 50; turn++) await click(port);
          return (await click(port)) === 503;
        });
        expect((await fetch(at('/livez'))).status).to.equal(200);
        const ready = await fetch(at('/readyz'));
        expect(ready.status).to.equal(503);
        expect(await ready.text()).to.match(/the log/);
        const page = await fetch(at('/d/a0X000000000001'), { headers: { accept: 'text/html' } });
        expect(await page.text())
          .to.include('needs its administrator')
          .and.not.match(/\bat \S+:\d+/);
        const ended = once(child, 'exit') as Promise<[number | null]>;
        child.kill('SIGTERM');
        expect((await ended)[0]).to.equal(0);
      });
    }

    it('goes on and counts what is lost when it is told to', async () => {
      const [port, metricsPort] = [await freePort(), await freePort()];
      const child = startWithLog('full', {
        ...variables({ REDIRECT_PORT: String(port), REDIRECT_METRICS_PORT: String(metricsPort) }),
        ...CREDENTIALS,
        REDIRECT_WHEN_AUDIT_FAILS: 'drop',
      });
      running.push(child);
      const metrics = async (): Promise<string> =>
        fetch(`http://127.0.0.1:${metricsPort}/metrics`).then(
          (answer) => answer.text(),
          () => '',
        );
      await until(async () => (await metrics()).includes('redirect_log_writable 0'));
      expect(await click(port)).to.equal(401);
      expect(await metrics()).to.include('redirect_log_lines_dropped 0');
    });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(20);
}
