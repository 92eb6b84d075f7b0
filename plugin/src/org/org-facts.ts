import type { OrganizationId } from '@file-migration/config';
import type { Available } from '../model/available.ts';

/** All that `doctor` wants to know of an org; plain data, no judgment. */
export type OrgFacts = {
  readonly instanceUrl: string;
  readonly apiVersion: { readonly used: string; readonly newest: string };
  /** The server's clock less ours, in milliseconds; exact to about a second. */
  readonly clockSkewMs: number;
  readonly organization: Available<OrganizationFacts>;
  readonly user: Available<UserFacts>;
  /** Unavailable with code `object-missing` when it does not exist or the user may not see it: the org does not say which. */
  readonly object: Available<ObjectDescription>;
  /** The configured fields; empty when `object` is unavailable. */
  readonly fields: readonly FieldFacts[];
  readonly objectPermissions: Available<ObjectPermissions>;
  readonly limits: Available<readonly OrgLimit[]>;
  readonly deployed: DeployedFacts;
};

export type OrganizationFacts = {
  readonly id: OrganizationId;
  readonly name: string;
  readonly isSandbox: boolean;
  /** `Enterprise Edition`, `Developer Edition`, … */
  readonly edition: string;
  /** Such as `NA139`. */
  readonly instance: string;
};

export type UserFacts = {
  readonly id: string;
  readonly username: string;
  readonly apiEnabled: boolean;
  readonly viewSetup: boolean;
  readonly viewAllData: boolean;
  readonly modifyAllData: boolean;
  /** Holds the custom permission that makes the guard apply. */
  readonly writer: Available<boolean>;
  /** Names of the permission sets assigned, the profile's own left out. */
  readonly permissionSets: readonly string[];
  /** User license, and the permission set licenses beside it, by developer name. */
  readonly licenses: Available<{ readonly user: string; readonly sets: readonly string[] }>;
};

/** The setting of `org.document` in migration.json that names a field. */
export type FieldSetting =
  'nameField' | 'urlField' | 'accountField' | 'externalIdField' | 'keyField' | 'originalUrlField';

export type FieldFacts = {
  readonly setting: FieldSetting;
  /** As configured. */
  readonly name: string;
  /** Undefined: not there, or the user may not read it: the org does not say which. */
  readonly field: FieldDescription | undefined;
};

export type FieldDescription = {
  /** As the org writes it. */
  readonly name: string;
  readonly label: string;
  /** `string`, `url`, `reference`, `textarea`, … */
  readonly type: string;
  /** Characters; 0 where it means nothing. */
  readonly length: number;
  readonly updateable: boolean;
  readonly filterable: boolean;
  readonly relationshipName: string | undefined;
  readonly referenceTo: readonly string[];
};

export type ObjectDescription = {
  readonly name: string;
  readonly label: string;
  readonly queryable: boolean;
  readonly updateable: boolean;
  readonly fields: readonly FieldDescription[];
};

/** What the running user may do with the object, by profile and permission sets together. */
export type ObjectPermissions = {
  readonly read: boolean;
  readonly edit: boolean;
  /** Also by the user's View All Data. Without it, records that sharing hides are missing from every count. */
  readonly viewAll: boolean;
  readonly modifyAll: boolean;
};

export type OrgLimit = { readonly name: string; readonly max: number; readonly remaining: number };

export type DeployedFacts = {
  /** The guard rule on the document object: absent, inactive or active. */
  readonly guard: Available<'absent' | 'inactive' | 'active'>;
  /** Names of our permission sets that are there. */
  readonly permissionSets: Available<readonly string[]>;
  /** API names of our objects, events and metadata types that this user can see. */
  readonly objects: Available<readonly string[]>;
  /** Who may authorize the redirect's External Client App; one entry a policy, none where the app is not there. */
  readonly appPolicies: Available<readonly string[]>;
};
