import Database from 'better-sqlite3';
import { expect } from 'chai';
import { OWN_FOLDER } from '@file-migration/config';
import { TARGET, documentRecord, sourceUrl } from '@file-migration/kit/migration/migration-world';
import {
  exitWorld,
  readyToExit,
  runCertify,
  runPlan,
  runProof,
  type ExitWorld,
} from '@file-migration/kit/migration/exit';
import { failureOf } from '@file-migration/kit/failure-of';
import { linksInOrg, runSwitch, withTools } from '@file-migration/kit/migration/switch';
import { CertifyProgress } from '../../plugin/src/certify/certify-progress.ts';
import type { ExitPlan } from '../../plugin/src/certify/certify.ts';

const documents = 30;
const dayMs = 86_400_000;

/** Ids of the checks that do not hold. */
function open({ checks }: ExitPlan): string[] {
  return checks.filter(({ status }) => status !== 'passed').map(({ id }) => id);
}

function check({ checks }: ExitPlan, id: string): ExitPlan['checks'][number] {
  const found = checks.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no check ${id}.`);
  return found;
}

describe('certify, over a whole migration', () => {
  let world: ExitWorld;
  before(async () => {
    world = await exitWorld(documents);
  });
  after(() => world.close());

  it('says after a backup that nothing is switched, with the command for it, and writes nothing', async () => {
    const plan = await runPlan(world);
    expect(open(plan)).to.include.members(['records', 'urls', 'restore-drill']);
    expect(check(plan, 'records')).to.deep.include({ fix: 'sf migrate files switch --execute' });
    expect(check(plan, 'records').found).to.match(/^0 of 30 documents accounted for.*not switched: 30 verified/);
    expect(check(plan, 'urls').found).to.match(/30 to the vendor/);
    expect([...world.store.list(TARGET)]).to.have.length(documents);
  });

  it('holds a record that nobody backed up against the org, live', async () => {
    await runSwitch(world);
    const late = world.org.records.insertOne('DocListEntry__c', documentRecord('late.pdf', sourceUrl('f-0')));
    const plan = await runPlan(world);
    expect(check(plan, 'org')).to.include({ status: 'failed', fix: 'sf migrate files backup --full' });
    expect(check(plan, 'urls').found).to.match(/1 to the vendor/);
    world.org.records.softDelete(late);
  });

  it('asks for the way back to be tried, and takes a rollback for it', async () => {
    expect(check(await runPlan(world), 'restore-drill')).to.include({ status: 'failed' });
    await readyToExit(world);
    expect(check(await runPlan(world), 'restore-drill').found).to.match(/30 documents rolled back and read back/);
  });

  it('is ready when every check holds, and says so', async () => {
    const plan = await runPlan(world);
    expect(open(plan)).to.deep.equal([]);
    expect(plan).to.deep.include({ isReady: true });
    expect(plan.counts).to.include({ documents, switched: documents });
  });

  it('wants copies to be verified lately, and the last backup to be recent', async () => {
    const plan = await runPlan(world, { now: Date.now() + 40 * dayMs });
    expect(open(plan)).to.include.members(['verified', 'drift']);
    expect(check(plan, 'verified').found).to.match(/30 documents not verified lately/);
  });

  it('wants days without a new file when the settings say so, and does not take short observation for silence', async () => {
    const config = { ...world.config, certify: { ...world.config.certify, driftFreeDays: 7 } };
    expect(check(await runPlan(world, { config }), 'drift').found).to.match(/observed only since/);
  });

  it('has no certificate without a key, says which variable it wants, and shows nothing of one that is wrong', async () => {
    const without = await runPlan(world, { env: {} });
    expect(check(without, 'signing-key').found).to.include('CERTIFICATE_SIGNING_KEY');
    const wrong = await failureOf(runCertify(world, { env: { CERTIFICATE_SIGNING_KEY: 'canary-secret' } }));
    expect(wrong).to.include({ code: 'not-ready' });
    expect(`${wrong.message}${wrong.actions.join()}`).to.not.include('canary-secret');
  });

  it('writes a ledger, its hashes, a page and a signed certificate, which the bucket alone proves', async () => {
    const { certificate, certificateKey } = await runCertify(world);
    const keys = [...world.store.list(TARGET)].map(({ key }) => key).filter((key) => key.includes('/certificates/'));
    expect(keys.map((key) => key.split('/').at(-1))).to.have.members([
      'ledger.ndjson',
      'leaves.sha256',
      'certificate.html',
      'certificate.json',
    ]);
    expect(certificateKey).to.equal(`uploads/${OWN_FOLDER}certificates/${certificate.statement.id}/certificate.json`);
    expect(JSON.parse(world.store.read(TARGET, certificateKey).toString())).to.deep.equal(certificate);
    const ledger = world.store.read(TARGET, certificateKey.replace('certificate.json', 'ledger.ndjson')).toString();
    expect(ledger.trimEnd().split('\n')).to.have.length(documents);
    for (const mode of ['head', 'full'] as const) {
      const proof = await runProof(world, certificate, { mode });
      expect(proof).to.deep.include({ verdict: 'genuine', findings: {}, lines: documents });
      expect(proof.objects.checked).to.equal(documents);
      expect(proof.key.isTrusted).to.equal(true);
    }
    expect(await runProof(world, certificate, { sample: 7 })).to.deep.include({
      verdict: 'genuine',
      objects: { checked: 7, bySizeOnly: 0 },
    });
  });

  it('says that a signature was held against nothing but the certificate’s own key', async () => {
    const { certificate } = await runCertify(world);
    const proof = await runProof(world, certificate, { trusted: undefined });
    expect(proof).to.include({ verdict: 'genuine' });
    expect(proof.key.isTrusted).to.equal(false);
  });

  it('leaves no certificate when the catalog changes while the ledger is written', async () => {
    const certificates = (): number =>
      [...world.store.list(TARGET)].filter(({ key }) => key.endsWith('certificate.json')).length;
    const before = certificates();
    class Forgetting extends CertifyProgress {
      /** As if a backup had found one document gone, just before the ledger. */
      override stageIs(...stage: Parameters<CertifyProgress['stageIs']>): void {
        super.stageIs(...stage);
        if (stage[0] !== 'Write the ledger') return;
        const db = new Database(world.config.catalog.file);
        db.prepare('UPDATE documents SET state_code = 3 WHERE doclist_entry_id = ?').run(world.written[3]?.id);
        db.close();
      }
    }
    const failure = await failureOf(runCertify(world, { progress: new Forgetting() }));
    expect(failure).to.include({ code: 'not-ready' });
    expect(certificates()).to.equal(before);
  });
});

describe('documents without a copy', () => {
  let world: ExitWorld;
  before(async () => {
    world = await exitWorld(6);
    world.org.records.insertOne('DocListEntry__c', documentRecord('gone.pdf', sourceUrl('no-such-file')));
    world.org.records.insertOne('DocListEntry__c', documentRecord('empty.pdf', null));
    await world.run();
    await readyToExit(world);
  });
  after(() => world.close());

  it('wait for the decision of a named person, and are then in the ledger with it', async () => {
    const opened: string[] = [];
    const plan = await runPlan(world, { onOpen: ({ document }) => opened.push(document.id) });
    expect(open(plan)).to.have.members(['decisions', 'urls']);
    expect(opened).to.have.length(1);
    const [document] = opened;
    await withTools(world, ({ catalog }) =>
      catalog.recordDecisions([
        { document: document as never, decidedBy: 'Ada Lovelace', reason: 'Lost before 2020', decidedOn: '2026-01-02' },
      ]),
    );
    expect(open(await runPlan(world))).to.deep.equal([]);
    const { certificate, ledgerKey } = await runCertify(world);
    expect(certificate.statement.counts).to.include({ documents: 8, switched: 6, accepted: 1, empty: 1 });
    expect(world.store.read(TARGET, ledgerKey).toString()).to.match(/"outcome":"accepted".*"decidedBy":"Ada Lovelace"/);
    expect(await runProof(world, certificate)).to.include({ verdict: 'genuine' });
  });

  it('need a new decision when the record gets another file', async () => {
    const gone = [...linksInOrg(world)].find(([, { url }]) => url.includes('no-such-file'))?.[0] ?? '';
    world.org.records.update(gone, { Document__c: sourceUrl('no-such-file-either') });
    await world.run();
    expect(open(await runPlan(world))).to.include.members(['decisions', 'urls']);
  });
});

describe('a certificate that somebody has tampered with', () => {
  let world: ExitWorld;
  let issued: Awaited<ReturnType<typeof runCertify>>;
  let ledger: Buffer;
  let leaves: Buffer;
  const leavesKey = (): string => issued.ledgerKey.replace('ledger.ndjson', 'leaves.sha256');

  before(async () => {
    world = await exitWorld(20);
    await readyToExit(world);
    issued = await runCertify(world);
    ledger = Buffer.from(world.store.read(TARGET, issued.ledgerKey));
    leaves = Buffer.from(world.store.read(TARGET, leavesKey()));
  });
  afterEach(() => {
    world.store.seed(TARGET, issued.ledgerKey, { bytes: ledger });
    world.store.seed(TARGET, leavesKey(), { bytes: leaves });
  });
  after(() => world.close());

  const proof = (certificate = issued.certificate, request = {}) => runProof(world, certificate, request);
  const lines = (): string[] => ledger.toString().trimEnd().split('\n');
  const write = (changed: readonly string[]): unknown =>
    world.store.seed(TARGET, issued.ledgerKey, { bytes: Buffer.from(`${changed.join('\n')}\n`) });

  it('names the line that was forged', async () => {
    const forged = lines();
    forged[11] = (forged[11] ?? '').replace(/"evidence":"."/, '"evidence":"E"');
    write(forged);
    const { verdict, firstFindings, findings } = await proof();
    expect({ verdict, findings }).to.deep.equal({ verdict: 'not-genuine', findings: { 'line-forged': 1 } });
    expect(firstFindings[0]).to.include({ line: 12, document: world.written.map(({ id }) => id).sort()[11] });
  });

  it('says that the ledger was cut, and behind which line', async () => {
    write(lines().slice(0, 15));
    const { verdict, firstFindings } = await proof();
    expect(verdict).to.equal('not-genuine');
    expect(firstFindings.find(({ kind }) => kind === 'ledger-truncated')).to.include({ line: 15 });
  });

  it('says that lines were added, taken out or swapped', async () => {
    const all = lines();
    write([...all, all[0] ?? '']);
    expect((await proof()).findings).to.have.property('ledger-longer', 1);
    write(all.filter((_, nth) => nth !== 4));
    expect((await proof()).firstFindings.find(({ kind }) => kind === 'line-forged')).to.include({ line: 5 });
    const swapped = [...all];
    [swapped[2], swapped[3]] = [all[3] ?? '', all[2] ?? ''];
    write(swapped);
    expect((await proof()).findings).to.include({ 'line-forged': 2 });
  });

  it('says that the ledger is missing', async () => {
    world.store.remove(TARGET, issued.ledgerKey);
    expect((await proof()).findings).to.deep.equal({ 'ledger-missing': 1 });
  });

  it('stands when only the hashes beside the ledger are damaged or gone, and says so', async () => {
    world.store.seed(TARGET, leavesKey(), { bytes: leaves.subarray(0, 100) });
    expect(await proof()).to.deep.include({ verdict: 'genuine', findings: { 'leaves-damaged': 1 } });
    world.store.remove(TARGET, leavesKey());
    expect(await proof()).to.deep.include({ verdict: 'genuine', findings: { 'leaves-damaged': 1 } });
  });

  it('does not take a line and its hash that were forged together for genuine', async () => {
    const forged = lines();
    forged[3] = (forged[3] ?? '').replace('"size":200', '"size":201');
    write(forged);
    const { leafHash } = await import('../../plugin/src/certify/merkle-tree.ts');
    const hashes = Buffer.concat(forged.map((line) => leafHash(Buffer.from(line))));
    world.store.seed(TARGET, leavesKey(), { bytes: hashes });
    const { verdict, findings } = await proof();
    expect(verdict).to.equal('not-genuine');
    expect(findings).to.include({ 'ledger-differs': 1, 'object-differs': 1 });
  });

  it('names a statement that was changed, and a signature of somebody else', async () => {
    const { certificate } = issued;
    const { statement } = certificate;
    const changed = {
      ...certificate,
      statement: { ...statement, counts: { ...statement.counts, accepted: 0, switched: 19 } },
    };
    expect((await proof(changed)).findings).to.include({ 'signature-invalid': 1 });
    const { generateKeyPairSync, sign } = await import('node:crypto');
    const { signedMessage } = await import('../../plugin/src/certify/certificate.ts');
    const other = generateKeyPairSync('ed25519');
    const resigned = {
      ...certificate,
      signature: {
        algorithm: 'ed25519',
        publicKey: other.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        value: sign(null, signedMessage(statement), other.privateKey).toString('base64'),
      },
    } as const;
    expect((await proof(resigned)).findings).to.include({ 'key-not-trusted': 1, 'signature-invalid': 1 });
    expect(await proof(resigned, { trusted: undefined })).to.include({ verdict: 'genuine' });
  });

  it('names an object that was changed by a byte, one that was replaced, and one that is missing', async () => {
    const [changed, gone] = lines().map((line) => (JSON.parse(line) as { key: string }).key);
    const bytes = Buffer.from(world.store.read(TARGET, changed ?? ''));
    const original = Buffer.from(bytes);
    bytes[150] = (bytes[150] ?? 0) ^ 1;
    world.store.seed(TARGET, changed ?? '', { bytes });
    const removed = Buffer.from(world.store.read(TARGET, gone ?? ''));
    world.store.remove(TARGET, gone ?? '');
    for (const mode of ['head', 'full'] as const) {
      const { verdict, findings, firstFindings } = await proof(issued.certificate, { mode });
      expect({ verdict, findings }).to.deep.equal({
        verdict: 'objects-differ',
        findings: { 'object-differs': 1, 'object-missing': 1 },
      });
      expect(firstFindings.map(({ key }) => key)).to.have.members([changed, gone]);
    }
    world.store.seed(TARGET, changed ?? '', { bytes: original });
    world.store.seed(TARGET, gone ?? '', { bytes: removed });
  });

  it('is not held against another bucket or prefix', async () => {
    const elsewhere = { ...world.config, target: { ...world.config.target, bucket: 'another-bucket' } };
    expect(await failureOf(runProof({ config: elsewhere }, issued.certificate))).to.include({
      code: 'certificate-elsewhere',
    });
  });

  it('reads no line without an end, and no key that climbs out of the prefix', async () => {
    world.store.seed(TARGET, issued.ledgerKey, { bytes: Buffer.alloc(5_000_000, 'x') });
    expect((await proof()).findings).to.include({ 'line-unreadable': 1 });
    const climbing = lines();
    climbing[0] = (climbing[0] ?? '').replace(/"key":"uploads\//, '"key":"uploads/../../');
    climbing[1] = (climbing[1] ?? '').replace(/"key":"uploads\//, `"key":"uploads/${OWN_FOLDER}`);
    climbing[2] = '[[[[[[[[[[[[';
    write(climbing);
    const { findings, objects } = await proof();
    expect(findings).to.include({ 'line-unreadable': 3, 'line-forged': 3 });
    expect(objects.checked).to.equal(17);
  });
});
