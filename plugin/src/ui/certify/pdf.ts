import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Certificate } from '../../certify/certificate.ts';
import { certificatePage } from './page.ts';

const margin = 54;

/** Writes the certificate as a PDF, page after page as it is laid out. */
export async function writeCertificatePdf(certificate: Certificate, file: string): Promise<void> {
  const { default: PDFDocument } = await import('pdfkit');
  const page = certificatePage(certificate);
  const document = new PDFDocument({
    size: 'A4',
    margin,
    lang: 'en-US',
    displayTitle: true,
    info: {
      Title: `${page.title}, ${certificate.statement.id}`,
      CreationDate: new Date(certificate.statement.issuedAt),
    },
  });
  const written = pipeline(document, createWriteStream(file));
  const heading = (text: string): void => {
    document.moveDown(0.8).font('Helvetica-Bold').fontSize(12).text(printable(text)).moveDown(0.2);
  };
  const rows = (all: readonly (readonly string[])[]): void => {
    document.fontSize(9);
    for (const [label = '', ...values] of all) {
      document.font('Helvetica-Bold').text(printable(label), { continued: true });
      document.font('Helvetica').text(`   ${printable(values.join('   ·   '))}`);
    }
  };
  document.font('Helvetica-Bold').fontSize(18).text(printable(page.title));
  document.moveDown(0.5).font('Helvetica').fontSize(11).text(printable(page.lead)).moveDown(0.5);
  rows(page.facts);
  heading('What became of the documents');
  rows(page.counts);
  heading('What was checked (found · required)');
  rows(page.checks);
  heading('Proof');
  rows(page.proof);
  heading('How to check it');
  document.font('Courier').fontSize(8);
  for (const command of page.howTo) document.text(command);
  document.moveDown(0.8).font('Helvetica').fontSize(8).text(printable(page.limits));
  document.end();
  await written;
}

/** The fonts that every PDF reader has know Latin letters only. */
function printable(text: string): string {
  return text.replace(/[’‘]/g, "'").replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
