import { pino, type DestinationStream, type Logger } from 'pino';
import { nameOf } from './errors.ts';

export type { Logger } from 'pino';

/**
 * JSON lines. Whoever logs names each field that they write: no request, response, error or header is ever handed over
 * whole, so that a secret cannot slip in with it.
 */
export function createLogs(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'file-migration-redirect', pid: process.pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // errors are logged by nameOf; this keeps a stray one from bringing its fields along
      serializers: { err: asName, error: asName },
    },
    destination,
  );
}

function asName(value: unknown): string {
  return typeof value === 'string' ? value : nameOf(value);
}
