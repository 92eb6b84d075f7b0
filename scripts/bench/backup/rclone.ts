import { measuredProcess, type Measured } from '../copy-engine/measured-process.ts';
import type { BenchStore } from './bench-store.ts';
import type { Case } from './cases.ts';

/** The peer: `rclone copy` from bucket to bucket. It neither hashes with SHA-256 nor writes anything down. */
export async function rclone(
  store: BenchStore,
  { method }: Case,
  { source, target }: { readonly source: string; readonly target: string },
  inFlight: number,
): Promise<Measured> {
  const remote = (name: string): Record<string, string> => ({
    [`RCLONE_CONFIG_${name}_TYPE`]: 's3',
    [`RCLONE_CONFIG_${name}_PROVIDER`]: 'Ceph',
    // A bucket without access control lists refuses rclone's own default.
    [`RCLONE_CONFIG_${name}_ACL`]: 'bucket-owner-full-control',
    [`RCLONE_CONFIG_${name}_ENDPOINT`]: store.endpoint,
    [`RCLONE_CONFIG_${name}_ACCESS_KEY_ID`]: store.accessKeyId,
    [`RCLONE_CONFIG_${name}_SECRET_ACCESS_KEY`]: store.secretAccessKey,
  });
  // Between two remotes rclone streams; within one it asks the store to copy.
  const into = method === 's3' ? 'B' : 'A';
  const parallel = String(inFlight);
  return await measuredProcess(
    [
      'rclone',
      'copy',
      `A:${source}`,
      `${into}:${target}`,
      '--transfers',
      parallel,
      '--checkers',
      parallel,
      '--s3-no-check-bucket',
      '--config',
      '/dev/null',
    ],
    // Nothing of the caller's AWS settings: rclone's SDK stumbles over some (AWS_CA_BUNDLE).
    { PATH: process.env.PATH, HOME: process.env.HOME, ...remote('A'), ...remote('B') },
  );
}
