/** One of AWS's partitions: what lies in different ones knows nothing of the other. */
export type AwsPartition = {
  readonly name: string;
  /** How its regions are named. */
  readonly regions: RegExp;
  /** What its service endpoints end with. */
  readonly domain: string;
};

/** The public partitions first; the table that the AWS SDKs carry (partitions.json of aws-sdk). */
const PARTITIONS: readonly AwsPartition[] = [
  { name: 'aws-us-gov', regions: /^us-gov-\w+-\d+$/, domain: 'amazonaws.com' },
  { name: 'aws-iso', regions: /^us-iso-\w+-\d+$/, domain: 'c2s.ic.gov' },
  { name: 'aws-iso-b', regions: /^us-isob-\w+-\d+$/, domain: 'sc2s.sgov.gov' },
  { name: 'aws-iso-e', regions: /^eu-isoe-\w+-\d+$/, domain: 'cloud.adc-e.uk' },
  { name: 'aws-iso-f', regions: /^us-isof-\w+-\d+$/, domain: 'csp.hci.ic.gov' },
  { name: 'aws-cn', regions: /^cn-\w+-\d+$/, domain: 'amazonaws.com.cn' },
  { name: 'aws-eusc', regions: /^eusc-de-\w+-\d+$/, domain: 'amazonaws.eu' },
];

const COMMERCIAL: AwsPartition = {
  name: 'aws',
  regions: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  domain: 'amazonaws.com',
};

/** The partition that a region is in; of a name that no partition knows, the commercial one. */
export function awsPartition(region: string): AwsPartition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL;
}

/** What names of AWS's endpoints end with, the longest first, so that none hides another. */
export const AWS_DOMAINS: readonly string[] = [
  ...new Set([COMMERCIAL, ...PARTITIONS].map(({ domain }) => domain)),
].sort((a, b) => b.length - a.length);

/** Amazon S3's own endpoint in a region. */
export function amazonS3Endpoint(region: string): string {
  return `https://s3.${region}.${awsPartition(region).domain}`;
}

/** Says whether a bucket's name may stand before the endpoint's; others stand in the path, where their case is kept. */
export function isBucketLabel(bucket: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket);
}
