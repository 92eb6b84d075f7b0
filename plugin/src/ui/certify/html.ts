import type { Certificate } from '../../certify/certificate.ts';
import { Markup, html } from '../report/markup.ts';
import { style } from '../report/style.ts';
import { certificatePage } from './page.ts';

/** The certificate as one HTML file: it opens offline, asks nothing of anybody, and prints on two pages. */
export function certificateHtml(certificate: Certificate): string {
  const { title, lead, facts, counts, checks, proof, howTo, limits } = certificatePage(certificate);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}, ${certificate.statement.id}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>${certificate.statement.id}</p>
        </header>
        <main>
          <section>
            <p class="lead">${lead}</p>
            ${table(facts)}
          </section>
          <section>
            <h2>What became of the documents</h2>
            ${table(counts)}
          </section>
          <section>
            <h2>What was checked</h2>
            <table>
              <thead>
                <tr>
                  <th>Check</th>
                  <th>Found</th>
                  <th>Required</th>
                </tr>
              </thead>
              <tbody>
                ${checks.map(
                  ([id, found, expected]) =>
                    html`<tr>
                      <td>${id}</td>
                      <td>${found}</td>
                      <td>${expected}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </section>
          <section>
            <h2>Proof</h2>
            ${table(proof)}
            <h3>How to check it</h3>
            ${howTo.map((command) => html`<p><code>${command}</code></p>`)}
            <p class="note">${limits}</p>
          </section>
        </main>
        <footer>File Migration for Salesforce</footer>
      </body>
    </html> `.text;
}

function table(rows: readonly (readonly [string, string])[]): Markup {
  return html`<table>
    <tbody>
      ${rows.map(
        ([label, value]) =>
          html`<tr>
            <td>${label}</td>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
