import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MigrationConfig, MissingVariable } from '@file-migration/config';
import { bytes, countOf } from '../format/quantity.ts';
import { exportLines } from '../model/guidance.ts';
import { masked } from '../model/masked.ts';
import { rule, type Check, type Gate } from './check.ts';

/** What a document takes in the catalog with its indexes, bytes; the benchmark holds it to that. */
const bytesPerDocument = 900;
const mebibyte = 1024 * 1024;

/** Whether the environment has every variable that migration.json names. */
export function environmentCheck(missing: readonly MissingVariable[]): Check {
  const { judged } = rule('environment');
  const [first] = missing;
  if (first === undefined) return judged(true, 'Every variable that migration.json names is set.', '');
  return judged(
    false,
    `Not set: ${missing.map(({ name, path }) => `${name} (${path})`).join(', ')}.`,
    exportLines(missing).join('; '),
  );
}

/** Whether the proxies that the environment names can be used as such; who answers there shows in the other checks. */
export function proxyCheck(env: Readonly<Record<string, string | undefined>>): Check {
  const { passed, failed } = rule('proxy');
  const set = ['HTTPS_PROXY', 'HTTP_PROXY'].flatMap((name) => {
    const value = env[name.toLowerCase()] ?? env[name];
    return value === undefined || value === '' ? [] : [{ name, value }];
  });
  for (const { name, value } of set) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol))
      return failed(
        `${name} is not the address of a proxy: ${masked(value)}.`,
        `export ${name}=http://proxy.example.com:3128, or unset ${name}`,
      );
  }
  if (set.length === 0) return passed('No proxy is set: org, stores and redirect service are reached directly.');
  const exceptions = env.no_proxy ?? env.NO_PROXY;
  return passed(
    `${set.map(({ name, value }) => `${name} is ${new URL(value).host}`).join(', ')}${exceptions === undefined || exceptions === '' ? '' : `, except for ${exceptions}`}.`,
  );
}

/**
 * Whether this machine's disk has room for what is written beside each other: the catalog, and the journal of a switch.
 * @param documents how many are to be written down; undefined where nobody knows
 */
export async function diskCheck(
  { catalog: { file }, switch: { gates } }: MigrationConfig,
  documents: number | undefined,
): Promise<Gate> {
  // the write-ahead log may grow to the size of what a run writes between checkpoints
  const needed = Math.max(gates.journalFreeMb * mebibyte, (documents ?? 0) * bytesPerDocument * 2);
  const of = documents === undefined ? '' : ` for ${countOf(documents, 'document')}`;
  const { judged, failed } = rule('disk-space', { expected: `at least ${bytes(needed)}${of}` });
  const folder = dirname(file);
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined) return failed(`the folder of the catalog, ${folder}, does not exist`, `mkdir -p ${folder}`);
  const free = disk.bavail * disk.bsize;
  return judged(
    free >= needed,
    `${bytes(free)} free in ${folder}`,
    'Free some space, or set catalog.file in migration.json to another disk',
  );
}
