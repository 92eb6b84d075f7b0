import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { Failure } from '../model/failure.ts';

/** What may stand in a log besides the event's name: plain values only, chosen by the caller, never a whole object. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** The log of one run: JSON Lines, one file a run, no secret ever in it. */
export type RunLog = {
  event(name: string, fields?: LogFields): void;
  failure(name: string, error: unknown, fields?: LogFields): void;
  /** Writes out what is buffered. */
  close(): void;
};

/**
 * Opens `<folder>/<command>-<time>.jsonl`.
 * @param command such as `backup`
 */
export function openRunLog(folder: string, command: string, now = new Date()): RunLog & { readonly file: string } {
  mkdirSync(folder, { recursive: true });
  const stamp = now
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  const file = join(folder, `${command}-${stamp}-${process.pid}.jsonl`);
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    destination,
  );
  return { file, ...logTo(logger), close: () => destination.end() };
}

function logTo(logger: Logger): Omit<RunLog, 'close'> {
  return {
    event: (name, fields = {}) => logger.info(fields, name),
    failure: (name, error, fields = {}) => logger.error({ ...fields, ...described(error) }, name),
  };
}

/** Code, class and sentence of an error; its cause chain by name only, because foreign messages may hold URLs. */
function described(error: unknown): LogFields {
  if (error instanceof Failure) {
    return { code: error.code, class: error.failureClass, error: error.message, cause: causeName(error.cause) };
  }
  return error instanceof Error ? { error: `${error.name}: ${error.message}` } : { error: typeof error };
}

function causeName(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.name : undefined;
}
