import { randomUUID } from 'node:crypto';
import type { EvidenceGrade } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { VerificationPass, VerificationSettings } from '../catalog/verification.ts';
import type { VerifyRequest } from './verify-request.ts';

/** An interrupted pass is gone on with when it was asked for with the same settings. */
export async function choosePass(
  catalog: Catalog,
  { mode, sample, accountId }: VerifyRequest,
  minimumEvidence: EvidenceGrade,
): Promise<{ pass: VerificationPass; resumed: boolean }> {
  const wanted: VerificationSettings = {
    mode,
    sample,
    minimumEvidence,
    ...(accountId !== undefined && { accountId }),
  };
  const unfinished = await catalog.unfinishedVerification();
  if (unfinished !== undefined && isSame(unfinished, wanted)) return { pass: unfinished, resumed: true };
  return { pass: { ...wanted, seed: randomUUID(), after: undefined }, resumed: false };
}

function isSame(a: VerificationSettings, b: VerificationSettings): boolean {
  return (
    a.mode === b.mode && a.sample === b.sample && a.accountId === b.accountId && a.minimumEvidence === b.minimumEvidence
  );
}
