import { expect } from 'chai';
import fc from 'fast-check';
import { zstdCompressSync } from 'node:zlib';
import { documentId, objectKey } from '@file-migration/config';
import { protocol, type Job, type Report } from '../../plugin/src/fleet/messages.ts';
import { differences, fingerprint, storageSettings } from '../../plugin/src/fleet/settings.ts';
import { pack, unpackJob, unpackReport } from '../../plugin/src/fleet/wire.ts';
import { configuredOptions } from '../../plugin/src/context/storage-options.ts';
import { storeKeys, worldConfig } from '@file-migration/kit/migration/world-config';
import { copied } from './scripted-copier.ts';

const job: Job = {
  protocol,
  id: crypto.randomUUID(),
  sharers: 3,
  exclusive: false,
  tasks: [
    {
      kind: 'copy',
      request: {
        document: documentId('a01000000000001'),
        revision: 2,
        url: 'https://vendor.example/ä b',
        key: objectKey('uploads/x/1'),
        fileName: 'ä b.pdf',
      },
    },
  ],
};
const side = { limit: 1, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
const report: Report = {
  worker: 'host:1',
  state: 'working',
  load: { source: side, target: side, heldBytes: 0, documents: 2 },
  documents: 1,
  answers: [{ job: job.id, task: 0, result: { kind: 'done', value: copied } }],
};

describe('jobs and reports in a queue', () => {
  it('arrive as they were sent', () => {
    expect(unpackJob(pack(job))).to.deep.equal(job);
    expect(unpackReport(pack(report))).to.deep.equal(report);
  });

  it('are refused when nobody of ours has written them', () => {
    const packed = (value: unknown): object => ({ zstd: zstdCompressSync(JSON.stringify(value)).toString('base64') });
    const changed = fc.oneof(
      fc.json().map((text) => packed(JSON.parse(text))),
      fc.anything(),
      fc.record({ zstd: fc.string() }),
      fc.constantFrom(
        packed({ ...job, protocol: 2 }),
        packed({ ...job, tasks: [] }),
        packed({ ...job, token: 'x' }),
        packed({ ...job, tasks: [{ kind: 'copy', request: { ...job.tasks[0]?.request, document: '../x' } }] }),
      ),
    );
    fc.assert(
      fc.property(changed, (value) => {
        expect(() => unpackJob(value)).to.throw(Error);
        expect(() => unpackReport(value)).to.throw(Error);
      }),
    );
  });

  it('are refused when they grow beyond all bounds', () => {
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, 'a')).toString('base64');
    expect(bomb.length).to.be.below(100_000);
    expect(() => unpackJob({ zstd: bomb })).to.throw(RangeError);
  });
});

describe('the settings in which workers must agree', () => {
  const place = { folder: '/nowhere', storeUrl: 'http://127.0.0.1:9' };
  const settingsOf = (changes: Parameters<typeof worldConfig>[1] = {}): ReturnType<typeof storageSettings> =>
    storageSettings(configuredOptions(worldConfig(place, changes), storeKeys));

  it('hold no secret, and do not depend on who reads and writes, or how fast', () => {
    const settings = settingsOf();
    for (const secret of Object.values(storeKeys)) expect(JSON.stringify(settings)).not.to.include(secret);
    expect(fingerprint(settingsOf({ backup: { requestsPerSecond: 5, inFlight: { max: 99 } } }))).to.equal(
      fingerprint(settings),
    );
  });

  it('say in what another one differs', () => {
    const theirs = settingsOf({ key: { layout: 'files/{recordId}/{fileName}' }, backup: { minimumEvidence: 'B' } });
    expect(fingerprint(theirs)).not.to.equal(fingerprint(settingsOf()));
    expect(differences(settingsOf(), theirs)).to.deep.equal([
      'key.layout (prefix): files/ there, uploads/ here',
      'backup.minimumEvidence: B there, D here',
    ]);
  });
});
