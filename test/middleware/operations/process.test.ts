import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { drainUnderLoad } from '../drain-under-load.ts';
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
    expect(answered.ended).to.be.greaterThan(50);
    expect(answered.other).to.be.greaterThan(50);
    expect(ended?.logs.at(-1)).to.include({ message: 'stopped', complete: true });
  });
});
