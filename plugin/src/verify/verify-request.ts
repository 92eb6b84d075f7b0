import { atLeast, type AccountId, type EvidenceGrade } from '@file-migration/config';

/** What the person asked for. */
export type VerifyRequest = {
  readonly mode: 'head' | 'full';
  /** Per cent of the documents; 100 for all. */
  readonly sample: number;
  readonly accountId?: AccountId;
  /** Documents that stay below it are findings. */
  readonly minimumEvidence?: EvidenceGrade;
  /** Lists the target for objects that belong to no document. */
  readonly orphans: boolean;
};

/** The stricter of what the config and the person ask for. */
export function requiredEvidence(configured: EvidenceGrade, asked: EvidenceGrade | undefined): EvidenceGrade {
  return asked !== undefined && atLeast(asked, configured) ? asked : configured;
}
