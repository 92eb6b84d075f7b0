import { Failure } from '../../model/failure.ts';
import type { KnownFailureCode } from '../../model/failure-codes.ts';
import type { Side } from './side.ts';

/** Makes a Failure of whatever went wrong below HTTP; Failures and cancellations stay what they are. */
export function networkFailure(side: Side, host: string, error: unknown): Error {
  if (error instanceof Failure) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  const code = codeOf(side, systemCode(error));
  const what = error instanceof Error ? error.message : String(error);
  return new Failure(`The connection to ${host} failed: ${what}`, { code, cause: error });
}

function codeOf(side: Side, systemCode: string): KnownFailureCode {
  switch (systemCode) {
    case 'connect-time-out':
    case 'headers-time-out':
    case 'body-time-out':
    case 'ETIMEDOUT':
      return `${side}-time-out`;
    case 'ENOTFOUND':
      return `${side}-host-unknown`;
    case 'CERT_HAS_EXPIRED':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `${side}-certificate`;
    case 'short-body':
    case 'long-body':
    case 'cancelled':
    case 'proxy-refused':
      return systemCode;
    case 'unsendable-request':
      return `${side}-unsendable-request`;
    default:
      return `${side}-connection-lost`;
  }
}

function systemCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
