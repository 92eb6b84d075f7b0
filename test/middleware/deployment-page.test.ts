import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REDIRECT_VARIABLES, readEnvironment } from '../../middleware/src/environment.ts';
import { environment, variables } from '@file-migration/kit/redirect/variables';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/redirect-deployment.md'), 'utf8');

/** The rows of the page's table of variables: names, and what stands under "default". */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `REDIRECT_'))
  .map((line) => {
    const [, names = '', defaults = ''] = line.split(/(?<!\\)\|/);
    return { names: [...names.matchAll(/`(REDIRECT_\w+)`/g)].map(([, name]) => name ?? ''), defaults: defaults.trim() };
  });

/** What is said of a variable that has no value to compare. */
const WORDS: Readonly<Record<string, unknown>> = {
  '': undefined,
  none: [],
  refused: undefined,
  off: undefined,
  'Amazon S3': undefined,
  'always s3': undefined,
};

describe('The page on deploying the redirect service', () => {
  it('names every variable that the service knows, once, and no other', () => {
    expect(rows.flatMap(({ names }) => names).sort()).to.deep.equal([...REDIRECT_VARIABLES].sort());
  });

  it('says of exactly those that they are needed without which the service does not start', () => {
    const needed = rows.filter(({ defaults }) => defaults === 'needed').flatMap(({ names }) => names);
    const given = variables();
    for (const name of REDIRECT_VARIABLES) {
      const without = Object.fromEntries(Object.entries(given).filter(([other]) => other !== name));
      expect(starts(without), name).to.equal(!needed.includes(name));
    }
  });

  it('gives the defaults that the service has', () => {
    const asShipped = environment({ ...UNSET }) as unknown as Readonly<Record<string, unknown>>;
    for (const { names, defaults } of rows) {
      if (defaults === 'needed') continue;
      const plain = defaults.replaceAll('`', '');
      const said = plain in WORDS ? [] : plain.split(', ');
      for (const [index, name] of names.entries()) {
        const value = asShipped[name];
        if (said.length > 0) expect(String(value), name).to.equal(said[index]);
        else if (!NOT_COMPARED.has(name)) expect(value === undefined || isEmpty(value), name).to.equal(true);
      }
    }
  });

  it('fits the policies that it names: the role reads objects below the prefix, and nothing else', () => {
    const { Statement: statements } = policy('iam-redirect.json');
    expect(statements).to.have.length(1);
    expect(statements[0]).to.deep.include({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::TARGET_BUCKET/TARGET_PREFIX/*',
    });
  });

  it("never signs for longer than the bucket's guard lets a signature be old", () => {
    const bucket = readFileSync(join(ROOT, 'config/aws/bucket.yaml'), 'utf8');
    const oldest = Number(/s3:signatureAge: '(\d+)'/.exec(bucket)?.[1]) / 1000;
    expect(oldest).to.equal(600);
    expect(environment({ REDIRECT_SIGNED_URL_SECONDS: String(oldest) }).REDIRECT_SIGNED_URL_SECONDS).to.equal(oldest);
    expect(() => environment({ REDIRECT_SIGNED_URL_SECONDS: String(oldest + 1) })).to.throw('at most 600');
  });

  it('gives a stop time-out that delay and drain fit into', () => {
    const [, stopTimeout] = /`stopTimeout: (\d+)`/.exec(page) ?? [];
    const { REDIRECT_DRAIN_DELAY_SECONDS: delay, REDIRECT_DRAIN_SECONDS: drain } = environment(UNSET);
    expect(delay + drain).to.be.lessThan(Number(stopTimeout));
  });
});

/** The tests' own settings that would hide a default. */
const UNSET = {
  REDIRECT_HOST: '',
  REDIRECT_PORT: '',
  REDIRECT_METRICS_PORT: '',
  REDIRECT_DRAIN_DELAY_SECONDS: '',
};
/** Their defaults are words for people, or `false`, and other tests hold them. */
const NOT_COMPARED = new Set([
  'REDIRECT_S3_PATH_STYLE',
  'REDIRECT_ORGANIZATION_NAME',
  'REDIRECT_HELP_CONTACT',
  'REDIRECT_TRUST_PROXY',
]);

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function starts(given: Readonly<Record<string, string>>): boolean {
  try {
    readEnvironment(given);
    return true;
  } catch {
    return false;
  }
}

type Policy = { readonly Statement: readonly object[] };

function policy(name: string): Policy {
  return JSON.parse(readFileSync(join(ROOT, 'config/aws', name), 'utf8')) as Policy;
}
