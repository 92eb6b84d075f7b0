import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { AccountList } from '../../../accounts/account-list.ts';
import { apiVersionFlag, configFileFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'accounts');

export type AccountsCommandResult = AccountList;

export default class Accounts extends MigrateCommand<AccountsCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    search: Flags.string({ summary: messages.getMessage('flags.search.summary') }),
    limit: Flags.integer({ summary: messages.getMessage('flags.limit.summary'), min: 1 }),
  };

  public async run(): Promise<AccountsCommandResult> {
    const { flags } = await this.parse(Accounts);
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: false,
      apiVersion: flags['api-version'],
    });
    const [{ openOrgContext }, { listAccounts }, { accountLines }] = await Promise.all([
      import('../../../context/org.ts'),
      import('../../../accounts/account-list.ts'),
      import('../../../ui/accounts/text.ts'),
    ]);
    return interruptible(async (signal) => {
      await using context = await openOrgContext({ config, targetOrg: flags['target-org'], signal });
      const list = await listAccounts(context.org, { search: flags.search, limit: flags.limit });
      for (const line of accountLines(list)) this.log(line);
      return list;
    });
  }
}
