import stringWidth from 'string-width';

/**
 * A plain table for terminals, logs and pipes: columns as wide on the screen as their widest cell (an ideograph or an
 * emoji takes two places), no frame, so that it can be cut, searched and pasted. (sf's own table draws a frame around every
 * cell and wraps ids.)
 * @param right numbers of the columns that hold figures
 */
export function textTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly number[] } = {},
): string[] {
  const printable = rows.map((cells) => cells.map(onOneLine));
  const widths = heads.map((head, column) =>
    Math.max(stringWidth(head), ...printable.map((cells) => stringWidth(cells[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
        return right.includes(column) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(heads), line(widths.map((width) => '─'.repeat(width))), ...printable.map(line)];
}

/** Text from records may hold line breaks and escape sequences that would move the cursor. */
function onOneLine(cell: string): string {
  return cell.replace(/\p{Cc}+/gu, ' ');
}
