import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'common');

/** Where migration.json is; paths in it are relative to it. */
export const configFileFlag = Flags.file({
  summary: messages.getMessage('flags.config-file.summary'),
  description: messages.getMessage('flags.config-file.description'),
});

/** The org: the flag, else the config's `org.targetOrg`, else sf's default. */
export const targetOrgFlag = Flags.string({
  char: 'o',
  summary: messages.getMessage('flags.target-org.summary'),
});

/** sf's own flag; the config's `org.apiVersion` is the default. */
export const apiVersionFlag = Flags.orgApiVersion({
  summary: messages.getMessage('flags.api-version.summary'),
});

/** How long a command may take in all; what is left can be resumed. */
export const waitFlag = Flags.integer({
  char: 'w',
  summary: messages.getMessage('flags.wait.summary'),
  description: messages.getMessage('flags.wait.description'),
  min: 0,
});

/** For scripts: nothing is asked. */
export const noPromptFlag = Flags.boolean({ summary: messages.getMessage('flags.no-prompt.summary') });

/** Shows the run in Salesforce, unless `--no-publish`. */
export const publishFlag = Flags.boolean({
  summary: messages.getMessage('flags.publish.summary'),
  description: messages.getMessage('flags.publish.description'),
  default: true,
  allowNo: true,
});

/** Takes the catalog over from another host. */
export const takeOverFlag = Flags.boolean({
  summary: messages.getMessage('flags.take-over.summary'),
  description: messages.getMessage('flags.take-over.description'),
});

/** How many processes copy and compare; without it this one does. */
export const processesFlag = Flags.integer({
  summary: messages.getMessage('flags.processes.summary'),
  description: messages.getMessage('flags.processes.description'),
  min: 2,
  max: 64,
});

/** Copies and compares by the workers of a fleet. */
export const workersFlag = Flags.option({ options: ['fleet'] as const })({
  summary: messages.getMessage('flags.workers.summary'),
  description: messages.getMessage('flags.workers.description'),
  exclusive: ['processes'],
});
