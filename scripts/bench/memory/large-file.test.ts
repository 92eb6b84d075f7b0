import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { startObjectStore, type ObjectStore } from '@file-migration/stand-ins/object-store/server';
import type { CopiedOne, CopyOne } from './copy-one.ts';
import { pdf, targetKey } from '@file-migration/kit/storage/storage-world';

const MIB = 1024 * 1024;
const partBytes = 16 * MIB;
const largeMib = 512;

describe('A file of 512 MiB', () => {
  let store: ObjectStore;
  let folder: string;
  let client: S3Client;
  const keys = { accessKeyId: 'LARGEFILETESTS000001', secretAccessKey: 'no-secret-0123456789abcdef0123456789abcd' };
  before(async () => {
    // on disk: neither this process nor the store holds what is copied
    folder = await mkdtemp(join(tmpdir(), 'large-file-'));
    store = await startObjectStore({ data: folder, buckets: ['vendor', 'ours'], credentials: [keys] });
    const { url: endpoint, region } = store;
    client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: keys });
    await client.send(new PutObjectCommand({ Bucket: 'vendor', Key: 'part', Body: pdf(partBytes) }));
  });
  after(async () => {
    client.destroy();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** An object whose parts are all the same 16 MiB, which the store keeps once. */
  async function seed(Key: string, parts: number): Promise<void> {
    const there = { Bucket: 'vendor', Key };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(there));
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let PartNumber = 1; PartNumber <= parts; PartNumber++) {
      const copy = { ...there, UploadId, PartNumber, CopySource: 'vendor/part' };
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand(copy));
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...there, UploadId, MultipartUpload: { Parts } }));
  }

  async function copyOne(sourceKey: string): Promise<CopiedOne> {
    const { url, region } = store;
    const given: CopyOne = { store: { url, region, ...keys }, sourceKey };
    const child = fileURLToPath(new URL('copy-one.ts', import.meta.url));
    const flags = ['--no-warnings', '--conditions=@file-migration/source'];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, JSON.stringify(given)]);
    return JSON.parse(stdout) as CopiedOne;
  }

  it('passes through in bounded memory, hashed on its way and proved by the source’s own ETag', async () => {
    await seed('small.pdf', 4);
    await seed('large.pdf', largeMib / 16);
    const small = await copyOne('small.pdf');
    const large = await copyOne('large.pdf');
    expect([small, large].map(({ kind, evidence }) => `${kind} ${evidence ?? ''}`)).to.deep.equal([
      'copied C',
      'copied C',
    ]);
    expect(store.find('ours', targetKey('large.pdf'))?.size).to.equal(largeMib * MIB);
    expect(store.unfinishedUploads('ours')).to.deep.equal([]);
    expect(large.maxRssMb, 'MB at most').to.be.lessThan(300);
    expect(large.maxRssMb - small.maxRssMb, 'MB more than for 64 MiB').to.be.lessThan(60);
  });
});
