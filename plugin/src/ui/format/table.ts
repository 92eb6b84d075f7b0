/**
 * A plain table for terminals, logs and pipes: columns as wide as their longest cell, no frame, so that it can be cut,
 * searched and pasted. (sf's own table draws a frame around every cell and wraps ids.)
 * @param right numbers of the columns that hold figures
 */
export function textTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly number[] } = {},
): string[] {
  const printable = rows.map((cells) => cells.map(onOneLine));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...printable.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(heads), line(widths.map((width) => '─'.repeat(width))), ...printable.map(line)];
}

/** Text from records may hold line breaks and escape sequences that would move the cursor. */
function onOneLine(cell: string): string {
  return cell.replace(/\p{Cc}+/gu, ' ');
}
