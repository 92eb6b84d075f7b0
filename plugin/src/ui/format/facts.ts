import stringWidth from 'string-width';

/** A label, its value, and a remark behind it; spaces in front of the label set it below the one above. */
export type Fact = readonly [label: string, value: string, remark?: string | undefined];

/** Labels and values below each other, the values in one column. */
export function factLines(facts: readonly Fact[]): string[] {
  const width = Math.max(...facts.map(([label]) => stringWidth(label)));
  return facts.map(([label, value, remark]) =>
    `  ${label}${' '.repeat(width - stringWidth(label))}  ${value}${remark === undefined ? '' : `  (${remark})`}`.trimEnd(),
  );
}
