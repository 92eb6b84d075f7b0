import { redirectProofRequest, type RedirectProof } from '@file-migration/config';
import type { Request, RequestHandler, Response } from 'express';
import type { MigratorPermission } from '../access/migrator-permission.ts';
import type { Audit, Decision } from '../operations/audit.ts';
import { clientNetwork } from '../operations/client-address.ts';
import { troubleOf } from '../org/org-trouble.ts';
import type { Pages } from '../pages/page.ts';
import type { Refusal } from '../pages/refusals.ts';
import type { ObjectHeads } from '../presign/object-heads.ts';
import type { BearerCaller } from '../sign-in/bearer.ts';
import type { Callers } from '../sign-in/caller.ts';
import { recordDecision, refuse } from './answers.ts';

export type ProofRouteParts = {
  readonly callers: Pick<Callers, 'bearer'>;
  readonly migrator: Pick<MigratorPermission, 'isHeldBy'>;
  readonly heads: Pick<ObjectHeads, 'of'>;
  /** What the service serves at this moment. */
  readonly proof: () => Omit<RedirectProof, 'objects'>;
  readonly pages: Pages;
  readonly audit: Audit;
};

/** Whom the service tells what it serves, or why it does not. */
type Asked =
  | { readonly kind: 'migrator'; readonly user: BearerCaller }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail?: string; readonly user?: BearerCaller };

/** `GET` and `POST /proof`: what this instance serves, for the migration. Its words are in config's `redirect-proof`. */
export function proofRoute(parts: ProofRouteParts): RequestHandler {
  return async (request, response) => {
    const asked = await whoAsks(request, parts);
    if (asked.kind === 'refused') {
      const { reason, detail, user } = asked;
      record(response, parts.audit, { kind: 'refused', reason, detail }, user);
      refuse(request, response, reason, { pages: parts.pages });
      return;
    }
    const body: unknown = request.method === 'POST' ? request.body : { keys: [] };
    const keys = redirectProofRequest.safeParse(body);
    if (!keys.success) {
      record(response, parts.audit, { kind: 'refused', reason: 'malformed' }, asked.user);
      const problems = keys.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
      response.status(400).json({ error: 'malformed', message: problems.slice(0, 3).join('; ') });
      return;
    }
    const objects = await parts.heads.of(keys.data.keys);
    record(response, parts.audit, { kind: 'proved', reason: 'proof' }, asked.user);
    response.json({ ...parts.proof(), objects } satisfies RedirectProof);
  };
}

async function whoAsks(request: Request, { callers, migrator }: ProofRouteParts): Promise<Asked> {
  const { authorization } = request.headers;
  if (authorization === undefined) return { kind: 'refused', reason: 'not-signed-in' };
  const caller = await callers.bearer(authorization, clientNetwork(request));
  if (caller.kind !== 'bearer') {
    return { kind: 'refused', reason: caller.kind, ...('detail' in caller ? { detail: caller.detail } : {}) };
  }
  const { user } = caller;
  try {
    return (await migrator.isHeldBy(user))
      ? { kind: 'migrator', user }
      : { kind: 'refused', reason: 'not-migrator', user };
  } catch (error) {
    const { kind: reason, detail } = troubleOf(error);
    return { kind: 'refused', reason, detail, user };
  }
}

function record(response: Response, audit: Audit, decision: Decision, user: BearerCaller | undefined): void {
  recordDecision(response, audit, { decision, via: user === undefined ? 'nobody' : 'bearer', user: user?.userId });
}
