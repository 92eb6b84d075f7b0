/** How strongly source and target are known to be equal; A is the strongest. */
export type EvidenceGrade = 'A' | 'B' | 'C' | 'D' | 'E';

/** All grades, the strongest first. */
export const EVIDENCE_GRADES = ['A', 'B', 'C', 'D', 'E'] as const satisfies readonly EvidenceGrade[];

/** What each grade means, in one sentence for a person. */
export const EVIDENCE_MEANING: Readonly<Record<EvidenceGrade, string>> = {
  A: 'Both stores returned the same checksum of the whole file.',
  B: 'Both stores returned the same MD5 as ETag.',
  C: "The source's multipart ETag was computed again from the bytes we read, and the target returned the checksum of those bytes.",
  D: 'The bytes were hashed as they streamed through, and the target returned the same checksum; the source has none to compare with.',
  E: 'Only the sizes are known to be equal.',
};

/** The weaker of two grades: evidence is as strong as its weaker leg. */
export function weaker(a: EvidenceGrade, b: EvidenceGrade): EvidenceGrade {
  // The letters sort from strong to weak.
  return a > b ? a : b;
}

/** Says whether a grade is the least accepted one or a stronger one. */
export function atLeast(grade: EvidenceGrade, minimum: EvidenceGrade): boolean {
  return grade <= minimum;
}
