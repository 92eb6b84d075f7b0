import {
  MigrationConfigError,
  configSnapshot,
  loadMigrationConfig,
  migrationConfig,
  type LoadOptions,
  type LoadedConfig,
  type MigrationConfigInput,
} from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SMALLEST = { target: { bucket: 'my-files', region: 'eu-central-1' } };
const VENDOR_API = { url: 'https://api.vendor.example/{externalId}' };
// Put together here, so that scanners of this repository find no secret.
const AWS_KEY = 'AKIA' + 'IOSFODNN7EXAMPLE';
const AWS_SECRET = 'wJalrXUtnFEMI/K7MDENG/' + 'bPxRfiCYEXAMPLEKEY';

describe('migration.json', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'migration-config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const write = (content: unknown, name = 'migration.json'): string => {
    const file = join(cwd, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const load = (options: Partial<LoadOptions> = {}): LoadedConfig => loadMigrationConfig({ cwd, env: {}, ...options });
  const failure = (options: Partial<LoadOptions> = {}): MigrationConfigError => {
    try {
      load(options);
    } catch (error) {
      if (error instanceof MigrationConfigError) return error;
      throw error;
    }
    throw new Error('the config was accepted');
  };
  const problemsOf = (content: unknown, options: Partial<LoadOptions> = {}): Record<string, string> => {
    write(content);
    const { problems } = failure(options);
    return Object.fromEntries(problems.map(({ path, found, expected }) => [path, `${found} | ${expected}`]));
  };

  describe('is found', () => {
    it('in the working directory, then in its config folder', () => {
      const second = write(SMALLEST, 'config/migration.json');
      expect(load().file).to.equal(second);
      const first = write(SMALLEST);
      expect(load().file).to.equal(first);
    });

    it('where the caller says, relative to the working directory', () => {
      const file = write(SMALLEST, 'orgs/production.json');
      expect(load({ file: 'orgs/production.json' }).file).to.equal(file);
      expect(load({ file }).file).to.equal(file);
    });

    it('or every place that was looked at is named', () => {
      expect(failure().message)
        .to.contain(join(cwd, 'migration.json'))
        .and.contain(join(cwd, 'config', 'migration.json'));
      expect(failure({ file: 'other.json' }).message)
        .to.contain(join(cwd, 'other.json'))
        .and.contain('does not exist');
    });

    it('or says why it cannot be read', () => {
      mkdirSync(join(cwd, 'migration.json'));
      expect(failure().message).to.match(/cannot be read \(EISDIR\)/);
    });
  });

  describe('that is no JSON', () => {
    const examples: readonly (readonly [text: string, line: number, column: number, reason: RegExp])[] = [
      ['', 1, 1, /empty/],
      ['{', 1, 2, /ends before the last }/],
      ['{\n  "a": 1,\n}', 3, 1, /a comma stands before }/],
      ['{"a" 1}', 1, 6, /colon/],
      ['{"a": [1 2]}', 1, 10, /comma is missing/],
      ['{"a":1,\n "a":2}', 2, 2, /twice/],
      ['{a: 1}', 1, 2, /double quotes/],
      ["{'a': 1}", 1, 2, /double quotes/],
      ['{"a": 01}', 1, 7, /neither/],
      ['// comment\n{}', 1, 1, /no comments/],
      ['{"a": "x\ny"}', 1, 7, /not closed/],
      ['{} {}', 1, 4, /after the end/],
      ['{"a": }', 1, 7, /value is missing/],
      ['{"a": "\\x"}', 1, 7, /backslash/],
    ];
    for (const [text, line, column, reason] of examples) {
      it(`as ${JSON.stringify(text)} is refused with line and column`, () => {
        write(text);
        const { message } = failure();
        expect(message).to.contain(`line ${line}, column ${column}`).and.match(reason);
      });
    }

    it('is refused exactly when JSON.parse refuses it, repeated keys aside', () => {
      const mutated = fc
        .tuple(
          fc.json({ maxDepth: 3 }),
          fc.nat(),
          fc.constantFrom('', ',', '}', ']', '"', '1', ':', '{', '\\', 'e', '.', '-', ' '),
        )
        .map(
          ([json, at, insert]) =>
            json.slice(0, at % (json.length + 1)) + insert + json.slice((at % (json.length + 1)) + 1),
        );
      fc.assert(
        fc.property(fc.oneof(mutated, fc.json()), (text) => {
          write(text);
          const { message } = failure();
          const saysNoJson = message.includes('not sound JSON') && !message.includes('twice');
          expect(saysNoJson).to.equal(!isJson(text) && !message.includes('twice'));
        }),
        { numRuns: 500 },
      );
    });

    it('shows nothing of the text, for it may hold a secret', () => {
      write('{"token": hunter2hunter2}');
      expect(failure().message).not.to.contain('hunter2');
    });

    it('is read with a byte order mark all the same', () => {
      write(`\uFEFF${JSON.stringify(SMALLEST)}`);
      expect(load().config.target.bucket).to.equal('my-files');
    });
  });

  describe('with nothing but a bucket', () => {
    it('has a sound value everywhere', () => {
      write(SMALLEST);
      const { config, warnings } = load();
      expect(warnings).to.deep.equal([]);
      expect(config.org.document.object).to.equal('DocListEntry__c');
      expect(config.source.methods).to.deep.equal(['server-side-copy', 's3', 'https']);
      expect(config.target.credentials).to.deep.equal({ kind: 'default' });
      expect(config.key.prefix).to.equal('uploads/');
      expect(config.backup.minimumEvidence).to.equal('D');
      expect(config.switch.rowsPerJob).to.equal(10_000);
      expect(config.publish.callsPerDay).to.equal(2000);
    });

    it('keeps catalog and logs beside the file, not in the working directory', () => {
      write({ ...SMALLEST, logs: { folder: '../logs' } }, 'orgs/a/migration.json');
      const { config } = load({ file: 'orgs/a/migration.json' });
      expect(config.catalog.file).to.equal(join(cwd, 'orgs', 'a', 'migration_tracking.db'));
      expect(config.logs.folder).to.equal(join(cwd, 'orgs', 'logs'));
    });

    it('may carry comments at every depth, and the path of its schema', () => {
      write({
        $schema: './migration.schema.json',
        '//': 'a comment',
        ...SMALLEST,
        source: { '// hosts': 'x', hosts: { '//': 'none yet', 'cdn.example': { '//': 1, bucket: 'b' } } },
      });
      expect(load().config.source.hosts).to.deep.equal({ 'cdn.example': { bucket: 'b', s3: true } });
      expect(load().config).not.to.have.property('$schema');
    });
  });

  it('is read with the former name of a key, and says so', () => {
    write({ ...SMALLEST, source: { ways: ['s3'] } });
    const { config, warnings } = load();
    expect(config.source.methods).to.deep.equal(['s3']);
    expect(warnings).to.deep.equal(['source.ways is called source.methods now; rename the key in migration.json.']);
  });

  describe('that is wrong', () => {
    it('answers every problem at once, each with path, finding and expectation', () => {
      const problems = problemsOf({
        org: { apiVersion: 68, document: { urlField: 'Document c', where: "Name = 'x' LIMIT 5" } },
        source: { methods: ['ftp', 'vendor-api'], hosts: { 'a.example': { endpoint: 'http://a.example' } } },
        target: { bucket: 'My_Bucket', encryption: { kind: 'aws:kms' } },
        key: { layout: 'uploads/{fileName}' },
        filters: { allowedExtensions: ['pdf'], deniedExtensions: ['.PDF'] },
        backup: { inFlight: { initial: 10, max: 5 }, overlapMinutes: 5, minimumEvidence: 'F' },
        switch: { rowsPerJob: 20_000, gates: { minimumEvidence: 'E' } },
      });
      expect(problems).to.have.all.keys(
        'org.apiVersion',
        'org.document.urlField',
        'org.document.where',
        'source.methods[0]',
        'source.vendorApi',
        'source.hosts["a.example"].endpoint',
        'target.bucket',
        'target.region',
        'target.encryption.kmsKeyId',
        'key.layout',
        'filters.deniedExtensions',
        'backup.inFlight.initial',
        'backup.overlapMinutes',
        'backup.minimumEvidence',
        'switch.rowsPerJob',
        'switch.gates.minimumEvidence',
      );
      expect(problems['org.apiVersion']).to.equal('68 | a text');
      expect(problems['target.region']).to.equal('nothing | a text');
      expect(problems['switch.rowsPerJob']).to.equal('20000 | a number of at most 10000');
      expect(problems['backup.minimumEvidence']).to.equal('"F" | one of "A", "B", "C", "D", "E"');
    });

    it('is told so in one message that a person can work through', () => {
      const file = write({ target: { bucket: 'x', region: 'eu-central-1' }, linkk: {} });
      expect(failure().message).to.equal(
        [
          `${file} has 2 problems:`,
          '  linkk: found an unknown key, expected "link"? Known here: org, source, target, key, link, filters, backup, fleet, switch, certify, publish, prices, catalog, logs',
          '  target.bucket: found "x", expected a bucket name of 3 to 63 characters',
        ].join('\n'),
      );
    });

    for (const content of [null, [], 'text', 5, {}]) {
      it(`as a whole (${JSON.stringify(content)}) is refused`, () => {
        expect(problemsOf(JSON.stringify(content))).not.to.deep.equal({});
      });
    }

    it('asks whether another key was meant', () => {
      const problems = problemsOf({ ...SMALLEST, backup: { documentPerClaim: 5 }, catalog: { constructor: 1 } });
      expect(problems['backup.documentPerClaim']).to.contain('"documentsPerClaim"?');
      expect(problems['catalog.constructor']).to.equal('an unknown key | file, snapshots');
    });

    it('refuses __proto__ like every other unknown key', () => {
      const problems = problemsOf('{"target": {"bucket": "my-files", "region": "r1", "__proto__": {"x": 1}}}');
      expect(problems).to.have.property('target.__proto__');
    });

    it('says what the settings of the predecessor are called here', () => {
      const problems = problemsOf({ ...SMALLEST, batch_size: 5, filters: { max_file_size_mb: 1 }, max_test_files: 9 });
      expect(problems.batch_size).to.equal('an unknown key | backup.documentsPerClaim');
      expect(problems['filters.max_file_size_mb']).to.equal('an unknown key | filters.maxFileSizeMb');
      expect(problems.max_test_files).to.equal('an unknown key | the flag --limit');
    });

    it('is told about rules between fields even where a field is wrong or null', () => {
      const problems = problemsOf({
        source: {
          credentials: null,
          methods: ['vendor-api', 5],
          vendorApi: { method: 'GET', url: 5, body: { password: 'hunter2' }, headers: { cookie: 'hunter2' } },
          hosts: { 'a.example': { credentials: { accessKeyId: '${A}' } } },
        },
        target: { bucket: 5, region: 'eu-central-1', credentials: { profile: 5, accessKeyId: '${A}' } },
      });
      expect(problems).to.include.keys(
        'source.credentials',
        'source.methods[1]',
        'source.vendorApi.url',
        'source.vendorApi.body',
        'source.vendorApi.body.password',
        'source.vendorApi.headers.cookie',
        'source.hosts["a.example"].credentials',
        'source.hosts["a.example"].credentials.accessKeyId',
        'target.bucket',
        'target.credentials',
        'target.credentials.profile',
      );
    });

    it('never throws anything but a MigrationConfigError, whatever JSON it is', () => {
      const sections = fc.dictionary(
        fc.constantFrom(
          'org',
          'source',
          'target',
          'key',
          'link',
          'filters',
          'backup',
          'switch',
          'publish',
          'x',
          '__proto__',
        ),
        fc.jsonValue(),
      );
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue(), sections), (content) => {
          write(JSON.stringify(content));
          expect(failure().problems).not.to.have.length(0);
        }),
        { numRuns: 300 },
      );
    });
  });

  describe('filters documents by a condition', () => {
    for (const where of [
      "Type_Current__c != 'Folder'",
      "Name = 'the limit; of (order by) O\\'Brien'",
      "(A__c = 'x' OR B__c = null) AND C__c > 5",
    ]) {
      it(`such as ${where}`, () => {
        expect(migrationConfig({ ...SMALLEST, org: { document: { where } } }).org.document.where).to.equal(where);
      });
    }
    for (const where of [
      "Name = 'x' ORDER  BY Name",
      'A__c = 1 limit 5',
      "Name = 'open",
      '(A__c = 1',
      'A__c = 1) OR (B__c = 1',
      'A__c = 1) OR Id != null OR (',
      'A__c = 1 GROUP BY B__c',
      '',
    ]) {
      it(`but not ${JSON.stringify(where)}`, () => {
        expect(problemsOf({ ...SMALLEST, org: { document: { where } } })).to.have.property('org.document.where');
      });
    }
  });

  describe('points at servers', () => {
    for (const endpoint of [
      'https://s3.example',
      'http://127.0.0.1:9000',
      'http://localhost:9000',
      'http://[::1]:9000',
    ]) {
      it(`such as ${endpoint}`, () => {
        expect(migrationConfig({ target: { ...SMALLEST.target, endpoint } }).target.endpoint).to.equal(endpoint);
      });
    }
    for (const endpoint of [
      'http://s3.example',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'https://user@s3.example',
      'https://s3.example?x=1',
      's3.example',
      'file:///etc/passwd',
    ]) {
      it(`but not ${endpoint}`, () => {
        expect(problemsOf({ target: { ...SMALLEST.target, endpoint } })).to.have.property('target.endpoint');
      });
    }

    it('of a vendor, whose host no record can choose', () => {
      for (const url of [
        'https://{externalId}.example/',
        'https://api.example/{name}',
        'http://api.example/{recordId}',
      ]) {
        const problems = problemsOf({ ...SMALLEST, source: { vendorApi: { url } } });
        expect(problems, url).to.have.property('source.vendorApi.url');
      }
    });
  });

  describe('and secrets', () => {
    const withSecrets: MigrationConfigInput = {
      target: {
        ...SMALLEST.target,
        credentials: { accessKeyId: '${TARGET_KEY}', secretAccessKey: '${TARGET_SECRET}' },
      },
      source: {
        methods: ['vendor-api'],
        vendorApi: {
          ...VENDOR_API,
          headers: { Authorization: 'Bearer ${VENDOR_TOKEN}', accept: 'application/json' },
          body: { id: '{recordId}', tokens: [{ token: '${VENDOR_TOKEN}' }], pages: 3 },
        },
      },
    };
    const env = { TARGET_KEY: 'key', TARGET_SECRET: 'secret-value', VENDOR_TOKEN: 'to"ken' };

    it('come from the environment, at the place of use', () => {
      write(withSecrets);
      const { config } = load({ env });
      expect(config.target.credentials).to.deep.equal({
        kind: 'environment',
        accessKeyId: 'TARGET_KEY',
        secretAccessKey: 'TARGET_SECRET',
        sessionToken: undefined,
      });
      expect(config.source.vendorApi?.headers.Authorization?.reveal(env)).to.equal('Bearer to"ken');
      expect(config.source.vendorApi?.body?.reveal(env)).to.deep.equal({
        id: '{recordId}',
        tokens: [{ token: 'to"ken' }],
        pages: 3,
      });
    });

    it('may differ from host to host', () => {
      const hosts = { 'a.example': { credentials: { accessKeyId: '${A}', secretAccessKey: '${B}' } } };
      write({ ...SMALLEST, source: { hosts } });
      const rule = load({ env: { A: 'a', B: 'b' } }).config.source.hosts['a.example'];
      expect(rule?.credentials).to.include({ kind: 'environment', accessKeyId: 'A', secretAccessKey: 'B' });
    });

    it('never stand in a snapshot, nor in anything printed of the config', () => {
      write(withSecrets);
      const { config } = load({ env });
      const shown =
        JSON.stringify(configSnapshot(config)) +
        JSON.stringify(config) +
        String(config.source.vendorApi?.headers.Authorization);
      for (const value of ['secret-value', 'to"ken', 'to\\"ken']) expect(shown).not.to.contain(value);
      expect(shown).to.contain('${VENDOR_TOKEN}').and.contain('TARGET_SECRET');
    });

    it('that the environment lacks are all named, empty ones too', () => {
      const problems = problemsOf(withSecrets, { env: { TARGET_KEY: '' } });
      expect(problems).to.have.all.keys(
        'target.credentials.accessKeyId',
        'target.credentials.secretAccessKey',
        'source.vendorApi.headers.Authorization',
        'source.vendorApi.body.tokens[0].token',
      );
      expect(problems['target.credentials.secretAccessKey']).to.contain('TARGET_SECRET to be set');
    });

    it('may be missing for commands that need none', () => {
      write(withSecrets);
      expect(load({ needsSecrets: false }).config.target.bucket).to.equal('my-files');
    });

    const literal: readonly (readonly [where: string, content: object, path: string])[] = [
      [
        'an access key',
        { target: { ...SMALLEST.target, credentials: { accessKeyId: AWS_KEY } } },
        'target.credentials.accessKeyId',
      ],
      [
        'any word in a secret field',
        { target: { ...SMALLEST.target, credentials: { accessKeyId: '${A}', secretAccessKey: 'hunter2' } } },
        'target.credentials.secretAccessKey',
      ],
      [
        'half a reference',
        { target: { ...SMALLEST.target, credentials: { accessKeyId: '${A}', secretAccessKey: '${B}hunter2' } } },
        'target.credentials.secretAccessKey',
      ],
      [
        'a token in a header',
        { ...SMALLEST, source: { vendorApi: { ...VENDOR_API, headers: { 'x-api-key': 'hunter2' } } } },
        'source.vendorApi.headers["x-api-key"]',
      ],
      [
        'a token after a reference',
        { ...SMALLEST, source: { vendorApi: { ...VENDOR_API, headers: { authorization: '${A} hunter2 hunter2' } } } },
        'source.vendorApi.headers.authorization',
      ],
      [
        'a password in the body',
        { ...SMALLEST, source: { vendorApi: { ...VENDOR_API, body: { login: { password: 'hunter2' } } } } },
        'source.vendorApi.body.login.password',
      ],
      ['an AWS secret anywhere', { ...SMALLEST, org: { targetOrg: AWS_SECRET } }, 'org.targetOrg'],
      ['a bearer anywhere', { ...SMALLEST, logs: { folder: 'Bearer hunter2hunter2' } }, 'logs.folder'],
      ['a secret in a comment', { ...SMALLEST, '// key': AWS_KEY }, '["// key"]'],
      ['a password in a URL', { ...SMALLEST, link: { baseUrl: 'https://me:hunter2@files.example' } }, 'link.baseUrl'],
      ['a secret under an unknown key', { ...SMALLEST, note: AWS_SECRET }, 'note'],
      [
        'a signed URL',
        { ...SMALLEST, source: { vendorApi: { url: 'https://x.example/?X-Amz-Signature=hunter2' } } },
        'source.vendorApi.url',
      ],
    ];
    for (const [where, content, path] of literal) {
      it(`are refused literally: ${where}; and not shown`, () => {
        const problems = problemsOf(content, { env: { A: 'a', B: 'b' } });
        expect(problems).to.have.property(path);
        const { message } = failure({ env: { A: 'a', B: 'b' } });
        for (const value of ['hunter2', AWS_KEY, AWS_SECRET]) expect(message).not.to.contain(value);
      });
    }

    it('are not seen where there are none', () => {
      write({
        ...SMALLEST,
        '//': 'sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709, see https://example.com/a/very/long/path/that/is/harmless',
        logs: { folder: 'var/log/some/very/long/folder/name/that/goes/on' },
      });
      expect(load().warnings).to.deep.equal([]);
    });

    it('are not read where nobody expects them', () => {
      const problems = problemsOf({ ...SMALLEST, logs: { folder: '${HOME}/logs' } }, { env: { HOME: '/root' } });
      expect(problems['logs.folder']).to.contain('a reference to the environment');
    });

    it('of two kinds at once are refused', () => {
      const profile = { profile: 'p', accessKeyId: '${A}', secretAccessKey: '${B}' };
      const problems = problemsOf(
        { target: { ...SMALLEST.target, credentials: profile } },
        { env: { A: 'a', B: 'b' } },
      );
      expect(problems['target.credentials']).to.contain('either a profile or keys');
    });
  });

  describe('warns', () => {
    it('of names that a nameless layout still shows', () => {
      write({ ...SMALLEST, key: { fileNames: 'nameless' } });
      expect(load().warnings.join()).to.contain('{accountName}');
    });

    it('of plain S3 links that may not fit the field', () => {
      write({ ...SMALLEST, link: { style: 's3' } });
      expect(load().warnings.join()).to.contain('URL field');
    });

    it('of a vendor API that nothing uses', () => {
      write({ ...SMALLEST, source: { vendorApi: VENDOR_API } });
      expect(load().warnings.join()).to.contain('vendor-api');
    });
  });

  it('normalizes extensions', () => {
    const { filters } = migrationConfig({ ...SMALLEST, filters: { allowedExtensions: ['.PDF', 'Xlsx', ''] } });
    expect(filters.allowedExtensions).to.deep.equal(['pdf', 'xlsx', '']);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
