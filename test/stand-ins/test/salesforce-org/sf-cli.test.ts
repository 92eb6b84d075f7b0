import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSalesforceOrg, type SalesforceOrg } from '../../salesforce-org/index.ts';

const sf = join(import.meta.dirname, '../../../../node_modules/.bin/sf');

describe('the simulated org, driven by the real sf CLI', () => {
  let org: SalesforceOrg;
  let home: string;
  before(async () => {
    org = await startSalesforceOrg();
    home = mkdtempSync(join(tmpdir(), 'stand-in-sf-'));
    await org.records.insertDocuments(
      Array.from({ length: 2500 }, (_, index) => ({ Name: `${index}.pdf`, Document__c: `https://v/${index}` })),
    );
  });
  after(async () => {
    await org.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function run(...flags: string[]): Promise<Record<string, unknown>> {
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      CI: 'true',
      SF_DISABLE_TELEMETRY: 'true',
      SF_ACCESS_TOKEN: org.accessToken,
    };
    const { stdout } = await promisify(execFile)(sf, [...flags, '--json'], { env, cwd: home });
    return (JSON.parse(stdout) as { result: Record<string, unknown> }).result;
  }

  it('logs in, shows the org, queries, exports and updates in bulk, and reads limits', async () => {
    await run('org', 'login', 'access-token', '--instance-url', org.url, '--no-prompt', '--alias', 'simulated');
    const target = ['--target-org', 'simulated'];
    expect(await run('org', 'display', ...target)).to.include({ id: org.orgId, connectedStatus: 'Connected' });
    const soql = 'SELECT Id, Name FROM DocListEntry__c';
    expect(await run('data', 'query', ...target, '--query', soql)).to.include({ totalSize: 2500, done: true });
    await run('data', 'export', 'bulk', ...target, '--query', soql, '--output-file', 'out.csv', '--wait', '5');
    const exported: { Id: string }[] = parse(readFileSync(join(home, 'out.csv'), 'utf8'), { columns: true });
    expect(exported).to.have.length(2500);
    const changed = ['Id,Name', ...exported.map(({ Id }, index) => `${Id},changed ${index}`)];
    writeFileSync(join(home, 'in.csv'), `${changed.join('\n')}\n`);
    const update = ['--file', 'in.csv', '--sobject', 'DocListEntry__c', '--line-ending', 'LF', '--wait', '5'];
    await run('data', 'update', 'bulk', ...target, ...update);
    const names = [...org.records.allDocuments()].map((document) => document.Name);
    expect(names.filter((name) => /^changed \d+$/.test(String(name)))).to.have.length(2500);
    const limits = (await run('limits', 'api', 'display', ...target)) as unknown as { name: string }[];
    expect(limits.map((limit) => limit.name)).to.include('DailyApiRequests');
    expect(org.requests.unknown).to.deep.equal([]);
    expect(existsSync(join(home, '.sfdx'))).to.equal(true);
  });
});
