import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { Failure } from '../model/failure.ts';

/** One mounted file system: where, and of which type. */
export type Mount = { readonly path: string; readonly type: string };

/**
 * Types whose locks or shared memory are not to be trusted across machines, and SQLite's write-ahead log needs both
 * (https://sqlite.org/wal.html, "WAL does not work over a network filesystem"). `9p` and `drvfs` are the drives of
 * Windows inside WSL.
 */
const network =
  /^(nfs[34]?|cifs|smb[23]?|smbfs|smb3|afs|afpfs|ncpfs|coda|ceph|glusterfs|lustre|gpfs|beegfs|webdav|9p|drvfs|fuse\.(sshfs|s3fs|rclone|ceph|glusterfs|davfs2?|gcsfuse|juicefs|smbnetfs|mount-s3|goofys|blobfuse2?))$/;

/**
 * @param folder an existing one
 * @throws Failure `catalog-on-network` (stop) that names the file system
 */
export function refuseNetworkFileSystem(folder: string, mounts: () => readonly Mount[] = systemMounts): void {
  const path = realpathSync(folder);
  const type = path.startsWith('\\\\') ? 'a Windows share' : mountOf(path, mounts())?.type;
  if (type === undefined || (type !== 'a Windows share' && !network.test(type))) return;
  throw new Failure(
    `The catalog cannot live in ${folder}: that is a network file system (${type}), where locks cannot be trusted.`,
    {
      code: 'catalog-on-network',
      actions: ['Name a file on a local disk in migration.json'],
    },
  );
}

/** The mount that a path lies on: the one with the longest path above it; of equal ones the last, which covers the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const above = mount.path === sep || path === mount.path || path.startsWith(mount.path + sep);
    if (above && mount.path.length >= (found?.path.length ?? 0)) found = mount;
  }
  return found;
}

/** `36 35 98:0 /root /mount/point options optional fields - type source options`, see proc_pid_mountinfo(5). */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    const path = before.split(' ')[4];
    const type = after?.split(' ')[0];
    return path === undefined || type === undefined ? [] : [{ path: unescapeOctal(path), type }];
  });
}

/** `//user@host/share on /Volumes/share (smbfs, nodev, …)`, see mount(8) of macOS. */
export function parseMountOutput(text: string): Mount[] {
  return [...text.matchAll(/ on (.+) \(([a-z0-9]+)[,)]/g)].map(([, path = '', type = '']) => ({ path, type }));
}

function systemMounts(): Mount[] {
  try {
    if (process.platform === 'linux') return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
    if (process.platform === 'darwin') return parseMountOutput(execFileSync('/sbin/mount', { encoding: 'utf8' }));
  } catch {
    // A machine that does not tell its mounts is not refused for that.
  }
  return [];
}

function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}
