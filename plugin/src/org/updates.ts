import { Failure } from '../model/failure.ts';
import type { Backoff } from '../async/backoff.ts';
import type { OrgClient } from './client.ts';
import { requireField } from './object-description.ts';
import type { ObjectDescription } from './org-facts.ts';
import { runningUser } from './running-user.ts';
import {
  abortUpdateJob,
  closeUpdateJob,
  createUpdateJob,
  endOfUpdateJob,
  openUpdateJobs,
  updateJobState,
  uploadRows,
} from './update-job.ts';
import { updateResults } from './update-results.ts';
import type { Updates } from './updates-port.ts';

/** The steps of an update job for one org and its document object. */
export function updatesOf(client: OrgClient, description: () => Promise<ObjectDescription>, poll: Backoff): Updates {
  return {
    create: async (fields) => {
      const object = await description();
      return createUpdateJob(
        client,
        object.name,
        fields.map((field) => updateableField(object, field)),
      );
    },
    upload: (job, rows) => uploadRows(client, job, rows),
    close: (job) => closeUpdateJob(client, job),
    state: (job) => updateJobState(client, job),
    ended: (job, onState, expectedMs) => endOfUpdateJob(client, job, { poll, onState, expectedMs }),
    results: (job, ended) => updateResults(client, job, ended),
    abort: (job) => abortUpdateJob(client, job),
    openJobs: async () => openUpdateJobs(client, (await description()).name, (await runningUser(client)).userId),
  };
}

function updateableField(object: ObjectDescription, name: string): string {
  const field = requireField(object, name);
  if (field.updateable) return field.name;
  throw new Failure(`This user may not write the field ${object.name}.${field.name}.`, {
    code: 'field-not-updateable',
    actions: ['Assign the permission set File_Migration_Integration to the integration user.'],
  });
}
