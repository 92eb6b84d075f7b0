import type { OrganizationId } from '@file-migration/config/contract';
import type { Adoption, AdoptionReader } from './adoption.ts';
import type { Certification, CertificationReader } from './certification.ts';
import type { CopyQueue } from './copy-queue.ts';
import type { Discovery, DiscoveryReader } from './discovery.ts';
import type { DocumentsReader } from './documents.ts';
import type { Journal, JournalReader } from './journal.ts';
import type { Ownership, OwnershipReader } from './ownership.ts';
import type { Publication, PublicationReader } from './publication.ts';
import type { Recovery } from './recovery.ts';
import type { Runs, RunsReader } from './runs.ts';
import type { StatisticsReader } from './statistics.ts';
import type { Verification, VerificationReader } from './verification.ts';

/**
 * The catalog of a command that changes something; each part belongs to those who use it, and stands in a file of its
 * own. Every call writes transactions of at most 500 rows (longer lists are split); every write checks the fencing epoch
 * and throws a Failure `lock-lost` (stop) when another process has taken over. All times are milliseconds since 1970
 * unless a name says otherwise; all sizes are bytes.
 */
export type Catalog = CatalogReader &
  Runs &
  Discovery &
  CopyQueue &
  Journal &
  Verification &
  Publication &
  Adoption &
  Ownership &
  Recovery &
  Certification & {
    /** Throws (`lock-lost`) unless this process still owns the catalog; handed to org and storage as their `fence`. */
    fence(): Promise<void>;
    /**
     * Writes a consistent copy into a new file, while work on the catalog goes on. The copy does not know the tokens of
     * its owner: whoever opens it must recover first.
     */
    copyTo(file: string): Promise<void>;
  };

/**
 * What screens read. A reader needs no lock and works while another process writes. Lists have at most 1,000 rows,
 * whatever limit is asked for.
 */
export type CatalogReader = DocumentsReader &
  RunsReader &
  DiscoveryReader &
  JournalReader &
  VerificationReader &
  PublicationReader &
  AdoptionReader &
  StatisticsReader &
  OwnershipReader &
  CertificationReader & {
    readonly identity: CatalogIdentity;
    /** Who holds the lock now, if anybody. */
    holder(): Promise<LockHolder | undefined>;
    close(): Promise<void>;
  };

/** What a catalog is bound to at first use. Anything else is refused before the first read. */
export type CatalogBinding = {
  readonly organizationId: OrganizationId;
  readonly object: string;
  readonly urlField: string;
  readonly bucket: string;
  /** With its trailing slash, or empty. */
  readonly prefix: string;
};

export type CatalogIdentity = {
  /** Published external ids start with it. */
  readonly uuid: string;
  /** Undefined until a command that writes has bound the catalog. */
  readonly binding: CatalogBinding | undefined;
  readonly createdAt: number;
  readonly schemaVersion: number;
};

export type LockHolder = {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  readonly since: number;
  readonly epoch: number;
};
