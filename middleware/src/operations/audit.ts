import { hash } from 'node:crypto';
import type { DocumentId, ObjectKey, OrganizationId, SalesforceId } from '@file-migration/config';
import type { Refusal } from '../pages/refusals.ts';
import type { Logger } from './logs.ts';
import type { Metrics } from './metrics.ts';

/** How somebody was known. */
export type Via = 'session' | 'bearer' | 'link-token' | 'nobody';

/** What was decided on one click. */
export type Decision =
  | { readonly kind: 'opened'; readonly reason: 'storage' | 'elsewhere'; readonly key?: ObjectKey }
  | { readonly kind: 'sent'; readonly reason: 'sign-in' | 'link-page' }
  | { readonly kind: 'signed-in'; readonly reason: 'sign-in' | 'already' }
  | { readonly kind: 'signed-out'; readonly reason: 'revoked' | 'revocation-failed' | 'by-org' }
  | { readonly kind: 'proved'; readonly reason: 'proof' }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail?: string | undefined };

export type AuditFacts = {
  readonly requestId: string;
  readonly decision: Decision;
  readonly via: Via;
  readonly user?: SalesforceId | undefined;
  readonly record?: DocumentId | undefined;
  readonly status: number;
  readonly milliseconds: number;
};

/** Writes one line and counts once for every decision; the key appears as a hash, since it may hold names. */
export class Audit {
  readonly #logs: Logger;
  readonly #metrics: Metrics;
  readonly #org: OrganizationId;

  constructor(logs: Logger, metrics: Metrics, org: OrganizationId) {
    this.#logs = logs;
    this.#metrics = metrics;
    this.#org = org;
  }

  record({ requestId, decision, via, user, record, status, milliseconds }: AuditFacts): void {
    const { kind, reason } = decision;
    this.#metrics.decided(kind, reason, milliseconds / 1000);
    this.#logs.info(
      {
        audit: true,
        requestId,
        org: this.#org,
        user,
        via,
        record,
        decision: kind,
        reason,
        detail: kind === 'refused' ? decision.detail : undefined,
        keyHash: kind === 'opened' && decision.key !== undefined ? keyHash(decision.key) : undefined,
        status,
        ms: Math.round(milliseconds * 10) / 10,
      },
      'decision',
    );
  }
}

/** Enough of SHA-256 to find a key that one knows, and not to learn one that one does not. */
export function keyHash(key: ObjectKey): string {
  return hash('sha256', key, 'hex').slice(0, 32);
}
