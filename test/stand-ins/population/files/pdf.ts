import { binaryFiller } from './filler.ts';
import { paddedFormat } from './format.ts';

/**
 * One page that shows the token, and an unreferenced stream that brings the file to its size. All numbers that depend
 * on the size have ten digits, so that the rest of the file does not move (PDF 32000-1, 7.3.3 and 7.5).
 */
export const pdf = paddedFormat((padding, token) => {
  const text = `BT /F1 16 Tf 72 720 Td (Document ${token}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
  ];
  let head = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(head.length);
    head += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  offsets.push(head.length);
  head += `6 0 obj\n<< /Length ${tenDigits(padding)} >>\nstream\n`;
  const end = '\nendstream\nendobj\n';
  const entries = offsets.map((offset) => `${tenDigits(offset)} 00000 n \n`).join('');
  const table = `xref\n0 7\n0000000000 65535 f \n${entries}trailer\n<< /Size 7 /Root 1 0 R >>\n`;
  const start = `startxref\n${tenDigits(head.length + padding + end.length)}\n%%EOF\n`;
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    binaryFiller(padding, token),
    Buffer.from(end + table + start, 'latin1'),
  ]);
});

function tenDigits(value: number): string {
  return String(value).padStart(10, '0');
}
