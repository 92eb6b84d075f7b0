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
    const { config, missing } = await this.migrationConfig(flags['config-file'], {
      needsSecrets: false,
      apiVersion: flags['api-version'],
    });
    const [{ openDoctorContext }, { diagnose, diagnosis }, { isOpen }, screen] = await Promise.all([
      import('../../../context/doctor.ts'),
      import('../../../checks/doctor.ts'),
      import('../../../checks/check.ts'),
      import('../../../ui/checks/text.ts'),
    ]);
    return interruptible(async (signal) => {
      const place = { config, targetOrg: flags['target-org'], signal };
      await using context = await openDoctorContext(place, missing);
      const checks: Check[] = [];
      const printer = new screen.CheckPrinter();
      for await (const check of diagnose({ ...context, config }, signal)) {
        checks.push(check);
        if (check.status === 'not-checked' || (flags.concise && check.status === 'passed')) continue;
        for (const line of printer.lines(check)) this.log(line);
      }
      for (const line of screen.notCheckedLines(checks)) this.log(line);
      const found = diagnosis(checks);
      if (!found.ready.backup) {
        const blocking = checks.filter((check) => isOpen(check) && check.blocks === 'backup');
        throw stopWith(messages.getMessage('error.NotReady', [blocking.length, checks.length]), {
          name: 'DoctorFailedError',
          exitCode: exitCode.notReady,
          actions: [...new Set(blocking.flatMap(({ fix }) => fix ?? []))],
          data: found,
        });
      }
      this.log(`\n${screen.diagnosisLine(found)}`);
      return found;
    });
  }
}
