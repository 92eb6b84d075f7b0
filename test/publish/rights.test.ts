/* The permission set of the integration user allows exactly what is published. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accountId, documentId } from '@file-migration/config';
import { expect } from 'chai';
import type { RunId } from '../../plugin/src/model/run.ts';
import { publishedObjects } from '../../plugin/src/org/publications-port.ts';
import { accountRow } from '../../plugin/src/publish/rows/account-row.ts';
import { errorClassRows, errorDocumentRow } from '../../plugin/src/publish/rows/error-row.ts';
import type { Row } from '../../plugin/src/publish/rows/row.ts';
import { progressEvent, runRow } from '../../plugin/src/publish/rows/run-row.ts';
import { takeInventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';
import { each, parseXml, valueOf } from '@file-migration/stand-ins/sfdx-project/metadata-xml';
import { someSnapshot } from '@file-migration/kit/migration/snapshot';

const ROOT = resolve(import.meta.dirname, '../..');
const uuid = '0f7c1d9e-5a55-4f0c-9d3a-6a1b2c3d4e5f';

describe('the rights of the integration user', () => {
  const set = parseXml(
    readFileSync(
      resolve(ROOT, 'force-app/document/default/permissionsets/File_Migration_Integration.permissionset-meta.xml'),
      'utf8',
    ),
  );
  const error = {
    code: 'unexpected',
    failureClass: 'skip',
    occurrences: 1,
    worthRetry: true,
    firstAt: 1,
    lastAt: 2,
  } as const;
  const rows: Row[] = [
    runRow(uuid, someSnapshot(), {
      rate: { files: 1, bytes: 1 },
      secondsLeft: 1,
      throughput: { intervalSeconds: 60, points: [] },
    }),
    accountRow(uuid, {
      accountId: accountId('001000000000001AAA'),
      accountName: 'Acme',
      documents: 0,
      bytes: 0,
      states: {},
    }),
    ...errorClassRows(uuid, [{ ...error, documents: 1, example: 'm' }]),
    errorDocumentRow(uuid, {
      ...error,
      document: documentId('a00000000000001AAA'),
      runId: 1 as RunId,
      isRunPublished: true,
      message: 'm',
    }),
  ];

  it('cover every field that is published, and none that is not', () => {
    const published = rows.flatMap(({ object, record }) =>
      Object.keys(record)
        .filter((field) => field !== 'Name')
        .map((field) => `${object}.${field.replace(/__r$/, '__c')}`),
    );
    const objects = [publishedObjects.run, publishedObjects.account, publishedObjects.error];
    const editable = each(set, 'fieldPermissions')
      .filter((permission) => valueOf(permission, 'editable') === 'true')
      .map((permission) => valueOf(permission, 'field') ?? '')
      .filter((field) => objects.some((object) => field.startsWith(`${object}.`)));
    expect([...new Set(published)].sort()).to.deep.equal(editable.sort());
  });

  it('let it create, change and delete rows, and publish the event', () => {
    const rightsOf = (object: string): (string | undefined)[] => {
      const found = each(set, 'objectPermissions').find((each) => valueOf(each, 'object') === object);
      if (found === undefined) return expect.fail(`no rights on ${object}`);
      return ['allowCreate', 'allowRead', 'allowEdit', 'allowDelete'].map((name) => valueOf(found, name));
    };
    for (const object of [publishedObjects.run, publishedObjects.account, publishedObjects.error]) {
      expect(rightsOf(object), object).to.deep.equal(['true', 'true', 'true', 'true']);
    }
    expect(rightsOf(publishedObjects.event).slice(0, 2)).to.deep.equal(['true', 'true']);
  });

  it('name only fields that are deployed, those of the event among them', () => {
    const { objects } = takeInventory(projectAt(ROOT));
    const event = progressEvent(uuid, someSnapshot());
    expect([...(objects.get(publishedObjects.event)?.fields.keys() ?? [])]).to.include.members(
      Object.keys(event).map((name) => name.toLowerCase()),
    );
  });
});
