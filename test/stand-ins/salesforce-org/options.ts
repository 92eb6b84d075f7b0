import type { FaultRule } from '../faults/faults.ts';
import type { UserOptions } from './access/users.ts';
import type { OrgFault } from './fault.ts';
import type { ObjectDescription } from './objects/description.ts';
import type { DocumentNames } from './objects/document.ts';
import type { Automation, ValidationRule } from './rules/automation.ts';
import type { OAuthClient } from './oauth/clients.ts';
import type { RecordInput } from './store/field-values.ts';

export type LimitOptions = {
  /** API calls in 24 hours; 403 REQUEST_LIMIT_EXCEEDED beyond. */
  readonly apiRequests?: number;
  /** API calls that others have made already. */
  readonly used?: number;
};

export type BulkOptions = {
  /** A query job is not complete before this, in milliseconds. */
  readonly jobMs?: number;
  /** An internal batch of an ingest job takes at least this, in milliseconds. */
  readonly batchMs?: number;
  /** Rows of an internal batch; 10,000 as in Salesforce. */
  readonly batchRows?: number;
  /** Rows of a results page when the caller does not say. */
  readonly pageRows?: number;
  /** Jobs of a page of the list of all jobs; 1,000. */
  readonly jobsPerPage?: number;
  /** Finished jobs are gone after this, in milliseconds; seven days as in Salesforce. */
  readonly expireMs?: number;
};

export type OrgOptions = {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Where the records live; without it in a temporary folder that goes with `close()`. */
  readonly data?: string;
  readonly orgId?: string;
  readonly orgName?: string;
  readonly sandbox?: boolean;
  /** For faults and the order of job results. */
  readonly seed?: number;
  readonly faults?: readonly FaultRule<OrgFault>[];
  /** Replaces the default people. The first is the one `accessToken` and `username` belong to. */
  readonly users?: readonly UserOptions[];
  readonly limits?: LimitOptions;
  readonly bulk?: BulkOptions;
  /** Milliseconds since 1970; shows in dates, the Date header, date literals and expiry. */
  readonly clock?: () => number;
  /** How the document object and its fields are called. */
  readonly names?: DocumentNames;
  /** Whether our metadata is in the org: the document object's two fields and the objects of `force-app/main`. Default true. */
  readonly deployed?: boolean;
  /** The guard validation rule. Default: as `deployed`. */
  readonly guard?: boolean;
  /** More objects, or other versions of the ones that are there. */
  readonly objects?: readonly ObjectDescription[];
  readonly validationRules?: readonly ValidationRule[];
  readonly automations?: readonly Automation[];
  /** Told of the document object by the Tooling API alone: they do nothing here. */
  readonly workflowRules?: readonly string[];
  readonly fieldHistory?: readonly string[];
  readonly changeDataCapture?: boolean;
  /** What refers to a field of the document object. */
  readonly dependents?: readonly { readonly field: string; readonly name: string; readonly type: string }[];
  /** Rows of set-up objects (ApexTrigger, FlowDefinitionView, MetadataComponentDependency, …) by object. */
  readonly setupRows?: Readonly<Record<string, readonly RecordInput[]>>;
  /** OAuth apps; see oauth/clients.ts for the default one. */
  readonly clients?: readonly OAuthClient[];
  /** Life of an access token in milliseconds; two hours. */
  readonly sessionMs?: number;
  /** Where notes about unknown requests go; nowhere by default (they are kept in `requests.unknown`). */
  readonly log?: (line: string) => void;
};
