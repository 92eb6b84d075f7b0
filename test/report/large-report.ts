import type { AccountId } from '@file-migration/config';
import type { Run, RunId } from '../../plugin/src/model/run.ts';
import { rule } from '../../plugin/src/checks/check.ts';
import type { Report } from '../../plugin/src/report/report.ts';

const at = Date.UTC(2026, 10, 22, 15, 37, 4);
const hour = 3_600_000;

/** A migration of a million documents midway through its switch, with long names and every kind of trouble. */
export const largeReport: Report = {
  at,
  organization: 'Acme Industrial Holdings',
  place: {
    organizationId: '00D5g000007Xk2REAS',
    object: 'DocListEntry__c',
    bucket: 'acme-documents-archive-eu-central-1',
  },
  counts: {
    documents: 1_299_245,
    bytes: 1_704_112_000_000,
    states: {
      broken: 0,
      switched: 411_020,
      verified: 884_907,
      copied: 311,
      discovered: 0,
      changed: 214,
      failed: 41,
      missing: 1_902,
      denied: 7,
      archived: 55,
      skipped: 611,
      deleted: 177,
    },
    evidence: { A: 800_112, B: 402_300, C: 90_000, D: 3_526, E: 311 },
    skippedByRule: { 'no-url': 600, 'too-large': 11 },
    pastRevisions: 900,
    accounts: 41_872,
    remaining: 0,
  },
  ready: { ready: 884_907, oldestBackup: at - 20 * hour } as Report['ready'],
  readiness: {
    ready: false,
    documents: 50_000,
    accounts: 1_204,
    gates: [
      gate('documents', 'passed', '50,000 documents', { expected: 'at least 1' }),
      gate('evidence', 'passed', '50,000 at D or better', { expected: 'all at D or better' }),
      gate('backup-age', 'failed', 'last complete backup 26h 12m ago', {
        expected: 'at most 24h',
        fix: 'sf migrate files backup --full',
      }),
      gate('drift', 'ignored', '2.1% written since', { expected: 'at most 1%', fix: 'sf migrate files backup' }),
    ],
    notAsked: ['redirect', 'lifecycle', 'permission-set'],
  },
  breakdown: {
    extensions: ['pdf', 'xlsx', 'png', 'docx', 'msg', 'csv', 'zip', 'xml', 'jpg', 'txt', '', 'pptx'].map(
      (name, nth) => ({ name, documents: Math.round(700_000 / 1.9 ** nth), bytes: 1_000_000 }),
    ),
    days: [],
    timeline: {
      step: 'hour',
      copies: Array.from({ length: 60 }, (_, nth) => ({
        name: `${new Date(at - (72 - nth) * hour).toISOString().slice(0, 13)}:00Z`,
        documents: 16_000 + ((nth * 7919) % 11_000),
        bytes: 21e9 + ((nth * 104_729) % 9) * 1e9,
      })),
    },
  },
  accounts: ['Nordwind Versicherungen AG & Co. KGaA', '株式会社アクメ・ホールディングス', 'Initech', 'Globex'].map(
    (accountName, nth) => ({
      accountId: `0015g00000AbCd${nth}AAA` as AccountId,
      accountName,
      documents: Math.round(90_000 / 1.4 ** nth),
      bytes: 1_000_000_000,
      states: {},
    }),
  ),
  errors: [
    error('source-missing', 1_902, 'HEAD https://vendor-files.s3.eu-west-1.amazonaws.com/a/b/contract-2019.pdf: 404'),
    error('source-archived', 55, 'The object is in the class GLACIER and must be restored first.'),
    error('source-denied', 7, 'AccessDenied: User arn:aws:iam::111122223333:user/migrator is not authorized'),
  ],
  runs: [run(14, 'switch'), run(13, 'verify'), run(12, 'backup'), run(11, 'backup')],
};

function gate(
  id: NonNullable<Report['readiness']>['gates'][number]['id'],
  status: 'passed' | 'failed' | 'ignored',
  found: string,
  { expected, fix = '' }: { readonly expected: string; readonly fix?: string },
): NonNullable<Report['readiness']>['gates'][number] {
  const { failed } = rule(id, { expected });
  return { ...failed(found, fix), status };
}

function error(code: Report['errors'][number]['code'], documents: number, example: string): Report['errors'][number] {
  return {
    code,
    failureClass: 'skip',
    documents,
    occurrences: documents,
    worthRetry: true,
    firstAt: at - hour,
    lastAt: at,
    example,
  };
}

function run(id: number, type: Run['type']): Run {
  return {
    id: id as RunId,
    type,
    mode: type === 'backup' ? 'incremental' : 'full',
    command: '',
    status: id === 12 ? 'completed_with_failures' : 'completed',
    startedAt: at - (15 - id) * 11 * hour,
    endedAt: at - (15 - id) * 11 * hour + 2 * hour + 7 * 60_000,
    heartbeatAt: at,
    host: 'migrator',
    pid: 4711,
    message: undefined,
    scope: type === 'switch' ? { accountIds: [null], limit: 5_000 } : undefined,
    position: undefined,
    counters: { processed: 411_020, bytesCopied: type === 'backup' ? 640_000_000_000 : 0 } as Run['counters'],
  };
}
