import { SfCommand, toHelpSection } from '@salesforce/sf-plugins-core';
import { commandError } from './command-error.ts';
import { exitCode, exitCodeMeanings } from './exit-code.ts';

/** What all `sf migrate files` commands share: the exit code table in the help, and errors that end in a next command. */
export abstract class MigrateCommand<T> extends SfCommand<T> {
  public static override readonly errorCodes = toHelpSection(
    'ERROR CODES',
    Object.fromEntries(Object.entries(exitCodeMeanings)),
  );

  /** `Done, but some documents failed`: the result is complete and printed, the shell still learns of the failures. */
  protected endWithFailures(): void {
    process.exitCode = exitCode.someDocumentsFailed;
  }

  protected override async catch(error: Error): Promise<never> {
    return super.catch(commandError(error));
  }
}
