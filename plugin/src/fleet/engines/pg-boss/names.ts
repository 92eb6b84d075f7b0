import { organizationId, type OrganizationId } from '@file-migration/config';
import { protocol } from '../../messages.ts';

/** Whose jobs a queue holds; a worker takes those whose protocol and settings are its own. */
export type Order = {
  readonly protocol: number;
  /** The catalog's UUID. */
  readonly catalog: string;
  readonly organizationId: OrganizationId;
  /** Of the storage settings: {@link fingerprint}. */
  readonly settings: string;
};

/** The queues of one order. */
export type Names = {
  readonly jobs: string;
  readonly lost: string;
  readonly reports: string;
  readonly strangers: string;
};

/** `file-migration/v1/CATALOG/ORG/SETTINGS/jobs`: this much stays the same in every version of the protocol. */
const jobsName =
  /^file-migration\/v(?<version>\d+)\/(?<catalog>[0-9a-f-]{36})\/(?<organization>00D[A-Za-z0-9]{15})\/(?<settings>[0-9a-f]{16})\/jobs$/;

export function queueNames(order: Order): Names {
  const { catalog } = order;
  const own = `file-migration/v${order.protocol}/${catalog}/${order.organizationId}/${order.settings}`;
  return {
    jobs: `${own}/jobs`,
    lost: `${own}/lost`,
    reports: `${own}/reports`,
    // read by every version
    strangers: `file-migration/${catalog}/strangers`,
  };
}

/** Whose jobs a queue of that name holds; undefined when it is no queue of jobs of ours. */
export function orderOf(queue: string): Order | undefined {
  const parts = jobsName.exec(queue)?.groups;
  if (parts?.catalog === undefined || parts.organization === undefined || parts.settings === undefined)
    return undefined;
  return {
    protocol: Number(parts.version),
    catalog: parts.catalog,
    organizationId: organizationId(parts.organization),
    settings: parts.settings,
  };
}

/** Whether a worker with these settings takes the order's jobs. */
export function isOwn(order: Order, settings: string): boolean {
  return order.protocol === protocol && order.settings === settings;
}
