import { GetObjectCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** The vendor's bucket, and the vendor's own credentials for it. */
export type SourceStoreOptions = {
  /** The store's address: an object store stand-in, Ceph RGW, or any other. */
  readonly endpoint: string;
  readonly region?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
  /** What stands before an identifier in its object's key, slash included. */
  readonly keyPrefix: string;
};

export type SourceStore = {
  /**
   * Whether the vendor has an object of this identifier; true when reading it is refused, because signing asks nobody.
   * Throws when the store does not answer.
   */
  has(identifier: string): Promise<boolean>;
  /** A URL to GET the object by, good for so many seconds from `signedAt`. */
  presign(identifier: string, expiresInSeconds: number, signedAt: Date): Promise<string>;
  close(): void;
};

/** Nothing is registered: what an identifier stands for is asked of the store, as the vendor's own service would. */
export function createSourceStore(options: SourceStoreOptions): SourceStore {
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region ?? 'us-east-1',
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 2,
  });
  const place = (identifier: string) => ({ Bucket: options.bucket, Key: options.keyPrefix + identifier });
  return {
    async has(identifier) {
      try {
        await client.send(new HeadObjectCommand(place(identifier)));
        return true;
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 404) return false;
        if (status === 403) return true;
        throw error;
      }
    },
    presign: (identifier, expiresIn, signingDate) =>
      getSignedUrl(client, new GetObjectCommand(place(identifier)), { expiresIn, signingDate }),
    close: () => client.destroy(),
  };
}
