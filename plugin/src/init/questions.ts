import { input } from '@inquirer/prompts';
import type { Answers } from './first-config.ts';

/** Asks for what the flags did not say; an empty answer takes the default that stands beside the question. */
export async function ask(
  known: { readonly [K in keyof Answers]: Answers[K] | undefined },
  signal: AbortSignal,
): Promise<Answers> {
  const question = (message: string, defaultAnswer?: string, required = false): Promise<string> =>
    input({ message, required, ...(defaultAnswer !== undefined && { default: defaultAnswer }) }, { signal });
  const optional = (answer: string): string | undefined => (answer.trim() === '' ? undefined : answer.trim());

  const targetOrg = known.targetOrg ?? optional(await question('Org (alias or username; empty: your default org)'));
  const object = known.object ?? (await question('Document object', 'DocListEntry__c'));
  const urlField = known.urlField ?? (await question("Field with the file's URL", 'Document__c'));
  const bucket = known.bucket ?? (await question('Your bucket', undefined, true));
  const region = known.region ?? (await question('Its region', 'us-east-1'));
  const linkBaseUrl =
    known.linkBaseUrl ?? optional(await question('Address of the redirect service (phase 2; empty: later)'));
  return { targetOrg, object, urlField, bucket, region, endpoint: known.endpoint, linkBaseUrl };
}
