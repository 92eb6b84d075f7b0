#!/usr/bin/env node
// Plain JavaScript of any Node: an old one must reach the sentence below before it meets syntax it cannot read.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `The redirect service needs Node 24 or newer; this is ${process.versions.node}. Install a newer Node and start it again.\n`,
  );
  process.exitCode = 2;
} else {
  await import('../lib/serve.js');
}
