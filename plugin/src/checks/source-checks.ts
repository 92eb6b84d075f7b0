import type { MigrationConfig } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import type { SourceSurvey } from '../storage/survey-facts.ts';
import type { Storage } from '../storage/storage.ts';
import { rule, type Check } from './check.ts';

/** Documents looked at to find the hosts that files come from; one file of each host is tried. */
const sampledDocuments = 2_000;
const sampledHosts = 5;

/** Tries one file of each host that the newest documents point to. */
export async function* sourceChecks(
  { org, storage }: { readonly org: Org; readonly storage: Storage },
  config: MigrationConfig,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const byHost = new Map<string, string>();
  let seen = 0;
  for await (const url of documentUrls(org, config)) {
    seen += 1;
    const host = hostOf(storage, url);
    if (host !== undefined && !byHost.has(host) && byHost.size < sampledHosts) byHost.set(host, url);
  }
  if (byHost.size === 0) {
    yield rule('source-readable', { blocks: 'nothing' }).unknown(
      `None of the ${seen} newest documents has a URL that a file could be read from.`,
      'Check org.document.urlField and org.document.where in migration.json.',
    );
    return;
  }
  for (const url of byHost.values()) yield* judged(await storage.surveySource(url, signal));
}

/** What one place of sources showed. Denied is never taken for empty. */
function* judged(survey: SourceSurvey): Generator<Check> {
  const place = survey.bucket === undefined ? survey.host : `${survey.bucket} (${survey.host})`;
  const readable = rule('source-readable');
  yield survey.readable.known
    ? readable.passed(`A file of ${place} can be read.`)
    : readable.failed(
        `A file of ${place} cannot be read: ${survey.readable.message}`,
        survey.readable.fix ??
          'Check source.methods and source.credentials in migration.json; config/aws/iam-vendor-read.json is the policy that it takes.',
      );
  yield* deniedMeaning(survey, place);
}

function* deniedMeaning({ deniedMayMeanMissing: found }: SourceSurvey, place: string): Generator<Check> {
  if (!found.known) return;
  yield rule('source-denied-meaning').judged(
    !found.value,
    found.value
      ? `Listing ${place} is refused, so S3 answers "denied" also for files that do not exist: such documents end as denied.`
      : `${place} may be listed, so a denied file is really denied and a missing one missing.`,
    'Ask the vendor for s3:ListBucket, if you want to tell missing files from denied ones.',
  );
}

async function* documentUrls(org: Org, { org: { document } }: MigrationConfig): AsyncGenerator<string> {
  const where = document.where === null ? '' : ` WHERE (${document.where})`;
  const soql = `SELECT ${document.urlField} FROM ${document.object}${where} ORDER BY LastModifiedDate DESC LIMIT ${sampledDocuments}`;
  for await (const row of org.query(soql)) {
    const url = row[document.urlField];
    if (typeof url === 'string' && url !== '') yield url;
  }
}

function hostOf(storage: Storage, url: string): string | undefined {
  try {
    return storage.locate(url).host;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
