import { USAGE, vendorApiOptions } from './command-line.ts';
import { startVendorApi } from './vendor-api.ts';

try {
  const options = vendorApiOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
  } else {
    const api = await startVendorApi(options);
    process.stdout.write(`${JSON.stringify({ url: api.url, token: api.token })}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close());
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
