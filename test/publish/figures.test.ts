import { expect } from 'chai';
import { storedFailureCode } from '../../plugin/src/model/failure-codes.ts';
import fc from 'fast-check';
import { accountId, documentId } from '@file-migration/config';
import type { CatalogCounts } from '../../plugin/src/model/counts.ts';
import type { RunId } from '../../plugin/src/model/run.ts';
import { documentStates } from '../../plugin/src/model/document-state.ts';
import { callsForAccounts, callsForErrors, publicationIntervalMs } from '../../plugin/src/publish/budget.ts';
import { gateResults } from '../../plugin/src/publish/gate-results.ts';
import { milestone } from '../../plugin/src/publish/milestone.ts';
import { accountRow } from '../../plugin/src/publish/rows/account-row.ts';
import { errorClassRows, errorDocumentRow } from '../../plugin/src/publish/rows/error-row.ts';
import { runRow } from '../../plugin/src/publish/rows/run-row.ts';
import { snapshotJson } from '../../plugin/src/publish/rows/snapshot-json.ts';
import { Throughput } from '../../plugin/src/publish/throughput.ts';
import { ignoring, rule } from '../../plugin/src/checks/check.ts';
import { gateIds } from '../../plugin/src/checks/rule-book.ts';
import { cut } from '../../plugin/src/format/cut.ts';
import { countsOf, someSnapshot } from '@file-migration/kit/migration/snapshot';

const uuid = '0f7c1d9e-5a55-4f0c-9d3a-6a1b2c3d4e5f';
const minute = 60_000;

describe('what is published', () => {
  it('is cut at whole characters, and never longer than its field', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (long, most) => {
        const short = cut(long, most);
        expect(short.length).to.be.at.most(most);
        expect(short.isWellFormed()).to.equal(true);
        if (long.isWellFormed() && long.length <= most) expect(short).to.equal(long);
        else if (short.endsWith('…')) expect(long.toWellFormed().startsWith(short.slice(0, -1))).to.equal(true);
      }),
    );
    expect(cut('Akte 👨‍👩‍👧', 8)).to.equal('Akte …');
    expect(cut('é'.normalize('NFD').repeat(3), 4)).to.equal('é'.normalize('NFD') + '…');
  });

  it('says of an account what sums to its documents', () => {
    const states = fc.record(Object.fromEntries(documentStates.map((state) => [state, fc.nat(1_000)])));
    fc.assert(
      fc.property(states, (counted) => {
        const documents = Object.values(counted).reduce((sum, each) => sum + each, 0);
        const account = {
          accountId: accountId('001000000000001AAA'),
          accountName: 'Acme',
          documents,
          bytes: 1,
          states: counted,
        };
        const { record } = accountRow(uuid, account);
        const parts = ['Switched', 'Verified', 'Copied', 'Discovered', 'Attention', 'Skipped', 'Deleted'];
        expect(parts.reduce((sum, part) => sum + Number(record[`${part}__c`]), 0)).to.equal(record.Documents__c);
      }),
    );
  });

  it('has one row a code, whatever failure classes it occurred with', () => {
    const shared = { code: 'org-answer-lost', worthRetry: false, example: 'x' } as const;
    const rows = errorClassRows(uuid, [
      { ...shared, failureClass: 'retry', documents: 2, occurrences: 5, firstAt: 20, lastAt: 30 },
      { ...shared, failureClass: 'skip', documents: 3, occurrences: 3, firstAt: 10, lastAt: 25, worthRetry: true },
    ]);
    expect(rows).to.have.length(1);
    expect(rows[0]?.record).to.include({
      Failure_Class__c: 'skip',
      Documents__c: 5,
      Occurrences__c: 8,
      Worth_Retry__c: true,
      First_Seen__c: new Date(10).toISOString(),
      Last_Seen__c: new Date(30).toISOString(),
    });
  });

  it('has external ids that fit, and differ, for codes of any length', () => {
    const key = (code: string): string =>
      errorDocumentRow(uuid, {
        document: documentId('a00000000000001AAA'),
        runId: 1 as RunId,
        isRunPublished: false,
        code: storedFailureCode(code),
        failureClass: 'skip',
        message: 'm',
        occurrences: 1,
        worthRetry: false,
        firstAt: 0,
        lastAt: 0,
      }).record.External_Id__c as string;
    const long = 'org-'.padEnd(80, 'x');
    expect(key(`${long}a`).length).to.be.at.most(120);
    expect(key(`${long}a`)).to.not.equal(key(`${long}b`));
    expect(key('source-missing')).to.equal(`${uuid}:error:document:a00000000000001AAA:source-missing`);
  });

  it('fits the snapshot field with the longest chart and the wordiest gates', () => {
    const throughput = new Throughput(0, minute);
    for (let at = 0; at <= 30 * 24 * 60; at++) throughput.sample(at * minute, at * 99_999, at * 9_999_999_999);
    const wordy = '💾'.repeat(2_000);
    const gates = gateIds.map((id) => rule(id, { expected: wordy }).failed(wordy, wordy));
    const json = snapshotJson(throughput.series(), gateResults(gates));
    expect(json.length).to.be.at.most(32_768);
    expect((JSON.parse(json) as { gates: unknown[] }).gates).to.have.length(gateIds.length);
  });

  it('leaves out gates that have not been looked at yet, and says which were ignored', () => {
    const { gates } = gateResults([
      rule('documents').passed('3 documents'),
      ignoring(rule('drift').failed('9%', 'sf migrate files backup'), ['drift']),
      ignoring(rule('evidence').failed('2 documents', 'sf migrate files verify'), ['drift']),
      rule('copies').notChecked('later'),
    ]);
    expect(gates.map(({ id, status }) => [id, status])).to.deep.equal([
      ['documents', 'passed'],
      ['drift', 'ignored'],
      ['evidence', 'failed'],
    ]);
  });

  it('says that a backup comes next until one has seen the whole org', () => {
    const of = (states: Partial<CatalogCounts['states']>, remaining = 0, isWholeOrgKnown = true): string =>
      milestone({ counts: countsOf(states, remaining), isWholeOrgKnown });
    expect(of({}, 0, false)).to.equal('Backup');
    expect(of({ verified: 5 }, 0, false)).to.equal('Backup');
    expect(of({ discovered: 1, verified: 5 }, 1)).to.equal('Backup');
    expect(of({ copied: 1, verified: 5 })).to.equal('Verify');
    expect(of({ verified: 5, switched: 5 })).to.equal('Switch');
    expect(of({ switched: 5, missing: 2 })).to.equal('Done');
  });

  it('has a rate for documents alone where a phase moves no bytes, and none after its end', () => {
    const throughput = { intervalSeconds: 60, points: [] };
    const working = runRow(uuid, someSnapshot(), {
      rate: { files: 1.234, bytes: undefined },
      secondsLeft: 7,
      throughput,
    });
    expect(working.record).to.include({ Rate__c: 1.23, Bytes_Rate__c: null, Seconds_Left__c: 7 });
    const ended = runRow(uuid, someSnapshot(), { rate: undefined, secondsLeft: undefined, throughput });
    expect(ended.record).to.include({ Rate__c: null, Bytes_Rate__c: null, Seconds_Left__c: null });
  });
});

describe('the throughput of a run', () => {
  it('keeps at most 240 points however long the run is, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 1_200 }), (perMinute) => {
        const throughput = new Throughput(0, minute);
        let documents = 0;
        perMinute.forEach((settled, index) => {
          documents += settled;
          throughput.sample((index + 1) * minute, documents, documents * 10);
        });
        const { points, intervalSeconds } = throughput.series();
        expect(points.length).to.be.at.most(240);
        const counted = points.reduce((sum, [, each]) => sum + each, 0);
        const covered = (points.length * intervalSeconds) / 60;
        expect(counted).to.equal(perMinute.slice(0, covered).reduce((sum, each) => sum + each, 0));
        points.forEach(([at], index) => expect(at).to.equal(index * intervalSeconds));
      }),
    );
  });
});

describe('the budget of calls', () => {
  it('publishes every minute while half of it is left, then so that the rest lasts for a day, and keeps a reserve', () => {
    expect(publicationIntervalMs(2_000, 2_000)).to.equal(minute);
    expect(publicationIntervalMs(1_000, 2_000)).to.equal(minute);
    expect(publicationIntervalMs(500, 2_000)).to.be.closeTo(2.88 * minute, 1);
    expect(publicationIntervalMs(20, 2_000)).to.equal(Infinity);
  });

  it('lasts for a run of a week without the panel ever going stale', () => {
    const perHour: number[] = [];
    let longest = 0;
    let now = 0;
    while (now < 7 * 24 * 60 * minute) {
      const hour = Math.floor(now / 3_600_000);
      const spent = perHour.slice(Math.max(0, hour - 24)).reduce((sum, calls) => sum + calls, 0);
      const interval = publicationIntervalMs(2_000 - spent, 2_000);
      longest = Math.max(longest, interval);
      perHour[hour] = (perHour[hour] ?? 0) + 1;
      now += interval;
    }
    expect(longest).to.be.lessThan(10 * minute);
  });

  it('gives accounts less than errors, and errors less than the run', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.integer({ min: 1, max: 2_000 }), fc.boolean(), (left, callsPerDay, isEnd) => {
        const accounts = callsForAccounts(left, callsPerDay, isEnd);
        expect(accounts).to.be.at.most(Math.max(0, callsForErrors(left, callsPerDay)));
        expect(callsForErrors(left, callsPerDay)).to.be.at.most(left);
      }),
    );
  });
});
