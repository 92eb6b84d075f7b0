import { confirm, input, search, select } from '@inquirer/prompts';
import { AuthInfo, type Connection } from '@salesforce/core';
import { migrationConfig } from '@file-migration/config';
import { connect } from '../../context/connect.ts';
import { countOf } from '../../format/quantity.ts';
import { problemOf, type Answers, type KnownAnswers } from '../../init/first-config.ts';
import {
  countDocuments,
  documentFields,
  fieldChoices,
  objectChoices,
  proposedWhere,
  urlFields,
  type FieldChoice,
} from '../../init/org-choices.ts';
import { bucketRegion, listBuckets } from '../../storage/survey/bucket-choices.ts';

/** Where questions are asked and what was found is said. */
export type Dialog = { readonly signal: AbortSignal; readonly say: (line: string) => void };

const other = Symbol('another one');
const shownMatches = 12;
const allRecords = 'all';

/** Asks for what the flags did not say, and checks each answer against the org and the store as it comes. */
export async function ask(known: KnownAnswers, dialog: Dialog): Promise<Answers> {
  const targetOrg = known.targetOrg ?? (await askOrg(dialog));
  const connection = await connected(targetOrg, dialog);
  const document = await askDocument(known, connection, dialog);
  const target = await askTarget(known, dialog);
  const linkBaseUrl =
    known.linkBaseUrl ??
    (await typed('Address of the redirect service (phase 2; leave empty to add it later)', dialog, {
      check: (linkBaseUrl) => problemOf({ ...target, linkBaseUrl }),
    }));
  return { targetOrg, ...document, ...target, linkBaseUrl };
}

/** What will be written, and the last word on it. */
export async function confirmed(question: string, { signal }: Dialog): Promise<boolean> {
  return await confirm({ message: question, default: true }, { signal });
}

/** The orgs that sf is logged in to. */
async function askOrg(dialog: Dialog): Promise<string | undefined> {
  const orgs = (await AuthInfo.listAllAuthorizations()).filter(({ error }) => error === undefined);
  const message = 'Org (alias or username; leave empty for your default org)';
  if (orgs.length === 0) return await typed(message, dialog);
  const chosen = await select<string | typeof other>(
    {
      message: 'Org',
      choices: [
        ...orgs.map(({ username, aliases }) => ({
          value: aliases?.[0] ?? username,
          name: [aliases?.[0], username].filter((name) => name !== undefined).join('  '),
        })),
        { value: other, name: 'Another one' },
      ],
    },
    { signal: dialog.signal },
  );
  return chosen === other ? await typed(message, dialog) : chosen;
}

/** Undefined when the org cannot be reached: the questions about it are then asked without its help. */
async function connected(targetOrg: string | undefined, { say }: Dialog): Promise<Connection | undefined> {
  try {
    return await connect(targetOrg, migrationConfig({ target: { bucket: 'not-yet-known', region: 'us-east-1' } }));
  } catch (error) {
    say(`The org could not be opened, so its objects cannot be offered: ${wordsOf(error)}`);
    return undefined;
  }
}

type DocumentAnswers = Pick<Answers, 'object' | 'urlField' | 'where' | 'fields'>;

async function askDocument(
  known: KnownAnswers,
  connection: Connection | undefined,
  dialog: Dialog,
): Promise<DocumentAnswers> {
  if (connection === undefined) {
    return {
      object: known.object ?? (await typed('Document object', dialog, { proposal: 'DocListEntry__c' })),
      urlField: known.urlField ?? (await typed("Field with the file's URL", dialog, { proposal: 'Document__c' })),
      where: known.where,
    };
  }
  const object = known.object ?? (await askObject(connection, dialog));
  const fields = await fieldChoices(connection, object);
  const urlField = known.urlField ?? (await askUrlField(fields, dialog));
  const where = known.where ?? (await askWhere(connection, object, fields, dialog));
  return { object, urlField, where, fields: documentFields(fields) };
}

async function askObject(connection: Connection, { signal }: Dialog): Promise<string> {
  const objects = await objectChoices(connection);
  return await search(
    {
      message: 'Document object (type to search)',
      source: (text = 'DocList') =>
        objects
          .filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(text.toLowerCase()))
          .slice(0, shownMatches)
          .map(({ name, label }) => ({ value: name, name: `${name}  ${label}` })),
    },
    { signal },
  );
}

async function askUrlField(fields: readonly FieldChoice[], dialog: Dialog): Promise<string> {
  const choices = urlFields(fields);
  const message = "Field with the file's URL";
  const known = (name: string): string | undefined =>
    fields.some((field) => field.name === name) ? undefined : `The object has no field ${name}.`;
  if (choices.length === 0) return (await typed(message, dialog, { check: known, isRequired: true })) ?? '';
  return await select(
    {
      message,
      choices: choices.map(({ name, label, type }) => ({ value: name, name: `${name}  ${label} (${type})` })),
    },
    { signal: dialog.signal },
  );
}

async function askWhere(
  connection: Connection,
  object: string,
  fields: readonly FieldChoice[],
  dialog: Dialog,
): Promise<string | null> {
  const proposal = proposedWhere(fields);
  const condition = (answer: string | undefined): string | null =>
    answer === undefined || answer === allRecords ? null : answer;
  const answer = await typed(
    `Which records are documents, as a SOQL condition ("${allRecords}": all of them)`,
    dialog,
    {
      proposal: proposal ?? allRecords,
      check: async (text) => {
        try {
          await countDocuments(connection, object, condition(text));
          return undefined;
        } catch (error) {
          return wordsOf(error);
        }
      },
    },
  );
  dialog.say(`  ${countOf(await countDocuments(connection, object, condition(answer)), 'document')}`);
  return condition(answer);
}

async function askTarget(
  known: KnownAnswers,
  dialog: Dialog,
): Promise<Pick<Answers, 'bucket' | 'region' | 'endpoint'>> {
  const { endpoint } = known;
  const place = { region: known.region ?? process.env.AWS_REGION ?? 'us-east-1', endpoint, pathStyle: undefined };
  const bucket = known.bucket ?? (await askBucket(place, dialog));
  let found: string | undefined;
  try {
    found = await bucketRegion(place, bucket);
  } catch (error) {
    dialog.say(`  ${bucket} could not be checked: ${wordsOf(error)}`);
  }
  const region =
    known.region ??
    (await typed('Region of the bucket', dialog, {
      proposal: found ?? place.region,
      isRequired: true,
      check: (named) => problemOf({ bucket, region: named, endpoint }),
    }));
  return { bucket, region: region ?? place.region, endpoint };
}

async function askBucket(
  place: { region: string; endpoint: string | undefined; pathStyle: undefined },
  dialog: Dialog,
): Promise<string> {
  let buckets: string[] = [];
  try {
    buckets = await listBuckets(place);
  } catch (error) {
    dialog.say(`  Your buckets cannot be listed: ${wordsOf(error)}`);
  }
  const chosen =
    buckets.length === 0
      ? other
      : await select<string | typeof other>(
          {
            message: 'Your bucket',
            choices: [...buckets.map((name) => ({ value: name, name })), { value: other, name: 'Another one' }],
          },
          { signal: dialog.signal },
        );
  if (chosen !== other) return chosen;
  const named = await typed('Name of your bucket', dialog, {
    isRequired: true,
    check: (bucket) => problemOf({ bucket, region: place.region, endpoint: place.endpoint }),
  });
  return named ?? '';
}

type TypedOptions = {
  readonly proposal?: string;
  readonly isRequired?: boolean;
  /** What is wrong with the answer; undefined when nothing is. */
  readonly check?: (answer: string) => string | undefined | Promise<string | undefined>;
};

/** One typed answer; undefined when it is empty. */
async function typed(
  message: string,
  { signal }: Dialog,
  { proposal, isRequired = false, check }: TypedOptions = {},
): Promise<string | undefined> {
  const answer = await input(
    {
      message,
      required: isRequired,
      ...(proposal !== undefined && { default: proposal }),
      validate: async (text) => (text.trim() === '' ? true : ((await check?.(text.trim())) ?? true)),
    },
    { signal },
  );
  return answer.trim() === '' ? undefined : answer.trim();
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
