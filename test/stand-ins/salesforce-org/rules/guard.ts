import { documentField, type DocumentNames } from '../objects/document.ts';
import { WRITER_PERMISSION } from '../access/users.ts';
import type { ValidationRule } from './automation.ts';

/** Whether an address is a link of ours for this record; the default knows `…/d/{recordId}`. */
export type IsLink = (url: string, recordId: string) => boolean;

const endsInOwnId: IsLink = (url, recordId) => url.endsWith(`/d/${recordId}`);

/**
 * The guard of `force-app/document`: for holders of the writer permission alone, the org compares and sets. Our link is
 * written only over the original or over a link of ours (relink), the original only over our link. Text is compared
 * exactly, as formulas do.
 */
export function guardRule(names: DocumentNames, object: string, isLink: IsLink = endsInOwnId): ValidationRule {
  const url = documentField(names, 'Document__c');
  const original = documentField(names, 'File_Original_Url__c');
  return {
    object,
    name: 'File_Migration_Guard',
    message: 'File Migration: somebody changed the URL since it was read. Nothing was written.',
    field: url,
    refuses: ({ before, after, user }) => {
      if (before === undefined || !user.customPermissions.includes(WRITER_PERMISSION)) return false;
      const [prior, next] = [before[url] ?? '', after[url] ?? ''];
      if (prior === next) return false;
      const id = String(after.Id);
      const priorIsLink = isLink(String(prior), id);
      if (isLink(String(next), id)) return prior !== after[original] && !priorIsLink;
      return next === after[original] && !priorIsLink;
    },
  };
}
