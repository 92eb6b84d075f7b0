/** The known word that a mistyped one most likely stands for, or undefined when none is near. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word);
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
    .at(0);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return nearest !== undefined && nearest.distance <= allowed ? nearest.candidate : undefined;
}

/** `max_file_size_mb`, `maxFileSizeMB` and `max-file-size-mb` are one word to a person. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[_\-\s]/g, '');
}

/** Levenshtein's distance: insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
