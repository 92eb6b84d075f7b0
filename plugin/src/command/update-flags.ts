import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { apiVersionFlag, configFileFlag, publishFlag, takeOverFlag, targetOrgFlag, waitFlag } from './flags.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'update');

/** Flags of every command that writes to document records. */
export const updateFlags = {
  'config-file': configFileFlag,
  'target-org': targetOrgFlag,
  'api-version': apiVersionFlag,
  wait: waitFlag,
  publish: publishFlag,
  'take-over': takeOverFlag,
};

/** Flags of those that show a plan unless they are told to write. */
export const planFlags = {
  account: Flags.string({ summary: messages.getMessage('flags.account.summary'), multiple: true }),
  execute: Flags.boolean({ summary: messages.getMessage('flags.execute.summary'), exclusive: ['dry-run'] }),
  'dry-run': Flags.boolean({ summary: messages.getMessage('flags.dry-run.summary') }),
};
