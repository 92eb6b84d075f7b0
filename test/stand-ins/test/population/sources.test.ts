import { expect } from 'chai';
import { population } from '../../population/population.ts';
import type { PopulationEntry, SourceKind, SourceObject } from '../../population/records.ts';

const made = population({ documents: 2000, sizes: { meanBytes: 4000, maxBytes: 100_000 } });
const entries = [...made.entries()];
const of = (kind: SourceKind) => entries.filter(({ source }) => source === kind);
const keyOf = ({ document }: PopulationEntry) => new URL(document.Document__c ?? '').pathname.slice(1);

describe('the sources of a population', () => {
  it('have the form of URL that the vendor uses, with a key that tells nothing', () => {
    const form =
      /^https:\/\/vendor-documents\.s3\.us-west-2\.amazonaws\.com\/acme-pdf-manager\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    for (const { document, source } of entries) {
      if (source === 'no-url') expect(document.Document__c).to.equal(null);
      else expect(document.Document__c).to.match(form);
    }
  });

  it('have bytes as long as they say', () => {
    for (const { size, bytes, key } of made.objects()) expect(bytes().length, key).to.equal(size);
  });

  it('differ in their bytes, but for deliberate duplicates and empty files', () => {
    const contents = new Map<string, string>();
    for (const { object, source } of entries) {
      if (object === undefined || source === 'duplicate' || source === 'empty') continue;
      const content = object.bytes().toString('latin1');
      expect(contents.get(content), object.key).to.equal(undefined);
      contents.set(content, object.key);
    }
    for (const { object } of of('duplicate')) {
      expect(contents.get(object!.bytes().toString('latin1')))
        .to.be.a('string')
        .and.not.equal(object!.key);
    }
  });

  it('are of the size asked for', () => {
    const objects = of('present').map(({ object }) => object!);
    const mean = objects.reduce((sum, { size }) => sum + size, 0) / objects.length;
    expect(mean).to.be.within(3500, 6000);
    expect(Math.max(...[...made.objects()].map(({ size }) => size))).to.be.within(60_000, 100_000);
    for (const { size } of population({ documents: 50, sizes: 20_000 }).objects()) expect([0, 20_000]).to.include(size);
  });

  it('fail about as often as in the measured backup', () => {
    const failing = of('missing').length + of('denied').length + of('archived').length;
    expect(failing / entries.length).to.be.closeTo(0.052, 0.02);
  });

  it('are archived or denied by their object, missing without one, and empty with 0 bytes', () => {
    for (const { object } of of('archived')) expect(object?.storageClass).to.match(/^(GLACIER|DEEP_ARCHIVE)$/);
    for (const { object } of of('denied')) expect(object?.access).to.equal('denied');
    for (const { object } of [...of('missing'), ...of('no-url')]) expect(object).to.equal(undefined);
    for (const { object } of of('empty')) expect(object?.size).to.equal(0);
    const readable = of('present').map(({ object }) => [object?.access, object?.storageClass].join());
    expect(new Set(readable)).to.deep.equal(new Set(['readable,STANDARD']));
  });

  it('are held by several records where shared, under the same name where cloned', () => {
    const owners = new Map(of('present').map((entry) => [keyOf(entry), entry]));
    for (const entry of [...of('shared'), ...of('clone')]) {
      const owner = owners.get(keyOf(entry));
      expect(owner, entry.document.Id).not.to.equal(undefined);
      expect(owner?.document.Identifier__c).to.equal(entry.document.Identifier__c);
      if (entry.source === 'clone') expect(entry.document.Name).to.equal(owner?.document.Name);
    }
    const holders = Map.groupBy(
      entries.filter(({ source }) => source !== 'no-url'),
      keyOf,
    );
    expect(Math.max(...[...holders.values()].map((group) => group.length))).to.be.at.least(4);
  });

  it('are mostly typed as octet-stream, and rarely have a checksum, never an old one', () => {
    const objects = [...made.objects()];
    const share = (test: (object: SourceObject) => boolean) => objects.filter(test).length / objects.length;
    expect(share(({ contentType }) => contentType === 'application/octet-stream')).to.be.within(0.65, 0.8);
    expect(share(({ contentType }) => contentType === 'application/pdf')).to.be.greaterThan(0.1);
    expect(share(({ checksum }) => checksum !== null)).to.be.within(0.1, 0.45);
    expect(share(({ partBytes }) => partBytes !== null)).to.be.within(0.005, 0.05);
    for (const { checksum, lastModified } of objects) {
      if (checksum !== null) expect(lastModified.getUTCFullYear()).to.be.at.least(2024);
    }
  });
});

describe('a day of changes', () => {
  it('is the same for the same day, and touches no document twice, nor on another day', () => {
    expect(strip(made.changes())).to.deep.equal(strip(made.changes()));
    const touched = [1, 2, 3].flatMap((day) => ids(made.changes({ day })));
    expect(new Set(touched).size).to.equal(touched.length);
  });

  it('has something of everything, from a small population on', () => {
    for (const documents of [100, 500, 2000]) {
      const { added, replaced, overwritten, deleted, undeleted } = population({ documents }).changes();
      for (const list of [added, replaced, overwritten, undeleted]) expect(list.length).to.be.greaterThan(0);
      expect(new Set(deleted.map(({ how }) => how))).to.deep.equal(new Set(['recycle-bin', 'purged']));
    }
  });

  it('adds documents of new ids, with objects, made on that day', () => {
    const known = new Set([...entries, ...made.recycled()].map(({ document }) => document.Id));
    const at = new Date('2026-12-24T10:00:00Z');
    for (const { document, object } of made.changes({ at }).added) {
      expect(known.has(document.Id), document.Id).to.equal(false);
      expect(document.CreatedDate.slice(0, 13)).to.equal('2026-12-24T10');
      expect(document.Document__c).to.include(object?.key);
      expect(object?.lastModified.toISOString()).to.equal(document.CreatedDate);
    }
  });

  it('replaces files by new objects and overwrites others under their key, both with new bytes', () => {
    const { replaced, overwritten } = made.changes();
    const before = new Map([...made.objects()].map((object) => [object.key, object]));
    for (const { Document__c, Identifier__c, object } of replaced) {
      expect(before.has(object.key)).to.equal(false);
      expect(Document__c.endsWith(object.key) && object.key.endsWith(Identifier__c)).to.equal(true);
      expect(object.bytes().length).to.equal(object.size);
    }
    for (const { object } of overwritten) {
      const old = before.get(object.key);
      expect(old, object.key).not.to.equal(undefined);
      expect(object.bytes().equals(old!.bytes())).to.equal(false);
      expect(object.lastModified > old!.lastModified).to.equal(true);
    }
  });

  it('brings back what lay in the recycle bin from the start', () => {
    const recycled = new Set([...made.recycled()].map(({ document }) => document.Id));
    for (const id of made.changes().undeleted) expect(recycled.has(id)).to.equal(true);
  });

  it('refuses days and shares that make no sense', () => {
    expect(() => made.changes({ day: 11 })).to.throw(RangeError, '1 to 10');
    expect(() => made.changes({ share: 0.2 })).to.throw(RangeError, '0 to 0.05');
  });
});

type Changes = ReturnType<typeof made.changes>;

function ids({ added, replaced, overwritten, deleted, undeleted }: Changes): string[] {
  return [
    ...added.map(({ document }) => document.Id),
    ...[...replaced, ...overwritten, ...deleted].map(({ document }) => document),
    ...undeleted,
  ];
}

/** Without the functions, which are never equal. */
function strip(changes: Changes): unknown {
  return JSON.parse(JSON.stringify(changes));
}
