import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Failure } from '../model/failure.ts';
import { AdaptiveLimit } from './limits/adaptive-limit.ts';
import { ByteBudget } from './limits/byte-budget.ts';
import { compareCopy } from './copy/compare-copy.ts';
import { copyDocument, type CopyParts } from './copy/copy-document.ts';
import { planCopy } from './copy/copy-plan.ts';
import { copyWithinTarget } from './copy/copy-within.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { httpPools } from './exchange/pools.ts';
import type { SideConnection } from './exchange/limited-exchange.ts';
import { FileBuffers } from './limits/file-buffers.ts';
import { joinedSignals } from './limits/joined-signals.ts';
import { RateLimit } from './limits/rate-limit.ts';
import { RetryBudget } from './limits/retry.ts';
import { S3Clients } from './s3/clients.ts';
import type { Side } from './exchange/side.ts';
import { SdkClient } from './s3/sdk-client.ts';
import { httpsSourceReader, type WebReading } from './source/https-reader.ts';
import { markedCopy } from './target/marked-copy.ts';
import { putOwnObject, streamOwnObject } from './target/own-object.ts';
import { readSmallObject, replaceSmallObject } from './target/replace-object.ts';
import { removeSnapshot } from './target/remove-snapshot.ts';
import { isUsableEndpoint, parseSourceLocation } from './location/source-location.ts';
import type { SourceReader } from './source/reader.ts';
import { s3SourceReader } from './source/s3-reader.ts';
import { salesforceFileSourceReader } from './source/salesforce-file-reader.ts';
import { surveySource } from './survey/source-survey.ts';
import { vendorApiSourceReader } from './source/vendor-api-reader.ts';
import { probeSource, readSource } from './survey/source-probe.ts';
import type { Storage } from './storage.ts';
import type { LimitOptions, StorageOptions } from './storage-options.ts';
import type { SideLoad } from './survey-facts.ts';
import { TargetBucket } from './target/bucket.ts';
import { abortUnfinished, unfinishedUploads } from './target/unfinished-uploads.ts';
import { listTarget } from './target/listing.ts';
import { headObject, objectFacts } from './s3/stored-object.ts';
import { readObject } from './target/read-object.ts';
import { readAndHash } from './target/occupied.ts';
import { surveyTarget } from './survey/target-survey.ts';
import { CopyMethodChoice } from './copy/method-choice.ts';

const MIB = 1024 * 1024;
const LEAST_PART = 5 * MIB;

/**
 * Opens the storage side. Nothing is sent before the first call that needs it.
 * @throws Failure of class `stop`, code `unusable-endpoint`
 */
export function createStorage(options: StorageOptions): Storage {
  const { source, target: targetOptions, limits = {} } = options;
  const hosts = source.hosts ?? {};
  for (const endpoint of [targetOptions.endpoint, ...Object.values(hosts).map((host) => host.endpoint)]) {
    if (endpoint !== undefined && !isUsableEndpoint(endpoint)) throw unusable(endpoint);
  }

  const loopDelay = monitorEventLoopDelay({ resolution: 20 });
  loopDelay.enable();
  const pools = httpPools(
    { connections: limits.maxConcurrency ?? 128, idleTimeoutMs: limits.idleTimeoutMs ?? 30_000 },
    options.httpClient,
  );
  const connections = {
    source: connection('source', pools.source, limits, () => loopDelay.mean / 1e6),
    target: connection('target', pools.target, limits, () => loopDelay.mean / 1e6),
  };
  const clients = new S3Clients(options, connections);
  const sdk = new SdkClient('target', targetOptions, clients.targetCredentials);
  const target = new TargetBucket(options, clients.target, sdk);
  const web: WebReading = {
    pools,
    connection: connections.source,
    trusts: trustedHosts(options),
  };
  const readers = sourceReaders(options, clients, web);
  const memoryBytes = limits.memoryBytes ?? 96 * MIB;
  const memory = new ByteBudget(memoryBytes);
  const choice = new CopyMethodChoice(source.methods, readers, target);
  const parts: CopyParts = {
    hosts,
    clients,
    readers,
    choice,
    web,
    leastEvidence: options.leastEvidence ?? 'D',
    restore: source.restoreArchived,
    stream: {
      target,
      retries: new RetryBudget(),
      buffers: new FileBuffers(memory),
      bandwidth: limits.bytesPerSecond === undefined ? undefined : new RateLimit(limits.bytesPerSecond, limits.sharers),
      threshold: Math.min(limits.multipartThreshold ?? 16 * MIB, memoryBytes / 4),
      partBytes: Math.max(LEAST_PART, limits.partBytes ?? 8 * MIB),
      maxBytes: source.maxBytes,
      contentHash: options.contentHash ?? 'sha256',
    },
  };
  const closing = new AbortController();
  const until = joinedSignals(closing.signal);
  const ownKey = (name: string): string => `${targetOptions.prefix}${name}`;

  return {
    copy: (request, signal) => copyDocument(parts, request, signal),
    locate: (url) => parseSourceLocation(url, hosts),
    plan: (request) => planCopy(parts, request),
    copyWithin: async (fromKey, request, signal) =>
      (await copyWithinTarget(parts, fromKey, request, until(signal))).target,
    whoseCopy: (key, signal) => markedCopy(target, key, until(signal)),
    async targetFacts(key, signal) {
      const object = await headObject(target.client, key, until(signal));
      return object === undefined ? undefined : objectFacts(object);
    },
    targetSha256: (key, signal) => readAndHash(target, key, until(signal)),
    compare: (request, depth, signal) => compareCopy(parts, request, depth, until(signal)),
    listTarget: (prefix, signal) => listTarget(target, prefix, until(signal)),
    putRollbackLines: (name, body, signal) =>
      putOwnObject(
        target,
        parts.stream.retries,
        { name: `rollback/${name}`, body, contentType: 'application/json' },
        until(signal),
      ),
    readOwn: (name, signal) => readSmallObject(target, parts.stream.retries, ownKey(name), until(signal)),
    replaceOwn: ({ name, ...content }, signal) =>
      replaceSmallObject(target, parts.stream.retries, { key: ownKey(name), ...content }, until(signal)),
    putOwnObject: (name, content, signal) =>
      streamOwnObject(target, parts.stream.retries, { name, ...content }, until(signal)),
    removeSnapshot: (key, signal) => removeSnapshot(target, key, until(signal)),
    readTarget: (key, signal) => readObject(target, parts.stream.retries, key, until(signal)),
    unfinishedUploads: (signal) => unfinishedUploads(target, until(signal)),
    abortUpload: (upload) => abortUnfinished(target, upload),
    surveyTarget: (signal) => surveyTarget(target, until(signal)),
    surveySource: (url, signal) => surveySource(parts, url, until(signal)),
    probeSource: (request, method, signal) => probeSource(parts, request, method, until(signal)),
    readSource: (request, method, mostBytes, signal) =>
      readSource(parts, request, { method, mostBytes }, until(signal)),
    load: () => ({
      source: loadOf(connections.source.limit),
      target: loadOf(connections.target.limit),
      heldBytes: memory.held,
      // a document keeps one side busy at a time; more of them would only wait, and what waits long is expensive garbage
      documents: connections.source.limit.limit + connections.target.limit.limit,
    }),
    async close() {
      closing.abort();
      loopDelay.disable();
      pools.close();
      await sdk.close();
    },
  };
}

function connection(
  side: Side,
  pool: SideConnection['pool'],
  limits: LimitOptions,
  loopDelayMs: () => number,
): SideConnection {
  const { maxConcurrency: max = 128, initialConcurrency: initial = 32, requestsPerSecond, sharers } = limits;
  return {
    side,
    pool,
    limit: new AdaptiveLimit({ initial, max, loopDelayMs }),
    requestRate: requestsPerSecond === undefined ? undefined : new RateLimit(requestsPerSecond, sharers),
  };
}

function sourceReaders(
  { source }: StorageOptions,
  clients: S3Clients,
  web: WebReading,
): ReadonlyMap<CopyMethod, SourceReader> {
  const readers = [s3SourceReader(clients), httpsSourceReader(web)];
  if (source.vendorApi !== undefined) readers.push(vendorApiSourceReader(source.vendorApi, web));
  if (source.salesforceFile !== undefined) readers.push(salesforceFileSourceReader(source.salesforceFile));
  return new Map(readers.map((reader) => [reader.method, reader]));
}

/** Hosts that somebody wrote into the config, as keys or as endpoints. */
function trustedHosts({ source }: StorageOptions): (host: string) => boolean {
  const hosts = new Set(source.vendorApi?.allowedHosts);
  for (const [host, { endpoint }] of Object.entries(source.hosts ?? {})) {
    hosts.add(host);
    if (endpoint !== undefined) hosts.add(new URL(endpoint).host);
  }
  return (host) => hosts.has(host);
}

function loadOf({ limit, inFlight, requests, bytes, slowDowns }: AdaptiveLimit): SideLoad {
  return { limit, inFlight, requests, bytes, slowDowns };
}

function unusable(endpoint: string): Failure {
  return new Failure(`The endpoint ${endpoint} must be https, or http on this machine.`, {
    code: 'unusable-endpoint',
  });
}
