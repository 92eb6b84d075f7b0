import { Failure } from '../../model/failure.ts';
import type { CopyParts } from './copy-document.ts';
import type { CopyPlan, CopyRequest, RequestEstimate } from '../copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { parseSourceLocation } from '../location/source-location.ts';

/** What a copy of this document would do, without any request. */
export function planCopy({ hosts, choice }: CopyParts, request: CopyRequest): CopyPlan {
  try {
    const location = parseSourceLocation(request.url, hosts);
    const [first, ...rest] = choice.worthTrying(location, request);
    if (first === undefined) {
      return { kind: 'skipped', rule: 'no-method', message: `No configured method can read from ${location.host}.` };
    }
    return { kind: 'copy', methods: [first, ...rest], host: location.host, requests: REQUESTS[first] };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'skipped', rule: error.code, message: error.message };
    throw error;
  }
}

const REQUESTS: Readonly<Record<CopyMethod, RequestEstimate>> = {
  'server-side-copy': { put: 1, get: 1, other: 0 },
  s3: { put: 1, get: 1, other: 0 },
  https: { put: 1, get: 0, other: 1 },
  'vendor-api': { put: 1, get: 0, other: 2 },
  'salesforce-file': { put: 1, get: 0, other: 1 },
};
