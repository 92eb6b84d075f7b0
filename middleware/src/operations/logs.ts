import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * JSON lines on standard output. Whoever logs names each field that he writes: no request, response, error or header is
 * ever handed over whole, so that a secret cannot slip in with it.
 */
export function createLogs(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'file-migration-redirect', pid: process.pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // errors are logged by name and message alone; this keeps a stray one from bringing its fields along
      serializers: { err: (error: unknown) => nameOf(error), error: (error: unknown) => nameOf(error) },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** What of an error may stand in a log: its class, and for the file system its code. Messages may quote input. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
