import { documentField, type DocumentNames } from '../objects/document.ts';
import { WRITER_PERMISSION } from '../access/users.ts';
import type { ValidationRule } from './automation.ts';

/**
 * The guard of `force-app/document`, term by term as its formula has them: for holders of the writer permission alone,
 * the org compares and sets. Our link is written only over the original, over a link of ours (relink), or, on a clone,
 * over the link that was cloned along with its original URL; the original only over our link.
 */
export function guardRule(names: DocumentNames, object: string): ValidationRule {
  const url = documentField(names, 'Document__c');
  const original = documentField(names, 'File_Original_Url__c');
  return {
    object,
    name: 'File_Migration_Guard',
    message: 'File Migration: somebody changed the URL since it was read. Nothing was written.',
    field: url,
    refuses: ({ before, after, user }) => {
      if (before === undefined || !user.customPermissions.includes(WRITER_PERMISSION)) return false;
      const prior = String(before[url] ?? '');
      const next = String(after[url] ?? '');
      if (prior === next) return false;
      const id = String(after.Id);
      if (isOwnLink(prior, id)) return false;
      if (!isOwnLink(next, id)) return next === after[original];
      const clonedAlong = before[original] === after[original] && isLinkOfObject(prior, next, id.slice(0, 3));
      return prior !== after[original] && !clonedAlong;
    },
  };
}

function isOwnLink(link: string, id: string): boolean {
  return link.endsWith(`/d/${id}`) || link.includes(`/${id}/`);
}

/** A link of ours for some record of the object: `/d/` and an id, or an id as a folder below the same host. */
function isLinkOfObject(prior: string, next: string, keyPrefix: string): boolean {
  const host = next.slice(0, next.indexOf('/', 8) + 1);
  return prior.slice(-21).startsWith(`/d/${keyPrefix}`) || (prior.startsWith(host) && prior.includes(`/${keyPrefix}`));
}
