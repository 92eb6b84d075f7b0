import { AWS_DOMAINS } from '@file-migration/config';

/** What the name of an Amazon S3 endpoint tells. */
export type AmazonHost = {
  /** From a virtual-host name; undefined when the bucket stands in the path. */
  readonly bucket: string | undefined;
  /** Undefined for the global and the accelerate endpoints, which serve every region. */
  readonly region: string | undefined;
};

/**
 * Reads a host name of Amazon S3: virtual-host and path style; with region after a dot or (legacy) after a dash;
 * dual-stack, FIPS, accelerate, VPC endpoints. Undefined for everything else, also for website endpoints and access points, which
 * name no bucket. The forms: https://docs.aws.amazon.com/general/latest/gr/s3.html
 * @param hostname in lower case, without port
 */
export function parseAmazonHost(hostname: string): AmazonHost | undefined {
  const host = hostname.replace(/\.$/, '');
  const domain = AWS_DOMAINS.find((suffix) => host.endsWith(`.${suffix}`));
  if (domain === undefined) return undefined;
  const name = host.slice(0, -domain.length - 1);
  for (const form of FORMS) {
    const groups = form.exec(name)?.groups;
    if (groups !== undefined) return { bucket: groups.bucket, region: groups.region ?? regionOfOldName(name) };
  }
  return undefined;
}

const REGION = '(?<region>[a-z]{2,4}(?:-[a-z]+)+-\\d+)';
const FORMS = [
  new RegExp(`^(?:(?<bucket>.+)\\.)?s3(?:-fips)?(?:\\.dualstack)?\\.${REGION}$`),
  new RegExp(`^(?:(?<bucket>.+)\\.)?s3-(?:fips-)?${REGION}$`),
  // an interface endpoint of a VPC: bucket.bucket.vpce-…, or the bucket in the path
  new RegExp(`^(?:(?<bucket>.+)\\.)?bucket\\.vpce-[a-z0-9-]+\\.s3\\.${REGION}\\.vpce$`),
  /^(?:(?<bucket>.+)\.)?s3(?:-external-1)?(?<region>(?!))?$/,
  /^(?<bucket>.+)\.s3-accelerate(?:\.dualstack)?(?<region>(?!))?$/,
];

function regionOfOldName(name: string): string | undefined {
  return name.endsWith('s3-external-1') ? 'us-east-1' : undefined;
}
