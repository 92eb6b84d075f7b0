import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { stopWith } from '../../../command/command-error.ts';
import { exitCode } from '../../../command/exit-code.ts';
import { apiVersionFlag, configFileFlag, targetOrgFlag } from '../../../command/flags.ts';
import { interruptible } from '../../../command/interruptible.ts';
import { MigrateCommand } from '../../../command/migrate-command.ts';
import type { Check } from '../../../checks/check.ts';
import type { Diagnosis } from '../../../checks/doctor.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@file-migration/plugin', 'doctor');

export type DoctorCommandResult = Diagnosis;

export default class Doctor extends MigrateCommand<DoctorCommandResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': configFileFlag,
    'target-org': targetOrgFlag,
    'api-version': apiVersionFlag,
    concise: Flags.boolean({ summary: messages.getMessage('flags.concise.summary') }),
  };

  public async run(): Promise<DoctorCommandResult> {
    const { flags } = await this.parse(Doctor);
    const { config } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: true,
      apiVersion: flags['api-version'],
    });
    const [{ openReadContext }, { diagnose, diagnosis }, { checkLines }] = await Promise.all([
      import('../../../context/read.ts'),
      import('../../../checks/doctor.ts'),
      import('../../../ui/doctor/text.ts'),
    ]);
    return interruptible(async (signal) => {
      const place = { config, targetOrg: flags['target-org'], signal };
      await using context = await openReadContext(place, { anyBinding: true });
      const checks: Check[] = [];
      for await (const check of diagnose({ ...context, config }, signal)) {
        checks.push(check);
        if (flags.concise && check.verdict === 'pass') continue;
        for (const line of checkLines(check)) this.log(line);
      }
      const found = diagnosis(checks);
      const failed = checks.filter(({ verdict }) => verdict === 'fail').length;
      const warned = checks.filter(({ verdict }) => verdict === 'warn').length;
      if (failed > 0) {
        throw stopWith(messages.getMessage('error.NotReady', [failed, checks.length]), {
          name: 'DoctorFailedError',
          exitCode: exitCode.notReady,
          actions: checks.flatMap(({ verdict, fix }) => (verdict === 'fail' && fix !== undefined ? [fix] : [])),
          data: found,
        });
      }
      this.log(`\n${messages.getMessage('info.Ready', [checks.length, warned])}`);
      return found;
    });
  }
}
