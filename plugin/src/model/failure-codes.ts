/**
 * What is to be done about an error, decided where it arises:
 * - `retry`: the same request may succeed later (time-out, 503, lock).
 * - `skip`: this document cannot succeed as it is; the run goes on without it.
 * - `pause`: nothing can succeed for a while (API budget spent, rate limit); wait, then go on.
 * - `stop`: the set-up is wrong (credentials, bucket, permission); going on would fail every document.
 */
export type FailureClass = 'retry' | 'skip' | 'pause' | 'stop';

/** What is known about one failure code. */
export type FailureInfo = {
  /** The usual class; where an answer can mean more than one thing, the failure itself carries the one that holds. */
  readonly class: FailureClass;
  /** What happened, in one sentence for a person. */
  readonly text: string;
  /** What to do about it, where that is more than its class says. */
  readonly advice?: string;
  /** What a document is that ends with it, where that is not `failed`. */
  readonly outcome?: 'missing' | 'denied' | 'archived' | 'skipped';
  /** What one copy method cannot do and another one may. */
  readonly opensNextMethod?: true;
  /** How a command ends with it, where that is not `failed`. */
  readonly exit?: 'wrongUse' | 'notReady' | 'stopped';
};

/**
 * Every failure code: the only list of them. Codes count, steer and stand in the catalog, in JSON and in Salesforce:
 * they are never renamed without an entry in {@link renamed}.
 */
const registry = {
  // how a command was called, and how it ended
  'wrong-use': { class: 'stop', text: 'The command was called in a way that it does not take.', exit: 'wrongUse' },
  'config-invalid': {
    class: 'stop',
    text: 'migration.json is missing, unreadable or contradicts itself.',
    exit: 'wrongUse',
  },
  'not-ready': { class: 'stop', text: 'A check that blocks the command failed.', exit: 'notReady' },
  'certificate-invalid': { class: 'stop', text: 'What should be a certificate or its key is none.', exit: 'wrongUse' },
  'certificate-elsewhere': {
    class: 'stop',
    text: 'The certificate is about another bucket or prefix than migration.json names.',
    exit: 'wrongUse',
  },
  'decisions-invalid': {
    class: 'stop',
    text: 'A file of decisions holds rows that cannot be taken.',
    exit: 'wrongUse',
  },
  'signing-key-missing': {
    class: 'stop',
    text: 'There is no key that a certificate could be signed with.',
    exit: 'notReady',
  },
  stopped: { class: 'stop', text: 'The run was stopped and can be resumed.', exit: 'stopped' },
  unexpected: {
    class: 'skip',
    text: 'An error that the program has no rule for.',
    advice: 'Report it with the run’s log: sf migrate files status --recent-errors 50',
  },

  // the catalog
  'catalog-locked': { class: 'stop', text: 'Another process works on the catalog.', exit: 'notReady' },
  'lock-lost': { class: 'stop', text: 'Another process has taken over the catalog.', exit: 'stopped' },
  'catalog-superseded': {
    class: 'stop',
    text: 'Another machine, or a newer state of this catalog, owns the files in the bucket.',
    advice: 'Make this machine the owner: sf migrate files recover',
    exit: 'notReady',
  },
  'snapshot-damaged': { class: 'stop', text: 'A snapshot of the catalog is not what it says.' },
  'owner-unreadable': {
    class: 'stop',
    text: 'The bucket does not say who owns the files in it.',
    exit: 'notReady',
  },
  'catalog-bound-elsewhere': {
    class: 'stop',
    text: 'The catalog belongs to another org, bucket or prefix.',
    exit: 'wrongUse',
  },
  'catalog-outdated': {
    class: 'stop',
    text: 'The catalog is an older copy: it does not know what it has done since.',
    advice: 'Put the newest copy of the catalog back, or rebuild it: sf migrate files recover',
    exit: 'notReady',
  },
  'catalog-missing': { class: 'stop', text: 'There is no catalog yet.' },
  'catalog-empty': { class: 'stop', text: 'The catalog’s file is empty.' },
  'catalog-older': {
    class: 'stop',
    text: 'The catalog was written by an older version and must be brought up to date.',
  },
  'catalog-newer': { class: 'stop', text: 'The catalog was written by a newer version.' },
  'catalog-of-predecessor': { class: 'stop', text: 'The file is the tracking database of the Python scripts.' },
  'catalog-foreign': { class: 'stop', text: 'The file is the database of another program.' },
  'catalog-is-folder': { class: 'stop', text: 'The catalog’s path is a folder.' },
  'catalog-on-network': { class: 'stop', text: 'The catalog lies on a network file system, where locks do not hold.' },
  'catalog-disk-full': { class: 'stop', text: 'The disk that holds the catalog is full.' },
  'catalog-io-error': { class: 'stop', text: 'The catalog’s file could not be read or written.' },
  'catalog-damaged': { class: 'stop', text: 'The catalog’s file is damaged.' },
  'catalog-not-writable': { class: 'stop', text: 'The catalog’s file cannot be written.' },
  'catalog-busy': { class: 'stop', text: 'Another program keeps the catalog’s file open for writing.' },
  'catalog-closed': { class: 'stop', text: 'The catalog was closed before the work ended.' },
  'catalog-thread-ended': { class: 'stop', text: 'The catalog’s thread ended unexpectedly.' },
  'discovery-marks-gone': { class: 'stop', text: 'What the discovery had seen is no longer known.' },
  'watermark-of-scoped-run': { class: 'stop', text: 'A discovery of a part cannot move the watermark.' },
  'journal-out-of-step': { class: 'stop', text: 'The journal is not in the state that the step needs.' },

  // discovery
  'no-url': {
    class: 'skip',
    text: 'The record has no URL.',
    advice: 'Nothing to do, unless the record should have a file.',
    outcome: 'skipped',
  },
  'clone-of-unknown': {
    class: 'skip',
    text: 'The record was cloned from one that the catalog does not know.',
    advice: 'Back up the whole object once: sf migrate files backup --full',
    outcome: 'skipped',
  },
  'link-without-original': {
    class: 'skip',
    text: 'The record holds our link, and its original URL is unknown.',
    advice: 'See the document: sf migrate files status --recent-errors 50',
    outcome: 'skipped',
  },
  'broken-link': {
    class: 'skip',
    text: 'The URL looks like our link and names no record.',
    advice: 'Correct the URL on the record.',
    outcome: 'skipped',
  },
  'too-many-absent': {
    class: 'stop',
    text: 'More records than accepted are gone since the last backup.',
    advice: 'Check what the integration user can see: sf migrate files doctor',
  },

  // one document's URL, and the choice of a copy method
  'unparseable-url': {
    class: 'skip',
    text: 'The URL cannot be read.',
    advice: 'Correct the URL on the record.',
    outcome: 'skipped',
  },
  'forbidden-address': {
    class: 'skip',
    text: 'The URL leads to a private address.',
    advice: 'Allow the host in source.hosts in migration.json if it is meant to be read.',
    outcome: 'skipped',
    opensNextMethod: true,
  },
  'insecure-url': {
    class: 'skip',
    text: 'The URL uses http, which the configuration does not allow.',
    advice: 'Allow the host in source.hosts in migration.json if it is meant to be read.',
    outcome: 'skipped',
    opensNextMethod: true,
  },
  'too-large': {
    class: 'skip',
    text: 'The file is larger than the configuration allows.',
    advice: 'Raise the limit in migration.json, then: sf migrate files backup --retry skipped',
    outcome: 'skipped',
  },
  extension: {
    class: 'skip',
    text: 'The file’s extension is left out by the configuration.',
    advice: 'Change the filters in migration.json if the file is wanted.',
    outcome: 'skipped',
  },
  'no-method': {
    class: 'skip',
    text: 'No configured copy method can read from the host.',
    advice: 'Add a method to source.methods in migration.json.',
  },
  'method-unfit': { class: 'skip', text: 'The copy method cannot copy this file.', opensNextMethod: true },
  'method-not-configured': {
    class: 'skip',
    text: 'The copy was made by a method that is no longer configured.',
    advice: 'Add the method to source.methods in migration.json.',
  },
  cancelled: { class: 'retry', text: 'The request was cancelled.' },

  // the source
  'source-missing': {
    class: 'skip',
    text: 'The vendor’s store has no such file.',
    advice: 'The vendor no longer has the file. Ask the vendor, or accept the loss in writing.',
    outcome: 'missing',
    opensNextMethod: true,
  },
  'source-bucket-missing': {
    class: 'skip',
    text: 'The vendor’s store has no such bucket.',
    advice: 'Check source.hosts in migration.json, and ask the vendor.',
    outcome: 'missing',
    opensNextMethod: true,
  },
  // of the source single objects may be closed; a target that refuses us refuses everything
  'source-denied': {
    class: 'skip',
    text: 'The vendor’s store refuses to let us read the file.',
    advice: 'Ask the vendor for read access to the bucket, then: sf migrate files backup --retry denied',
    outcome: 'denied',
    opensNextMethod: true,
  },
  'source-archived': {
    class: 'skip',
    text: 'The file lies in an archive class and must be restored first.',
    advice: 'Have the files restored from the archive class, then: sf migrate files backup --retry archived',
    outcome: 'archived',
    opensNextMethod: true,
  },
  'source-refused': { class: 'skip', text: 'The vendor’s store refused the request.', opensNextMethod: true },
  'source-redirects': { class: 'skip', text: 'The URL leads from one address to the next.', opensNextMethod: true },
  'source-length-unknown': {
    class: 'skip',
    text: 'The source does not say how long the file is, so its end cannot be proved.',
    opensNextMethod: true,
  },
  'source-certificate': {
    class: 'skip',
    text: 'The source’s certificate cannot be trusted.',
    opensNextMethod: true,
  },
  'suspect-content': {
    class: 'skip',
    text: 'The source sent a web page where a file was expected.',
    advice: 'Open the URL in a browser: it is probably an error or sign-in page.',
    opensNextMethod: true,
  },
  'source-changed': {
    class: 'retry',
    text: 'The vendor wrote the file after, or while, it was copied.',
    advice: 'The vendor wrote the file after it was copied; decide which of the two is the right one.',
  },
  'source-unpinned': { class: 'retry', text: 'The source cannot be pinned to one version.' },
  'source-damaged-in-transit': { class: 'retry', text: 'The bytes that arrived are not those that the source holds.' },
  'source-bad-credentials': {
    class: 'stop',
    text: 'The vendor’s store does not accept our credentials.',
    advice: 'Check source.credentials in migration.json.',
  },
  'source-credentials-expired': {
    class: 'stop',
    text: 'The credentials for the vendor’s store have expired.',
    advice: 'Renew the credentials (aws sso login), then resume.',
  },
  'source-wrong-region': {
    class: 'skip',
    text: 'The source’s bucket is in another region than the URL says.',
    advice: 'Set the region of the URL’s host under source.hosts in migration.json.',
    opensNextMethod: true,
  },
  'source-signature': {
    class: 'skip',
    text: 'The vendor’s store reads the signature of the request in another way than we do.',
    advice: 'Check the secret key of source.credentials in migration.json.',
    opensNextMethod: true,
  },
  'source-kms': {
    class: 'skip',
    text: 'The file is encrypted with a KMS key that we may not use.',
    advice:
      'Have the vendor add config/aws/statements-vendor-key.json to their key, then: sf migrate files backup --retry denied',
    outcome: 'denied',
    opensNextMethod: true,
  },
  'source-precondition-failed': { class: 'retry', text: 'The source is no longer what it was.' },
  'source-upload-gone': { class: 'retry', text: 'The source knows no such upload.' },
  'source-slow-down': { class: 'retry', text: 'The source asks for fewer requests.' },
  'source-conflict': { class: 'retry', text: 'The source answered that the request conflicts with another.' },
  'source-server-error': { class: 'retry', text: 'The source had an error of its own.' },
  'source-time-out': { class: 'retry', text: 'The source did not answer in time.' },
  'source-connection-lost': { class: 'retry', text: 'The connection to the source broke.' },
  'source-host-unknown': { class: 'retry', text: 'The source’s host name is unknown.' },
  'source-unsendable-request': { class: 'skip', text: 'The URL holds what no request can carry.' },

  // a vendor's API, and Salesforce files as substitutes
  'vendor-api-rate-limit': { class: 'pause', text: 'The vendor’s API asks for fewer requests.' },
  'vendor-api-bad-credentials': {
    class: 'stop',
    text: 'The vendor’s API does not accept our credentials.',
    advice: 'Check source.vendorApi.headers in migration.json and the variables it names.',
  },
  'vendor-api-unknown-document': {
    class: 'skip',
    text: 'The vendor’s API does not know the document.',
    opensNextMethod: true,
  },
  'vendor-api-no-url': { class: 'skip', text: 'The vendor’s API gave no URL.', opensNextMethod: true },
  'vendor-api-error': { class: 'skip', text: 'The vendor’s API had an error.', opensNextMethod: true },
  'no-single-salesforce-file': {
    class: 'skip',
    text: 'The record has no Salesforce file, or more than one.',
    opensNextMethod: true,
  },
  'salesforce-file-missing': { class: 'skip', text: 'The Salesforce file is gone.' },
  'salesforce-file-ambiguous': { class: 'skip', text: 'The record has more than one Salesforce file.' },
  'salesforce-file-denied': { class: 'skip', text: 'The integration user may not read the Salesforce file.' },
  'salesforce-file-budget': { class: 'pause', text: 'The API budget for Salesforce files is spent.' },

  // the target
  'target-occupied': {
    class: 'skip',
    text: 'Another object stands where the copy belongs.',
    advice: 'Find out who wrote the object; nothing is ever overwritten.',
  },
  'target-missing': {
    class: 'skip',
    text: 'The copy is not in the target bucket.',
    advice: 'Copy it anew: sf migrate files backup --retry failed',
  },
  'target-differs': {
    class: 'skip',
    text: 'The object in the target bucket is not what was written.',
    advice: 'Find out who wrote over the object; restore it from an older version of the bucket.',
  },
  'target-content-differs': { class: 'skip', text: 'The target stored other bytes than those that were sent.' },
  'target-damaged-in-transit': { class: 'retry', text: 'The bytes that arrived at the target are not those we sent.' },
  'target-state-unknown': { class: 'retry', text: 'The target does not yet say what stands under the key.' },
  'target-refused': { class: 'skip', text: 'The target bucket refused the request.' },
  'target-denied': {
    class: 'stop',
    text: 'The target bucket refuses access.',
    advice: 'Give our role the permissions that this command lists: sf migrate files doctor',
  },
  'target-archived': { class: 'skip', text: 'The copy lies in an archive class.' },
  'target-bucket-missing': {
    class: 'stop',
    text: 'The target bucket does not exist.',
    advice: 'Check target.bucket in migration.json.',
  },
  'target-bad-credentials': {
    class: 'stop',
    text: 'The target does not accept our credentials.',
    advice: 'Check target.credentials in migration.json.',
  },
  'target-credentials-expired': {
    class: 'stop',
    text: 'The credentials for the target have expired.',
    advice: 'Renew the credentials (aws sso login), then resume.',
  },
  'target-signature': {
    class: 'stop',
    text: 'The target reads the signature of the request in another way than we do.',
    advice: 'Check the secret key of target.credentials in migration.json.',
  },
  'target-kms': {
    class: 'stop',
    text: 'The KMS key that files are encrypted with cannot be used.',
    advice: 'Enable the key and allow its use (config/aws/iam-migrator-kms.json), then resume.',
  },
  'target-length-unknown': { class: 'skip', text: 'The target does not say how long the object is.' },
  'target-wrong-region': { class: 'stop', text: 'The target bucket is in another region.' },
  'target-certificate': { class: 'stop', text: 'The target’s certificate cannot be trusted.' },
  'target-host-unknown': { class: 'stop', text: 'The target’s host name is unknown.' },
  'target-precondition-failed': { class: 'retry', text: 'The target already holds an object under the key.' },
  'target-upload-gone': { class: 'retry', text: 'The target no longer knows the multipart upload.' },
  'target-slow-down': { class: 'retry', text: 'The target asks for fewer requests.' },
  'target-conflict': { class: 'retry', text: 'The target answered that the request conflicts with another.' },
  'target-server-error': { class: 'retry', text: 'The target had an error of its own.' },
  'target-time-out': { class: 'retry', text: 'The target did not answer in time.' },
  'target-connection-lost': { class: 'retry', text: 'The connection to the target broke.' },
  'target-unsendable-request': { class: 'skip', text: 'The key holds what no request can carry.' },

  // both stores
  'everything-refused': {
    class: 'stop',
    text: 'Document after document was refused in the same way.',
    advice: 'See what is wrong: sf migrate files doctor',
  },
  'clock-skew': {
    class: 'stop',
    text: 'This machine’s clock is too far off for signed requests.',
    advice: 'Set this machine’s clock (ntp), then start again.',
  },
  'no-credentials': { class: 'stop', text: 'No credentials were found where migration.json says.' },
  'unusable-endpoint': { class: 'stop', text: 'An endpoint in migration.json cannot be used.' },
  'size-unknown': { class: 'retry', text: 'The store did not say how large the object is.' },
  'worker-lost': {
    class: 'skip',
    text: 'Each worker that handled the document ended over it.',
    advice: 'See the words of the worker in its own output, then: sf migrate files backup --retry failed',
  },
  // another worker, or the same command later, may do better
  'workers-lost': { class: 'retry', text: 'No worker is left that can work.', exit: 'stopped' },
  'lease-over': { class: 'stop', text: 'The worker could not reach its coordinator for too long.' },
  'queue-lost': { class: 'retry', text: 'The queue of the fleet did not answer for too long.', exit: 'stopped' },
  'queue-unreachable': { class: 'stop', text: 'The database of the fleet’s queue cannot be used.', exit: 'notReady' },
  'proxy-refused': { class: 'stop', text: 'The proxy on the way to a store refused the request.' },
  'short-body': { class: 'retry', text: 'Fewer bytes arrived than were announced.' },
  'long-body': { class: 'retry', text: 'More bytes arrived than were announced.' },

  // Salesforce: connection and queries
  'session-expired': { class: 'stop', text: 'The session has expired and cannot be renewed.' },
  'org-unreachable': { class: 'retry', text: 'Salesforce cannot be reached.' },
  'org-answer-lost': { class: 'retry', text: 'Salesforce’s answer was lost.' },
  'org-unreadable-answer': { class: 'retry', text: 'Salesforce’s answer cannot be read.' },
  'org-unreadable-row': { class: 'stop', text: 'Salesforce gave a row that cannot be read.' },
  'org-proxy-refused': { class: 'stop', text: 'The proxy on the way to Salesforce refused the request.' },
  'org-api-version-missing': { class: 'stop', text: 'The org does not have the API version that is set.' },
  'org-moved': { class: 'stop', text: 'The org has moved to another address.' },
  'org-redirected': { class: 'retry', text: 'Salesforce points to a page of maintenance.' },
  'org-untrusted-certificate': {
    class: 'stop',
    text: 'Nobody whom this machine trusts has signed the org’s certificate.',
  },
  'org-foreign-host': { class: 'stop', text: 'Salesforce’s answer leads to a host that is not Salesforce.' },
  'object-missing': { class: 'stop', text: 'The org has no such object, or the user cannot see it.' },
  'field-missing': { class: 'stop', text: 'The object has no such field, or the user cannot see it.' },
  'field-not-updateable': { class: 'stop', text: 'The integration user may not write the field.' },
  'config-no-account-field': { class: 'stop', text: 'The command needs an account field, and none is configured.' },
  'api-budget-spent': { class: 'pause', text: 'The share of the org’s daily API requests that we may use is spent.' },
  'query-job-gone': { class: 'retry', text: 'Salesforce no longer has the query’s results.' },
  'query-job-failed': { class: 'retry', text: 'Salesforce ended the query with an error.' },
  'query-job-aborted': { class: 'stop', text: 'Somebody aborted the query in Salesforce.' },
  'query-page-broken': { class: 'retry', text: 'A page of the query’s results broke off.' },
  'query-headers-missing': { class: 'retry', text: 'Salesforce’s answer lacks a header that pages need.' },
  'query-incomplete': { class: 'retry', text: 'The pages of a query end before all rows that Salesforce found.' },
  'query-foreign-columns': { class: 'stop', text: 'The query’s results have other columns than were asked for.' },

  // Salesforce: updates
  'update-job-gone': { class: 'retry', text: 'Salesforce no longer has the update job.' },
  'update-job-refused': {
    class: 'stop',
    text: 'Salesforce refused an update job as such.',
    advice: 'Fix what Salesforce names (a field, a permission, a feature): sf migrate files doctor',
  },
  'update-duplicate': { class: 'stop', text: 'A record stands twice in one update.' },
  'update-too-large': { class: 'stop', text: 'An update is larger than a job may be.' },
  'update-unwritable-value': { class: 'stop', text: 'A value cannot be written into the field.' },
  'never-sent': { class: 'retry', text: 'The row was planned and never sent; another row of the journal replaces it.' },
  'not-processed': { class: 'retry', text: 'The job ended without trying the row.' },
  prepared: {
    class: 'retry',
    text: 'The record of a clone got its original URL first; the link follows in its own row.',
  },
  'record-absent': { class: 'skip', text: 'The record is gone, or hidden from the integration user.' },
  'fields-differ': { class: 'stop', text: 'The URL was written, but the fields beside it hold other values.' },
  'changed-meanwhile': { class: 'skip', text: 'Somebody changed the URL; that value stays.' },
  'changed-since-backup': {
    class: 'skip',
    text: 'The URL is not the one that was backed up; it stays.',
    advice: 'Back up the new URL: sf migrate files backup',
  },
  'restored-in-org': {
    class: 'stop',
    text: 'Automation in the org restores the old URL.',
    advice: 'Find the flow or trigger that writes the URL field, and let it leave our links alone.',
  },
  'links-not-opened': {
    class: 'stop',
    text: 'Links that were written first did not open their files.',
    advice: 'Take back what was written: sf migrate files rollback --from-database',
  },
  'circuit-open': { class: 'stop', text: 'Too large a share of a job failed with one error.' },

  // Salesforce: what the panel shows
  'publishing-not-deployed': {
    class: 'stop',
    text: 'The objects that show the migration in Salesforce are not deployed.',
  },
  'publishing-budget-spent': {
    class: 'pause',
    text: 'The day’s calls for showing the migration in Salesforce are spent.',
  },

  // Salesforce's own codes that have a rule:
  // https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
  'org-unable-to-lock-row': { class: 'retry', text: 'Another process holds the record locked.' },
  'org-api-temporarily-unavailable': { class: 'retry', text: 'The API is unavailable for the moment.' },
  'org-server-unavailable': { class: 'retry', text: 'Salesforce is unavailable for the moment.' },
  'org-query-timeout': { class: 'retry', text: 'The query took longer than Salesforce allows.' },
  'org-invalid-session-id': { class: 'retry', text: 'The session has ended.' },
  'org-request-limit-exceeded': {
    class: 'pause',
    text: 'The org’s API requests are spent.',
    advice: 'Wait until the daily API limit frees up (it rolls over 24 hours), or raise it in Salesforce.',
  },
  'org-limit-exceeded': { class: 'pause', text: 'A limit of the org is reached.' },
  'org-string-too-long': { class: 'skip', text: 'The link is longer than the field.' },
  'org-field-custom-validation-exception': { class: 'skip', text: 'A validation rule refused the record.' },
  'org-entity-is-deleted': { class: 'skip', text: 'The record is deleted.' },
  'org-invalid-cross-reference-key': { class: 'skip', text: 'The record refers to one that is gone or hidden.' },
  'org-malformed-id': { class: 'skip', text: 'Salesforce does not accept the record’s id.' },
  'org-entity-is-locked': {
    class: 'skip',
    text: 'The record is locked, by an approval for example.',
    advice: 'Switch it again once the approval has ended.',
  },
  'org-cannot-execute-flow-trigger': { class: 'skip', text: 'A flow failed when the record was saved.' },
  'org-cannot-insert-update-activate-entity': { class: 'skip', text: 'A trigger failed when the record was saved.' },
  'org-insufficient-access': { class: 'stop', text: 'The integration user may not do this.' },
  'org-insufficient-access-or-readonly': { class: 'stop', text: 'The integration user may not write the record.' },
  'org-insufficient-access-on-cross-reference-entity': {
    class: 'stop',
    text: 'The integration user may not use a record that this one refers to.',
  },
  'org-invalid-field': { class: 'stop', text: 'The object has no such field, or the user cannot see it.' },
  'org-invalid-type': { class: 'stop', text: 'The org has no such object, or the user cannot see it.' },
  'org-api-disabled-for-org': {
    class: 'stop',
    text: 'The user may not use the API.',
    advice: 'Give the integration user the permission API Enabled.',
  },
  'org-operation-too-large': { class: 'stop', text: 'The query is too large for Salesforce.' },
  'org-exceeded-id-limit': { class: 'stop', text: 'The query names more ids than Salesforce takes.' },
} as const satisfies Readonly<Record<string, FailureInfo>>;

/** What a code was called in catalogs of earlier versions. */
const renamed: Readonly<Record<string, KnownFailureCode>> = {
  'no-way': 'no-method',
  'way-unfit': 'method-unfit',
  'way-not-configured': 'method-not-configured',
  'target-unsettled': 'target-state-unknown',
};

declare const theirs: unique symbol;
/** A word that no source text can spell: comparing with a code that is not in the registry does not compile. */
type TheirWord = string & { readonly [theirs]: true };

/** A code of the registry. */
export type KnownFailureCode = keyof typeof registry;

/**
 * A code that the registry cannot list: an error of Salesforce's that has no rule, an error of the Python scripts, or a
 * code that this version no longer has.
 */
export type ForeignFailureCode = `${'org' | 'predecessor' | 'unlisted'}-${TheirWord}`;

export type FailureCode = KnownFailureCode | ForeignFailureCode;

/** What left a document out: codes whose outcome is `skipped`. */
export type SkipRule = FailureCode;

/** All codes of the registry, in its order. */
export const knownFailureCodes = Object.keys(registry) as readonly KnownFailureCode[];

export function isKnownCode(code: string): code is KnownFailureCode {
  return Object.hasOwn(registry, code);
}

/** What the registry says about a code; undefined for one that it does not list. */
export function failureInfo(code: KnownFailureCode): FailureInfo;
export function failureInfo(code: FailureCode): FailureInfo | undefined;
export function failureInfo(code: FailureCode): FailureInfo | undefined {
  return isKnownCode(code) ? registry[code] : undefined;
}

/** Salesforce's `INVALID_FIELD` as our `org-invalid-field`. */
export function orgFailureCode(errorCode: string): FailureCode {
  const code = `org-${errorCode.toLowerCase().replaceAll('_', '-')}`;
  return isKnownCode(code) ? code : (code as ForeignFailureCode);
}

/** A code as it stands in a catalog, perhaps written by another version. */
export function storedFailureCode(text: string): FailureCode {
  if (isKnownCode(text)) return text;
  return renamed[text] ?? foreignCode(text);
}

function foreignCode(text: string): ForeignFailureCode {
  return (/^(org|predecessor|unlisted)-./.test(text) ? text : `unlisted-${text}`) as ForeignFailureCode;
}
