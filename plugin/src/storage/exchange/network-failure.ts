import { Failure, type FailureClass } from '../../model/failure.ts';
import type { Side } from './side.ts';

/** Makes a Failure of whatever went wrong below HTTP; Failures and cancellations stay what they are. */
export function networkFailure(side: Side, host: string, error: unknown): Error {
  if (error instanceof Failure) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  const { code, failureClass } = classify(side, systemCode(error));
  const what = error instanceof Error ? error.message : String(error);
  return new Failure(`The connection to ${host} failed: ${what}`, { code, failureClass, cause: error });
}

function classify(side: Side, systemCode: string): { code: string; failureClass: FailureClass } {
  switch (systemCode) {
    case 'connect-time-out':
    case 'headers-time-out':
    case 'body-time-out':
    case 'ETIMEDOUT':
      return { code: `${side}-time-out`, failureClass: 'retry' };
    case 'ENOTFOUND':
      return { code: `${side}-host-unknown`, failureClass: side === 'target' ? 'stop' : 'retry' };
    case 'CERT_HAS_EXPIRED':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return { code: `${side}-certificate`, failureClass: side === 'target' ? 'stop' : 'skip' };
    case 'short-body':
    case 'long-body':
    case 'cancelled':
      return { code: systemCode, failureClass: 'retry' };
    case 'proxy-refused':
      return { code: 'proxy-refused', failureClass: 'stop' };
    case 'unsendable-request':
      return { code: `${side}-unsendable-request`, failureClass: 'skip' };
    default:
      return { code: `${side}-connection-lost`, failureClass: 'retry' };
  }
}

function systemCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
