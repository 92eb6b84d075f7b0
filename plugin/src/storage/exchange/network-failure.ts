import { Failure } from '../../model/failure.ts';
import type { KnownFailureCode } from '../../model/failure-codes.ts';
import type { Side } from './side.ts';

/** Makes a Failure of whatever went wrong below HTTP; Failures and cancellations stay what they are. */
export function networkFailure(side: Side, host: string, error: unknown): Error {
  if (error instanceof Failure) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  const code = codeOf(side, systemCode(error));
  const what = error instanceof Error ? error.message : String(error);
  const actions = actionsFor(code, systemCode(error), host);
  return new Failure(`The connection to ${host} failed: ${what}`, { code, actions, cause: error });
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
    case 'UNABLE_TO_GET_ISSUER_CERT':
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

function actionsFor(code: string, system: string, host: string): string[] {
  if (code.endsWith('-certificate')) {
    return system === 'CERT_HAS_EXPIRED' || system === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? [`Ask whoever runs ${host} for a certificate that is valid for that name.`]
      : [
          `If a company's own authority signs for ${host}: export NODE_EXTRA_CA_CERTS=<its certificate as a PEM file>, then start again.`,
        ];
  }
  return code.endsWith('-host-unknown') ? [`Check the name ${host} in migration.json, and this machine's DNS.`] : [];
}

function systemCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
