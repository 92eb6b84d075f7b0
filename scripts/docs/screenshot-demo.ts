/** Runs the demo and keeps what it prints as docs/images/demo.png, so that the README shows real output. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@file-migration/kit/chromium';

const image = fileURLToPath(new URL('../../docs/images/demo.png', import.meta.url));
const demo = fileURLToPath(new URL('../demo/main.ts', import.meta.url));
/** What the picture shows of each scene, a command with what is told around it. */
const linesPerScene = 13;
/** Scenes that say nothing new to somebody who only looks. */
const leftOut = /^\$ sf migrate files (accounts|report|backup\n|backup --incremental|status)/;

const output = execFileSync(process.execPath, ['--no-warnings', '--conditions=@file-migration/source', demo], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
mkdirSync(fileURLToPath(new URL('../../docs/images/', import.meta.url)), { recursive: true });
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1180, height: 400 }, deviceScaleFactor: 1.5 });
  await page.setContent(asPage(shortened(output)));
  await page.screenshot({ path: image, fullPage: true });
} finally {
  await browser.close();
}

/** The beginning of each scene, and all of the closing comparison. */
function shortened(text: string): string {
  const [story = '', closing = ''] = text.split(/(?=\nAt the end:)/);
  const scenes = story
    .split(/\n(?=\$ |Phase 2|One account first|Two users click|Now all the others|Back again|Then all the others)/)
    .filter((scene) => !leftOut.test(scene))
    .map((scene) => {
      const lines = scene.trimEnd().split('\n');
      return lines.length <= linesPerScene ? lines.join('\n') : [...lines.slice(0, linesPerScene), '  …'].join('\n');
    });
  return `${scenes.join('\n\n')}\n${closing}`;
}

function asPage(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const colored = escaped
    .replace(/^\$ .*$/gm, '<b>$&</b>')
    .replace(/✓ pass/g, '<i class="pass">✓ pass</i>')
    .replace(/! warn/g, '<i class="warn">! warn</i>')
    .replace(/✗ FAIL/g, '<i class="fail">✗ FAIL</i>');
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #16181d; color: #d7dae0; }
    pre { margin: 0; padding: 24px; font: 13px/1.45 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
    b { color: #fff; } i { font-style: normal; } .pass { color: #7fd18b; } .warn { color: #e5c07b; } .fail { color: #f07178; }
  </style><pre>${colored}</pre>`;
}
