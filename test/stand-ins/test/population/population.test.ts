import { readFileSync } from 'node:fs';
import { documentId, fileExtension } from '@file-migration/config';
import { expect } from 'chai';
import { EXTENSION_SHARES } from '../../population/org-shape.ts';
import { population } from '../../population/population.ts';
import type { PopulationEntry } from '../../population/records.ts';

const small = { sizes: { meanBytes: 20_000, maxBytes: 200_000 } };

describe('population', () => {
  it('keeps the measured shape as it was handed over, adding up to all documents', () => {
    const shape = JSON.parse(readFileSync(new URL('../../population/org-shape.json', import.meta.url), 'utf8')) as {
      records: { documents: number };
      extensions: Record<string, number>;
      extensions_other: { count: number };
    };
    const counted = Object.values(shape.extensions).reduce((sum, count) => sum + count, shape.extensions_other.count);
    expect(counted).to.equal(shape.records.documents);
    expect(EXTENSION_SHARES.reduce((sum, { share }) => sum + share, 0)).to.be.closeTo(1, 1e-9);
  });

  it('is the same for the same seed, records and bytes, however often it is read', () => {
    const one = population({ seed: 7, documents: 600, ...small });
    const other = population({ seed: 7, documents: 600, ...small });
    expect([...one.documents()]).to.deep.equal([...other.documents()]);
    expect([...one.documents()]).to.deep.equal([...one.documents()]);
    expect([...one.accounts()]).to.deep.equal([...other.accounts()]);
    expect([...one.folders()]).to.deep.equal([...other.folders()]);
    for (const [object, twin] of pairs([...one.objects()], [...other.objects()])) {
      expect({ ...object, bytes: 0 }).to.deep.equal({ ...twin, bytes: 0 });
      expect(object.bytes().equals(twin.bytes()), object.key).to.equal(true);
    }
  });

  it('is another one for another seed', () => {
    const names = (seed: number) => [...population({ seed, documents: 500 }).documents()].map(({ Name }) => Name);
    const same = pairs(names(1), names(2)).filter(([one, other]) => one === other);
    expect(same.length).to.be.lessThan(100);
  });

  it('has exactly as many documents as asked for, from one on', () => {
    for (const documents of [1, 2, 3, 7, 24, 25, 99, 100, 500, 1001]) {
      const made = population({ documents, ...small });
      expect([...made.documents()].length).to.equal(documents);
      expect(made.summary().documents).to.equal(documents);
    }
  });

  it('refuses numbers and sizes that make no sense, in a sentence', () => {
    for (const documents of [0, -1, 1.5, NaN, 5_000_001]) {
      expect(() => population({ documents })).to.throw(RangeError, 'documents, not');
    }
    expect(() => population({ documents: 1, sizes: { meanBytes: 10, maxBytes: 5 } })).to.throw(RangeError, 'meanBytes');
    expect(() => population({ documents: 1, sizes: 0 })).to.throw(RangeError, 'meanBytes');
  });

  it('has extensions in the measured proportions', () => {
    const documents = 50_000;
    const counts = new Map<string, number>();
    for (const { document, name } of population({ documents, ...small }).entries()) {
      if (name === 'partial-download') continue;
      const extension = name === 'no-extension' ? '' : fileExtension(document.Name);
      counts.set(extension, (counts.get(extension) ?? 0) + 1);
    }
    let chiSquare = 0;
    let classes = 0;
    for (const { extension, share } of EXTENSION_SHARES) {
      const expected = share * documents;
      if (expected < 5 || extension === '.' || extension === 'rare' || extension === '.download') continue;
      chiSquare += ((counts.get(extension.slice(1)) ?? 0) - expected) ** 2 / expected;
      classes += 1;
    }
    expect(classes).to.be.greaterThan(15);
    // a fair draw would exceed this once in a thousand seeds
    expect(chiSquare).to.be.lessThan(classes + 3.1 * Math.sqrt(2 * classes));
  });

  it('shares documents among accounts as measured: mean 49.3, none above 2,854, a long tail', () => {
    const documents = 1_299_245;
    const perAccount = countsByAccount(population({ documents: 100_000 }).documents());
    const sorted = [...perAccount.values()].sort((a, b) => b - a);
    expect(100_000 / sorted.length).to.be.closeTo(49.3, 1);
    expect(sorted[0]).to.be.within(900, 2854);
    expect(sorted.filter((count) => count < 50).length / sorted.length).to.be.greaterThan(0.6);
    expect([...population({ documents }).accounts()].length).to.be.closeTo(26_333, 150);
  });

  it('gives every document an id of its own, valid and in the order of creation', () => {
    let before = '';
    for (const { Id } of population({ documents: 20_000 }).documents()) {
      expect(documentId(Id)).to.equal(Id);
      expect(Id > before, `${Id} after ${before}`).to.equal(true);
      before = Id;
    }
  });

  it('refers only to accounts, folders and objects that exist', () => {
    const made = population({ documents: 3000, ...small });
    const accounts = new Set([...made.accounts()].map(({ Id }) => Id));
    const folders = new Map([...made.folders()].map((folder) => [folder.Id, folder]));
    const keys = new Set<string>();
    for (const { key } of made.objects()) {
      expect(keys.has(key), key).to.equal(false);
      keys.add(key);
    }
    expect([...accounts].length).to.equal(made.summary().accounts);
    for (const { document, source } of made.entries()) {
      if (document.Account__c !== null) expect(accounts.has(document.Account__c)).to.equal(true);
      if (document.Parent_Folder__c !== null) {
        expect(folders.get(document.Parent_Folder__c)?.Account__c).to.equal(document.Account__c);
      }
      const key = document.Document__c?.slice('https://vendor-documents.s3.us-west-2.amazonaws.com/'.length);
      expect(key === undefined || keys.has(key), `${source} ${key ?? ''}`).to.equal(source !== 'missing');
      expect(document.Identifier__c).to.equal(key?.split('/').at(-1) ?? null);
    }
  });

  for (const documents of [100, 500, 5000]) {
    it(`has every kind of name and source among ${documents} documents`, () => {
      const { names, sources } = population({ documents, ...small }).summary();
      for (const [kind, count] of Object.entries({ ...names, ...sources })) {
        expect(count, kind).to.be.greaterThan(0);
      }
    });
  }

  it('spreads changes over office hours, weekdays and years, none in the future', () => {
    const until = new Date('2026-10-31T23:00:00Z');
    const years = new Map<number, number>();
    let weekend = 0;
    let office = 0;
    const documents = 5000;
    for (const { CreatedDate, LastModifiedDate, SystemModstamp } of population({ documents, until }).documents()) {
      const [created, changed] = [new Date(CreatedDate), new Date(LastModifiedDate)];
      expect(created <= changed && changed < until).to.equal(true);
      expect(SystemModstamp).to.equal(LastModifiedDate);
      years.set(created.getUTCFullYear(), (years.get(created.getUTCFullYear()) ?? 0) + 1);
      const local = new Date(changed.getTime() - 7 * 3_600_000);
      if (local.getUTCDay() % 6 === 0) weekend += 1;
      if (local.getUTCHours() >= 8 && local.getUTCHours() < 18) office += 1;
    }
    expect([...years.keys()].sort()).to.deep.equal([2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026]);
    expect(weekend / documents).to.be.lessThan(0.08);
    expect(office / documents).to.be.greaterThan(0.65);
  });
});

describe('the names of a population', () => {
  const entries = [...population({ documents: 500, ...small }).entries()];
  const namesOf = (kind: PopulationEntry['name']) =>
    entries.filter(({ name }) => name === kind).map(({ document }) => document.Name);

  it('never exceed 80 characters, and some have exactly 80', () => {
    for (const { document } of entries) expect(document.Name.length, document.Name).to.be.within(1, 80);
    for (const name of namesOf('exactly-80')) expect(name.length).to.equal(80);
  });

  it('are well-formed', () => {
    for (const { document } of entries) expect(document.Name.isWellFormed(), document.Name).to.equal(true);
  });

  it('miss an extension, or end in a dot', () => {
    for (const name of namesOf('no-extension')) expect(name).not.to.include('.');
    for (const name of namesOf('trailing-dot')) expect(name).to.match(/[^.]\.$/);
  });

  it('hold slashes and colons', () => {
    for (const name of namesOf('slashes-and-colons')) expect(name).to.match(/\//).and.match(/:/);
  });

  it('repeat under one account', () => {
    const counts = new Map<string, number>();
    for (const { document } of entries) {
      const key = `${document.Account__c ?? ''}/${document.Name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).to.be.at.least(4);
  });

  it('hold every character that breaks URLs, shells and CSV', () => {
    const all = population({ documents: 5000 }).documents();
    const punctuated = [...all].map(({ Name }) => Name).join('');
    for (const character of ' ,"\'()+%#&;[]{}=@~!') expect(punctuated, character).to.include(character);
    for (const name of namesOf('punctuation')) expect(name).to.match(/[ ,"'()+%#&]/);
  });

  it('hold accents, CJK and emoji', () => {
    for (const name of namesOf('accents')) expect(name.normalize('NFD')).to.match(/\p{M}|’/u);
    for (const name of namesOf('cjk')) expect(name).to.match(/\p{sc=Han}|\p{sc=Hangul}/u);
    for (const name of namesOf('emoji')) expect(name).to.match(/\p{RGI_Emoji}/v);
  });

  it('hold one letter in both of its forms, under one account', () => {
    const [composed] = namesOf('composed');
    const [decomposed] = namesOf('decomposed');
    expect(composed).not.to.equal(decomposed);
    expect(composed).to.equal(decomposed?.normalize('NFC'));
    const accountsOf = (kind: PopulationEntry['name']) =>
      entries.filter(({ name }) => name === kind).map(({ document }) => document.Account__c);
    expect(accountsOf('composed').some((account) => accountsOf('decomposed').includes(account))).to.equal(true);
  });

  it('begin or end with spaces', () => {
    const names = namesOf('outer-spaces');
    expect(names.some((name) => name.startsWith(' '))).to.equal(true);
    expect(names.some((name) => name.endsWith(' '))).to.equal(true);
  });

  it('shout, or carry on after their extension', () => {
    for (const name of namesOf('upper-case-extension')) expect(name).to.match(/\.[A-Z0-9]+$/);
    for (const name of namesOf('words-after-extension')) expect(name).to.match(/\.\w+ .+$/);
    for (const name of namesOf('date-as-extension')) expect(name).to.match(/\.\d+$/);
    for (const name of namesOf('partial-download')) expect(name).to.match(/\.pdf\.(cr)?download$/);
  });
});

function countsByAccount(documents: Iterable<{ readonly Account__c: string | null }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { Account__c } of documents) {
    if (Account__c !== null) counts.set(Account__c, (counts.get(Account__c) ?? 0) + 1);
  }
  return counts;
}

function pairs<T>(ones: readonly T[], others: readonly T[]): [T, T][] {
  expect(ones.length).to.equal(others.length);
  return ones.map((one, at) => [one, others[at]!]);
}
