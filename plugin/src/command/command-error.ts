import { SfError } from '@salesforce/core';
import { Failure } from '../model/failure.ts';
import { failureInfo } from '../model/failure-codes.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { fileTrouble } from './file-error.ts';

type SfErrorData = Parameters<SfError['setData']>[0];

/**
 * The error as sf shows it: the sentence, what to do next, and the exit code of our table.
 *
 * The cause stays behind: a TypeError anywhere in its chain (fetch throws them) would turn the exit code into 10, and
 * `--json` would print a stack that helps nobody who reads it.
 * @param command as it is typed, without flags: `sf migrate files backup`
 */
export function commandError(error: Error, command: string): Error {
  if (error instanceof Failure) {
    return withoutStack(
      new SfError(
        error.message,
        sfName(error.code),
        passes(error) ? [...error.actions, `Then run it again, what was done is kept: ${command}`] : [...error.actions],
        exitCode[failureInfo(error.code)?.exit ?? (passes(error) ? 'stopped' : 'failed')],
      ),
    );
  }
  if (isWrongUsage(error)) {
    const [sentence = error.message] = error.message.split('\nSee more help with --help');
    return withoutStack(new SfError(sentence, 'WrongUsageError', [`${command} --help`], exitCode.wrongUse));
  }
  const trouble = error instanceof SfError ? undefined : fileTrouble(error);
  if (trouble !== undefined) {
    return withoutStack(new SfError(trouble.sentence, 'FileError', [...trouble.actions], exitCode.failed));
  }
  if (error instanceof SfError && error.cause !== undefined) {
    const plain = new SfError(error.message, error.name, error.actions, error.exitCode);
    const data: unknown = error.data;
    if (data !== undefined) plain.setData(data as SfErrorData);
    return withoutStack(plain);
  }
  return error;
}

/** What may pass by itself stops a command that can be run again; nothing of it has failed for good. */
function passes({ failureClass }: Failure): boolean {
  return failureClass === 'retry' || failureClass === 'pause';
}

/** Flags that oclif's parser refuses; its errors carry the parser's whole state, and print it under `--json`. */
function isWrongUsage(error: Error): boolean {
  return 'parse' in error && 'oclif' in error;
}

/** Ends a command: the sentence, the exit code, the next commands, and for `--json` what was done until then. */
export function stopWith(
  message: string,
  details: { name: string; exitCode: ExitCode; actions?: readonly string[]; data?: object },
): SfError {
  const error = new SfError(message, details.name, [...(details.actions ?? [])], details.exitCode);
  // results are plain data; sf's JSON type wants an index signature, which types of results do not have
  if (details.data !== undefined) error.setData(details.data as SfErrorData);
  return withoutStack(error);
}

/** `catalog-locked` → `CatalogLockedError`, `catalog-io-error` → `CatalogIoError`: the form of sf's own error names. */
function sfName(code: string): string {
  return `${code
    .replace(/-error$/, '')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Error`;
}

function withoutStack<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
