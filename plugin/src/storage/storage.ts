import type { CompareDepth, CompareRequest } from './copy/compare-copy.ts';
import type { Comparison } from '../model/comparison.ts';
import type { SourceLocation } from './location/source-location.ts';
import type { CopyPlan, CopyRequest } from './copy-result.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import type { ObjectFacts } from '../model/object-facts.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { OwnObject } from './target/own-object.ts';
import type { MarkedCopy } from './target/marked-copy.ts';
import type { ReadObject } from './target/replace-object.ts';
import type { UnfinishedUpload } from './target/unfinished-uploads.ts';
import type { SourceProbe } from './survey/source-probe.ts';
import type { ListedObject, SourceSurvey, StorageLoad, TargetSurvey } from './survey-facts.ts';

/** The storage side as phases see it: sources that are read, one target that is written. Made by `createStorage`. */
export type Storage = {
  /**
   * Copies one document's file into the target and says how well that is proved. Call it for as many documents at once
   * as you like (a few hundred): it limits itself on each side.
   * @throws Failure of class `stop` (credentials, bucket, region, clock) or `pause` (rate limit of a vendor's API)
   */
  copy(request: CopyRequest, signal: AbortSignal): Promise<CopyResult>;
  /**
   * Where a URL points.
   * @throws Failure of class `skip`, code `unparseable-url` or `forbidden-address`
   */
  locate(url: string): SourceLocation;
  /** What {@link Storage.copy} would do, without any request. */
  plan(request: CopyRequest): CopyPlan;
  /**
   * Copies an object that lies in the target already to a document's own key, inside the bucket.
   * @returns facts of the copy
   * @throws Failure; class `skip` when the object cannot be copied so
   */
  copyWithin(fromKey: string, request: CopyRequest, signal: AbortSignal): Promise<ObjectFacts>;
  /** Whose copy an object of the target says that it is; undefined when there is nothing, or it says nothing of the kind. */
  whoseCopy(key: string, signal: AbortSignal): Promise<MarkedCopy | undefined>;
  /** What the target holds under a key now; undefined when there is nothing. */
  targetFacts(key: string, signal: AbortSignal): Promise<ObjectFacts | undefined>;
  /**
   * Compares a copy with its source, and both with what is written down about them.
   * @throws Failure of class `stop` or `pause`
   */
  compare(request: CompareRequest, depth: CompareDepth, signal: AbortSignal): Promise<Comparison>;
  /** Reads an object of the target and hashes it: what an audit does. Hex. */
  targetSha256(key: string, signal: AbortSignal): Promise<{ readonly sha256: string; readonly size: number }>;
  /** Lists the target below a prefix in the order of the keys' UTF-8 bytes, page by page. */
  listTarget(prefix: string, signal: AbortSignal): AsyncIterable<ListedObject>;
  /**
   * Writes the lines that undo a job into our own folder of the target, once, before the org is written.
   * @returns the key
   */
  putRollbackLines(name: string, lines: Buffer, signal: AbortSignal): Promise<string>;
  /** Reads a small record of our own; `name` is below the prefix. Undefined when it is not there. */
  readOwn(name: string, signal: AbortSignal): Promise<ReadObject | undefined>;
  /**
   * Puts a small record of our own in the place of the one with that ETag (undefined: where none was). Asks no fence: it
   * is what the fence stands on.
   * @returns false when something else stands there by now
   */
  replaceOwn(
    record: { readonly name: string; readonly body: Buffer; readonly replaces: string | undefined },
    signal: AbortSignal,
  ): Promise<boolean>;
  /**
   * Writes an object of our own into our folder of the target, out of a stream of any length and in flat memory; nothing
   * is visible before all of it is there.
   * @throws Failure when an object lies there already
   */
  putOwnObject(
    name: string,
    content: { readonly contentType: string; readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer> },
    signal: AbortSignal,
  ): Promise<OwnObject>;
  /**
   * Deletes a snapshot of the catalog, and can delete nothing else.
   * @throws RangeError for any other key
   */
  removeSnapshot(key: string, signal: AbortSignal): Promise<void>;
  /** Reads an object of the target to its end; what it yields is good until the next bytes are asked for. */
  readTarget(key: string, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Multipart uploads below our prefix that were begun and neither completed nor aborted. */
  unfinishedUploads(signal: AbortSignal): AsyncIterable<UnfinishedUpload>;
  abortUpload(upload: UnfinishedUpload): Promise<void>;
  surveyTarget(signal: AbortSignal): Promise<TargetSurvey>;
  /** Tries one URL of each host; never takes denied for missing. */
  surveySource(url: string, signal: AbortSignal): Promise<SourceSurvey>;
  /** Asks whether one method can read a document's file; its bytes are not read. */
  probeSource(request: CopyRequest, method: CopyMethod, signal: AbortSignal): Promise<SourceProbe>;
  /**
   * Reads a document's file by one method, at most so many bytes, and throws them away.
   * @returns bytes read
   * @throws Failure
   */
  readSource(request: CopyRequest, method: CopyMethod, mostBytes: number, signal: AbortSignal): Promise<number>;
  load(): StorageLoad;
  /** Ends idle connections; copies still running are aborted. */
  close(): Promise<void>;
};
